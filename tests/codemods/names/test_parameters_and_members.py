"""Keywords, positions and members, wherever the code tells whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

FLOW = "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n"
CLIENT = "from prefect import get_client\n\n\nasync def f():\n    async with get_client() as client:\n"


def rewritten(folder: Path, text: str, *codes: str, unsafe: bool = False, **options: object) -> str | None:
    (folder / "a.py").write_text(text)
    after = texts(apply_folder(folder, select=codes, unsafe=unsafe, **options)).get("a.py")
    if after is not None:
        (folder / "a.py").write_text(after)
        assert not apply_folder(folder, select=codes, unsafe=unsafe, **options).changes
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("etl.serve('x', is_schedule_active=True)\n", "etl.serve('x', paused=False)\n"),
        ("etl.serve('x', is_schedule_active=None)\n", "etl.serve('x', paused=None)\n"),
        ("etl.serve('x', is_schedule_active=not OFF)\n", "etl.serve('x', paused=OFF)\n"),
        ("etl.serve('x', is_schedule_active=A == 'prod')\n", "etl.serve('x', paused=not (A == 'prod'))\n"),
        (
            "etl.with_options(name='y').deploy('x', 'p', is_schedule_active=False)\n",
            "etl.with_options(name='y').deploy('x', 'p', paused=True)\n",
        ),
        (
            "etl.from_source('s', entrypoint='e').to_deployment('x', is_schedule_active=False)\n",
            "etl.from_source('s', entrypoint='e').to_deployment('x', paused=True)\n",
        ),
        (
            "nightly = etl\nnightly.serve('x', is_schedule_active=False)\n",
            "nightly = etl\nnightly.serve('x', paused=True)\n",
        ),
        (
            "etl.serve(\n    'x',\n    # for now\n    is_schedule_active=False,\n)\n",
            "etl.serve(\n    'x',\n    # for now\n    paused=True,\n)\n",
        ),
    ],
)
def test_paused_is_the_opposite(tmp_path: Path, before: str, after: str) -> None:
    assert rewritten(tmp_path, FLOW + before, "PM311") == FLOW + after


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("ACTIVE", "None if ACTIVE is None else not ACTIVE"),
        ("options.active", "None if options.active is None else not options.active"),
        ("ON", "not ON"),
        ("PROD", "not PROD"),
    ],
)
def test_paused_of_a_value_that_may_be_none(tmp_path: Path, value: str, after: str) -> None:
    head = FLOW + "ON = True\nPROD = stage == 'prod'\n"
    text = head + f"etl.serve('x', is_schedule_active={value})\n"
    assert rewritten(tmp_path, text, "PM311", unsafe=True) == head + f"etl.serve('x', paused={after})\n"


def test_paused_of_what_a_call_gives(tmp_path: Path) -> None:
    text = FLOW + "etl.serve('x', is_schedule_active=active())\n"
    assert rewritten(tmp_path, text, "PM311") is None
    assert rewritten(tmp_path, text, "PM311", unsafe=True) == FLOW + "etl.serve('x', paused=not active())\n"


def test_paused_is_given_as_well(tmp_path: Path) -> None:
    text = FLOW + "etl.serve('x', paused=True, is_schedule_active=False)\n"
    assert rewritten(tmp_path, text, "PM311", unsafe=True) is None
    (finding,) = scan_folder(tmp_path, select=("PM311",)).findings
    assert finding.applicability is Applicability.MANUAL


def test_schedule_by_target(tmp_path: Path) -> None:
    text = FLOW + "etl.serve('x', schedule=CronSchedule(cron='0 3 * * *'))\n"
    after = FLOW + "etl.serve('x', schedules=[CronSchedule(cron='0 3 * * *')])\n"
    assert rewritten(tmp_path, text, "PM311", target=(3, 1)) == after
    assert rewritten(tmp_path, text, "PM311", target=(3, 2)) is None
    assert not scan_folder(tmp_path, select=("PM311",), target=(3, 2)).findings


def test_schedule_of_the_client(tmp_path: Path) -> None:
    line = "        await client.create_deployment(flow_id=1, name='x', schedule=CronSchedule(cron='* * * * *'))\n"
    after = rewritten(tmp_path, CLIENT + line, "PM311")
    assert after is not None
    assert "schedules=[DeploymentScheduleCreate(schedule=CronSchedule(cron='* * * * *'))]" in after
    assert "from prefect.client.schemas.actions import DeploymentScheduleCreate\n" in after


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ("self.schedule", "[DeploymentScheduleCreate(schedule=self.schedule)] if self.schedule is not None else None"),
        ("nightly", "[DeploymentScheduleCreate(schedule=nightly)]"),
        ("chosen", "[DeploymentScheduleCreate(schedule=chosen)] if chosen is not None else None"),
    ],
)
def test_schedule_of_the_client_that_may_be_none(tmp_path: Path, given: str, after: str) -> None:
    before = "        nightly = CronSchedule(cron='* * * * *')\n        chosen = choose()\n"
    line = f"        await client.create_deployment(flow_id=1, name='x', schedule={given})\n"
    text = rewritten(tmp_path, CLIENT + before + line, "PM311", unsafe=True)
    assert text is not None
    assert f"schedules={after})\n" in text


def test_fetch_is_left_out(tmp_path: Path) -> None:
    text = (
        "from prefect.states import Completed\n\nstate = Completed()\n"
        "state.result(fetch=True, raise_on_failure=False)\n"
    )
    after = "from prefect.states import Completed\n\nstate = Completed()\nstate.result(raise_on_failure=False)\n"
    assert rewritten(tmp_path, text, "PM311") == after


THROUGH = {
    "a dict": FLOW + "\nOPTIONS = {\n    'is_schedule_active': False,\n}\netl.serve('x', **OPTIONS)\n",
    "dict()": FLOW + "\nOPTIONS = dict(\n    is_schedule_active=False,\n)\netl.serve('x', **OPTIONS)\n",
    "a literal": FLOW + "etl.serve('x', **{\n\n    'is_schedule_active': False})\n",
    "partial": FLOW + "from functools import partial\nserve = partial(\n    etl.serve, is_schedule_active=False)\n",
    "a function": FLOW + "def serve(name, **kw):\n    etl.serve(name, **kw)\nserve('x', is_schedule_active=False)\n",
}


@pytest.mark.parametrize("text", THROUGH.values(), ids=THROUGH)
def test_only_reported(tmp_path: Path, text: str) -> None:
    assert rewritten(tmp_path, text, "PM311", unsafe=True) is None
    (finding,) = scan_folder(tmp_path, select=("PM311",)).findings
    assert finding.place.line == 10
    assert finding.reason.startswith("it gets there through")


def test_a_flow_of_another_module(make_project: MakeProject) -> None:
    folder = make_project(
        {"flows.py": FLOW, "serve.py": "from flows import etl  # prefect\n\netl.serve('x', is_schedule_active=False)\n"}
    )
    (finding,) = scan_folder(folder, select=("PM311",)).findings
    assert (finding.path, finding.place.line) == ("serve.py", 3)


@pytest.mark.parametrize(
    "text",
    [
        FLOW + "etl(is_schedule_active=False)\n",
        FLOW + "etl = object()\netl.serve('x', is_schedule_active=False)\n",
        FLOW + "def f(etl):\n    etl.serve('x', is_schedule_active=False)\n",
        "from mine import flow  # not prefect\n\n\n@flow\ndef etl(): ...\n\n\n"
        "etl.serve('x', is_schedule_active=False)\n",
        "from prefect import flow\nfrom mine import wrap\n\n\n@wrap\n@flow\ndef etl(): ...\n\n\n"
        "etl.serve('x', timezone=1)\n",
        "import prefect\n\nif prefect.__version__ < '3':\n    prefect.serve(is_schedule_active=1)\nelse:\n"
        "    prefect.serve()\n",
        FLOW + "etl.serve('x', **options())\n",
    ],
    ids=["the flow's own", "another object", "a parameter", "not prefect", "wrapped", "guard", "unknown options"],
)
def test_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=("PM31", "PM32")).findings


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (FLOW + "etl.deploy('x', work_pool='p')\n", "`work_pool_name=` may be meant."),
        ("from prefect import task\n\n\n@task(retry_delay=3)\ndef t(): ...\n", "`retry_delay_seconds=` may be meant."),
        ("from prefect import flow\n\n\n@flow(schedule=None)\ndef t(): ...\n", "Leave it out"),
        (
            "from prefect.concurrency.sync import concurrency\n\nconcurrency('a', create_if_missing=True)\n",
            "Leave it out",
        ),
    ],
)
def test_unknown_keywords(tmp_path: Path, text: str, step: str) -> None:
    (tmp_path / "a.py").write_text(text)
    (finding,) = scan_folder(tmp_path, select=("PM312",)).findings
    assert finding.next_step.startswith(step)


def test_keywords_that_an_older_target_takes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "from prefect.concurrency.sync import concurrency\n\nconcurrency('a', create_if_missing=1)\n"
    )
    assert not scan_folder(tmp_path, select=("PM312",), target=(3, 0)).findings


def test_positions(tmp_path: Path) -> None:
    text = "from prefect.runner.storage import GitRepository\n\nGitRepository('u', None, 'n', 'b', False, 60)\n"
    after = text.replace("False, 60", "include_submodules=False, pull_interval=60")
    assert rewritten(tmp_path, text, "PM313") == after


def test_a_position_that_prefect_3_may_mean(tmp_path: Path) -> None:
    text = "from prefect.runner.storage import GitRepository\n\nGitRepository('u', None, 'n', 'b', 'abc123')\n"
    assert rewritten(tmp_path, text, "PM313") is None
    assert not scan_folder(tmp_path, select=("PM313",)).findings


TASK = "from prefect import flow, task\n\n\n@task\ndef t(n): ...\n\n\n"
FUTURES = {
    "submit": "@flow\ndef f():\n    x = t.submit(1)\n    return x.get_state()\n",
    "with_options": "@flow\ndef f():\n    x = t.with_options(name='a').submit(1)\n    return x.get_state()\n",
    "map": "@flow\ndef f():\n    return [x.get_state() for x in t.map([1])]\n",
    "list": "@flow\ndef f():\n    xs = [t.submit(n) for n in range(3)]\n    return xs[0].get_state()\n",
    "loop": "@flow\ndef f():\n    xs = t.map([1])\n    for x in xs:\n        print(x.get_state())\n",
    "await": "@flow\nasync def f():\n    x = await t.submit(1)\n    return await x.get_state()\n",
    "annotation": "from prefect.futures import PrefectFuture\n\n\ndef f(x: 'PrefectFuture | None'):\n"
    "    return x.get_state()\n",
}


@pytest.mark.parametrize("text", FUTURES.values(), ids=FUTURES)
def test_futures(tmp_path: Path, text: str) -> None:
    after = rewritten(tmp_path, TASK + text, "PM321")
    assert after is not None
    assert "get_state" not in after
    assert ".state" in after
    assert "await x.state" not in after


@pytest.mark.parametrize(
    "text",
    [
        CLIENT + "        await client.read_flow_run_notification_policies(None)\n",
        "from prefect.context import FlowRunContext\n\nFlowRunContext.get().result_factory\n",
        "from prefect import OrionClient\n\n\nasync def f(client: OrionClient):\n    await client.resolve_datadoc(1)\n",
        TASK + "@flow\ndef f():\n    x = t.submit(1)\n    return x.task_run\n",
    ],
)
def test_members_by_hand(tmp_path: Path, text: str) -> None:
    assert rewritten(tmp_path, text, "PM321", unsafe=True) is None
    (finding,) = scan_folder(tmp_path, select=("PM321",)).findings
    assert finding.applicability is Applicability.MANUAL


def test_a_state_has_no_such_member(tmp_path: Path) -> None:
    text = TASK + "@flow\ndef f():\n    s = t.submit(1, return_state=True)\n    return s.is_successful()\n"
    assert rewritten(tmp_path, text, "PM322", unsafe=True) is None
    assert len(scan_folder(tmp_path, select=("PM322",)).findings) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from prefect import flow as f\n\n\n@f(schedule=1)\ndef a(): ...\n", "PM312"),
        ("from prefect.concurrency.asyncio import concurrency as c\n\nc('a', create_if_missing=True)\n", "PM312"),
        (
            "from prefect.client.schemas.actions import DeploymentCreate as D\n\nD(name='a', infra_overrides={})\n",
            "PM311",
        ),
        ("from prefect.client.schemas.actions import DeploymentUpdate as D\n\nD(manifest_path='a')\n", "PM311"),
        ("from prefect.client.schemas.actions import WorkPoolCreate\n\nWorkPoolCreate(is_default=True)\n", "PM312"),
        ("from prefect.serializers import JSONSerializer\n\nJSONSerializer(dumps=1)\n", "PM312"),
        ("from prefect.client.schemas.schedules import CronSchedule\n\nCronSchedule(start_date=1)\n", "PM312"),
        ("from prefect.client.schemas.filters import FlowFilterName as N\n\nN(any=['a'])\n", "PM312"),
        ("import prefect.events as e\n\ne.RelatedResource(__root__={})\n", "PM311"),
        (FLOW + "etl(return_state=True).result(fetch=True)\n", "PM311"),
        (FLOW + "state = etl(return_state=True)\nstate.to_state_create()\n", "PM321"),
        (
            "from prefect.deployments import run_deployment as r\n\nr('a/b').state.result(fetch=True)\n",
            "PM311",
        ),
    ],
)
def test_found_however_it_is_called(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == [expected]


_RUNNER = "from mine import Runner\nfrom prefect import flow, task\n\n\n@task\ndef load(): ...\n\n\n"
_BODY = "\ndef etl():\n    future = load.submit()\n    return future.is_completed()\n"


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("@flow", ["PM322"]),
        ("@flow(task_runner=Runner(jobs=2))", []),
        ("@flow(task_runner=Runner)", []),
    ],
)
def test_futures_of_other_runners(tmp_path: Path, decorator: str, expected: list[str]) -> None:
    """What the futures of a runner of the user's own have is not known."""
    (tmp_path / "a.py").write_text(f"{_RUNNER}{decorator}{_BODY}")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM32",)).findings] == expected


def test_futures_of_a_runner_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{_RUNNER}@flow{_BODY}")
    (tmp_path / "mine.py").write_text(
        "from prefect.task_runners import TaskRunner\n\n\nclass Runner(TaskRunner):\n    pass\n"
    )
    assert not scan_folder(tmp_path, select=("PM32",)).findings


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.client.schemas.objects import Variable\n\nVariable(name='a', value='b', nonsense=1)\n",
        "from prefect.blocks.system import Secret\n\nSecret(value='a', nonsense=1)\n",
        FLOW + "etl(return_state=False).result(fetch=True)\n",
        "from mine import DeploymentCreate\n\nDeploymentCreate(infra_overrides={}, prefect=1)\n",
    ],
)
def test_what_takes_anything_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=("PM3",)).findings


@pytest.mark.parametrize("module", ["prefect.server.schemas.actions", "prefect.orion.schemas.actions"])
def test_models_of_the_server(tmp_path: Path, module: str) -> None:
    """As those of the client: what the target's model lacks is renamed where it has the same under another name."""
    text = f"import {module} as actions\n\nactions.DeploymentCreate(name='x', {{}})\n"
    before, after = "infra_overrides={'a': 1}, is_schedule_active=True", "job_variables={'a': 1}, paused=False"
    assert rewritten(tmp_path, text.format(before), "PM311") == text.format(after)
    (tmp_path / "a.py").write_text(text.format("schedule=nightly, nonsense=1"))
    found = scan_folder(tmp_path, select=("PM311", "PM312")).findings
    assert [(finding.code, finding.fixable) for finding in found] == [("PM311", False), ("PM312", False)]


def test_a_model_of_the_server_that_drops_what_it_does_not_know(tmp_path: Path) -> None:
    text = "from prefect.server.schemas.core import Deployment\n\nDeployment(name='x', {}={{}})\n"
    assert rewritten(tmp_path, text.format("infra_overrides"), "PM311") == text.format("job_variables")
    (tmp_path / "a.py").write_text(text.format("nonsense"))
    assert not scan_folder(tmp_path, select=("PM311", "PM312")).findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(await client.read_deployment(1)).infra_overrides", "PM321"),
        ("(await client.read_deployment_by_name('a/b')).schedule", "PM321"),
        ("[d.is_schedule_active for d in await client.read_deployments()]", "PM321"),
        ("(await client.read_flow_run(1)).state.result(fetch=True)", "PM311"),
        ("(await client.read_flow_run(1)).dict(json_compatible=True)", "PM315"),
        ("(await client.read_deployments())[0].flow_name", "PM322"),
        ("(await client.read_deployment(1)).name", ""),
        ("(await client.read_flow_run(1)).state.is_completed()", ""),
    ],
)
def test_what_the_client_gives(tmp_path: Path, text: str, expected: str) -> None:
    """Its own annotations say what it gives."""
    (tmp_path / "a.py").write_text(f"{CLIENT}        return {text}\n")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == [expected] * bool(expected)


def test_a_deployment_as_the_server_has_it(tmp_path: Path) -> None:
    before = CLIENT + "        return (await client.read_deployment(1)).infra_overrides\n"
    assert rewritten(tmp_path, before, "PM321") == before.replace("infra_overrides", "job_variables")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("etl._run()", "PM321"),
        ("etl.with_options(name='x')._run(1)", "PM321"),
        ("etl._anything", ""),
        ("etl._retries", ""),
    ],
)
def test_private_members(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.py").write_text(f"{FLOW}{text}\n")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == [expected] * bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Settings(PREFECT_API_KEY='x')", "PM311"),
        ("Settings(api={'key': 'x'})", ""),
        ("get_current_settings().value_of(1)", "PM321"),
        ("get_current_settings().with_obfuscated_secrets()", "PM321"),
        ("get_current_settings().api.key", ""),
    ],
)
def test_settings_as_an_object(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.py").write_text(f"from prefect.settings import Settings, get_current_settings\n\n{text}\n")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == [expected] * bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from prefect.workers.process import ProcessWorker\n\nProcessWorker('pool').serve()\n", "PM322"),
        ("from prefect.blocks.system import Secret\n\nSecret(value='a').reveal()\n", "PM322"),
        ("from prefect.blocks.system import Secret\n\nSecret.load('a').get()\n", ""),
        ("from prefect.blocks.core import Block\n\nBlock.load('a/b').reveal()\n", ""),
        ("from prefect.serializers import Serializer\n\nSerializer(type='a').serializer\n", ""),
        ("from prefect.logging.loggers import PrefectLogAdapter\n\nPrefectLogAdapter(1, {}).extra\n", ""),
        ("from prefect.transactions import Transaction\n\nTransaction().get('a').append(1)\n", ""),
        ("from prefect.server.schemas.schedules import CronSchedule\n\nCronSchedule(cron='').get_dates()\n", ""),
        ("from prefect.flow_engine import FlowRunEngine\n\nFlowRunEngine().set_state.call_count\n", ""),
        ("from prefect.workers.process import ProcessWorker\n\nw = ProcessWorker('p')\nw.mark = 1\nw.mark\n", ""),
    ],
)
def test_made_up_members_of_what_is_made(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == [expected] * bool(expected)


_GITHUB = "from prefect_github.credentials import GitHubCredentials\n\nGitHubCredentials.load('a').get_endpoint()\n"


def test_members_of_integrations(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(_GITHUB)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3",)).findings] == ["PM321"]


def test_members_of_an_integration_that_is_here(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(_GITHUB)
    (tmp_path / "prefect_github").mkdir()
    (tmp_path / "prefect_github" / "credentials.py").write_text("class GitHubCredentials: ...  # of prefect\n")
    assert not scan_folder(tmp_path, select=("PM3",)).findings


FUTURE = "from prefect.futures import PrefectFuture\nfrom prefect.states import State\n\n\ndef f(x, y):\n"


@pytest.mark.parametrize(
    "text",
    [
        "    if isinstance(x, PrefectFuture):\n        x.get_state()\n",
        "    if y and isinstance(x, State) and x.is_final():\n        x.result(fetch=True)\n",
        "    if isinstance(x, State) and x.result(fetch=True):\n        return 1\n",
        "    return [future.get_state() for future in x if isinstance(future, PrefectFuture)]\n",
        "    return x.get_state() if isinstance(x, PrefectFuture) else x\n",
    ],
)
def test_after_isinstance(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(FUTURE + text)
    assert len(scan_folder(tmp_path, select=("PM311", "PM321")).findings) == 1


@pytest.mark.parametrize(
    "text",
    [
        "    if isinstance(x, PrefectFuture):\n        pass\n    else:\n        x.get_state()\n",
        "    if isinstance(x, PrefectFuture) or y:\n        x.get_state()\n",
        "    if isinstance(x, (PrefectFuture, int)):\n        x.get_state()\n",
        "    if isinstance(x, PrefectFuture):\n        x = y\n        x.get_state()\n",
        "    if isinstance(x, PrefectFuture):\n        y.get_state()\n",
        "    if not isinstance(x, PrefectFuture):\n        x.get_state()\n",
        "    if isinstance(x, PrefectFuture):\n        return lambda x: x.get_state()\n",
        # One of a class that is derived from it may have what Prefect 2 had not either.
        "    if isinstance(x, PrefectFuture):\n        x.invented()\n",
    ],
)
def test_isinstance_does_not_tell(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(FUTURE + text)
    assert not scan_folder(tmp_path, select=("PM311", "PM321", "PM322")).findings


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ("from prefect import get_client\nfrom prefect.client import get_client\n", ["PM311"]),
        ("from prefect import get_client\nfrom ours import get_client\n", []),
        ("from prefect import get_client\nget_client = mine\n", []),
    ],
)
def test_a_name_that_is_imported_twice(tmp_path: Path, imports: str, expected: list[str]) -> None:
    text = f"{imports}\n\nasync def f():\n    async with get_client() as client:\n"
    text += "        await client.create_deployment('a', 'b', is_schedule_active=False)\n"
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM311",)).findings] == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [("task_run_futures", ["PM321"]), ("task_run", []), ("flow_run", []), ("run_count", []), ("made_up", [])],
)
def test_the_context_of_a_flow_or_a_task(tmp_path: Path, member: str, expected: list[str]) -> None:
    text = f"from prefect import context\n\n\ndef f():\n    return context.get_run_context().{member}\n"
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM321", "PM322")).findings] == expected


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for i, one in enumerate(found, 1)", ["PM321"]),
        ("for one in sorted(found, key=str)", ["PM321"]),
        ("for i, one in enumerate(list(found))", ["PM321"]),
        ("for one, i in enumerate(found)", []),
        ("for i, one in zip(found, found)", []),
        ("for one in enumerate(found)", []),
    ],
)
def test_what_a_loop_goes_through(tmp_path: Path, loop: str, expected: list[str]) -> None:
    body = f"        found = await client.read_deployments()\n        {loop}:\n"
    (tmp_path / "a.py").write_text(f"{CLIENT}{body}            print(one.is_schedule_active)\n")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM321",)).findings] == expected


def test_a_function_of_the_name_enumerate(tmp_path: Path) -> None:
    text = f"def enumerate(given): ...\n\n\n{CLIENT}        for i, one in enumerate(await client.read_deployments()):\n"
    (tmp_path / "a.py").write_text(f"{text}            print(one.is_schedule_active)\n")
    assert not scan_folder(tmp_path, select=("PM321",)).findings


@pytest.mark.parametrize(
    "code",
    [
        "flow.from_source(source=X, entrypoint='a.py:b').deploy('n', 'p', is_schedule_active=False)",
        "loaded = flow.from_source(source=X, entrypoint='a.py:b')\nloaded.serve('n', is_schedule_active=False)",
        "async def f():\n    (await flow.from_source(X, 'a.py:b')).to_deployment('n', is_schedule_active=False)",
    ],
)
def test_what_from_source_of_the_decorator_gives_is_a_flow(make_project: MakeProject, code: str) -> None:
    folder = make_project({"deploy.py": f"from prefect import flow\n\nX = 'https://x/y.git'\n{code}\n"})
    found = [one for one in scan_folder(folder).findings if one.code == "PM311"]
    assert [one.message.split("`")[3] for one in found] == ["is_schedule_active="]
    assert "paused=True" in (texts(apply_folder(folder))["deploy.py"] or "")


CLASS = """\
import asyncio
from functools import cached_property

from prefect import get_client, task
from prefect.client.orchestration import PrefectClient


@task
def load(): ...


class Runs:
    %s

    async def read(self, key):
        return %s
"""


LOST = "self.api.read_flow_run_notification_policies(key)"


@pytest.mark.parametrize(
    ("made", "read", "expected"),
    [
        ("api = get_client()", "await self.api.read_block_document(key)", []),
        ("def __init__(self): self.api = get_client()", LOST, ["PM321"]),
        ("def __init__(self): self.api = None", LOST, []),
        ("api = get_client()", LOST, ["PM321"]),
        ("api: PrefectClient", LOST, ["PM321"]),
        ("api: PrefectClient | None = None", LOST, ["PM321"]),
        ("def __init__(self, api: PrefectClient): self.api = api", f"map({LOST[:-5]}, key)", ["PM321"]),
        ("def __init__(self, api): self.api = api or get_client()", LOST, []),
        ("def start(self): self.run = load.submit()", "self.run.get_state()", ["PM321"]),
        ("def start(self): self.run = load.submit(); self.run = 3", "self.run.get_state()", []),
        ("def start(self): self.run, self.x = load.submit(), 3", "self.run.get_state()", []),
        ("def start(this): this.runs = [load.submit()]", "[run.get_state() for run in self.runs]", ["PM321"]),
        ("@staticmethod\n    def start(it): it.run = load.submit()", "self.run.get_state()", []),
        ("@property\n    def api(self): return get_client()", LOST, ["PM321"]),
        ("@cached_property\n    def api(self): return get_client()", LOST, ["PM321"]),
        ("def api(self): return get_client()", LOST, []),
        ("api = get_client()", "create_call(self.api.update_deployment, key, schedule=None)", ["PM311"]),
        ("api = get_client()", "asyncio.to_thread(self.api.update_deployment, schedule=None)", ["PM311"]),
        ("api = get_client()", "unknown(self.api.update_deployment, schedule=None)", []),
    ],
)  # fmt: skip
def test_attributes_of_self(tmp_path: Path, made: str, read: str, expected: list[str]) -> None:
    (tmp_path / "a.py").write_text(CLASS % (made, read))
    found = scan_folder(tmp_path, select=("PM311", "PM312", "PM321", "PM322")).findings
    assert [finding.code for finding in found] == expected


def test_attributes_that_a_base_class_of_another_file_sets(make_project: MakeProject) -> None:
    base = "from prefect import get_client\n\n\nclass Base:\n    def __init__(self):\n        self.api = get_client()\n"
    use = "    def read(self):\n        return self.api.read_flow_run_notification_policies()  # of prefect\n"
    folder = make_project(
        {
            "base.py": base,
            "runs.py": f"from base import Base\n\n\nclass Runs(Base):\n{use}",
            "own.py": f"from base import Base\n\n\nclass Own(Base):\n    api = object()\n\n{use}",
        }
    )
    found = scan_folder(folder, select=("PM321",)).findings
    assert [finding.path for finding in found] == ["runs.py"]


def test_a_function_that_prefect_has_to_call_another(tmp_path: Path) -> None:
    call = "run_sync_in_worker_thread(etl.serve, 'x', is_schedule_active=False)\n"
    (tmp_path / "a.py").write_text(f"from prefect.utilities.asyncutils import run_sync_in_worker_thread\n{FLOW}{call}")
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM311",)).findings] == ["PM311"]
