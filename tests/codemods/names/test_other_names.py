"""Unknown names, the sequential task runner, the server's schedules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("from prefect.task_runners import DaskTaskRunner\n", "`prefect_dask.DaskTaskRunner` may be meant."),
        ("from prefect import get_run_loger\n", "`prefect.get_run_logger` may be meant."),
        ("from prefect.client import FlowRun\n", "`prefect.client.schemas.FlowRun`"),
        ("from prefect.nothing import at_all\n", "Remove it, or look up what it was meant to be."),
        ("from prefect_gcp.cloud_storage import GCSBucket\n", "`prefect_gcp.cloud_storage.GcsBucket` may be meant."),
        ("from prefect_aws.nonsense import S3Bucket\n", "`prefect_aws.S3Bucket` may be meant."),
        ("import prefect_kubernetes.nonsense\n", "Remove it, or look up what it was meant to be."),
        ("from prefect._internal.pydantic import HAS_PYDANTIC_V2\n", "It was private to Prefect;"),
        ("from prefect.cli._types import PrefectTyper\n", "It was private to Prefect;"),
        ("import prefect\n\nprint(prefect.flow.name)\n", "`prefect.runtime.deployment.name` or"),
        ("from prefect import get_run_logger\n\nget_run_logger.info('a')\n", "Remove it, or look up"),
    ],
)
def test_unknown_names(tmp_path: Path, text: str, step: str) -> None:
    (tmp_path / "a.py").write_text(text)
    (finding,) = scan_folder(tmp_path, select=("PM303",)).findings
    assert finding.next_step.startswith(step)


@pytest.mark.parametrize(
    "text",
    [
        "from prefect_dbt import BigQueryTargetConfigs\n",  # given on demand
        "import prefect_aws.observers\n",  # a folder without __init__.py
        "from prefect_aws._cli.main import cli\n",  # can't be imported where the facts were derived
        "from prefect_aws import S3Bucket\n\nS3Bucket.load('a')\n",
        "import prefect\n\nprint(prefect.flow.__name__, prefect.deploy.aio, prefect.flow.from_source)\n",
        "from prefect import get_client\n\nget_client.assert_called()\nget_client.return_value = 1\n",  # a mock
        "from prefect_soda import Anything\n",  # none of the packages that are known
        "try:\n    from prefect_aws import nonsense\nexcept ImportError:\n    nonsense = None\n",
    ],
)
def test_names_that_integrations_have(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=("PM303",)).findings


@pytest.mark.parametrize("own", ["prefect_docker.py", "prefect_docker/__init__.py"])
def test_a_module_of_ones_own_with_the_name_of_an_integration(make_project: MakeProject, own: str) -> None:
    folder = make_project({own: "def etl(): ...\n", "a.py": "from prefect_docker import etl\n"})
    assert not scan_folder(folder, select=("PM303",)).findings


def runner(folder: Path, text: str) -> str | None:
    (folder / "a.py").write_text(text)
    return texts(apply_folder(folder, select=("PM304",))).get("a.py")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "from prefect import flow\nfrom prefect.task_runners import SequentialTaskRunner as S\n\n\n"
            "@flow(task_runner=S)\ndef f(): ...\n",
            "from prefect import flow\nfrom prefect.task_runners import ThreadPoolTaskRunner\n\n\n"
            "@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))\ndef f(): ...\n",
        ),
        (
            "import prefect.task_runners as r\n\nrunner = r.SequentialTaskRunner()\n",
            "import prefect.task_runners as r\n\nrunner = r.ThreadPoolTaskRunner(max_workers=1)\n",
        ),
        (
            "from prefect.task_runners import SequentialTaskRunner  # one by one\n\nr = SequentialTaskRunner()\n",
            "from prefect.task_runners import ThreadPoolTaskRunner  # one by one\n\n"
            "r = ThreadPoolTaskRunner(max_workers=1)\n",
        ),
        (
            "def f():\n    from prefect.task_runners import SequentialTaskRunner\n    return SequentialTaskRunner()\n",
            "def f():\n    from prefect.task_runners import ThreadPoolTaskRunner\n"
            "    return ThreadPoolTaskRunner(max_workers=1)\n",
        ),
        (
            "from prefect.task_runners import SequentialTaskRunner\n",
            "from prefect.task_runners import ThreadPoolTaskRunner\n",
        ),
        (
            "from prefect.task_runners import *\n\nSequentialTaskRunner()\n",
            "from prefect.task_runners import *\nfrom prefect.task_runners import ThreadPoolTaskRunner\n\n"
            "ThreadPoolTaskRunner(max_workers=1)\n",
        ),
    ],
    ids=["as", "module as", "comment", "nested", "unused", "star"],
)
def test_sequential(tmp_path: Path, text: str, after: str) -> None:
    assert runner(tmp_path, text) == after


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.task_runners import SequentialTaskRunner\n\n\ndef f(runner: SequentialTaskRunner): ...\n",
        "from prefect.task_runners import SequentialTaskRunner\n\nSequentialTaskRunner(1)\n",
        "from prefect.task_runners import SequentialTaskRunner\n\nThreadPoolTaskRunner = SequentialTaskRunner()\n",
        "try:\n    from prefect.task_runners import SequentialTaskRunner\nexcept ImportError:\n    pass\n",
        "R = 'prefect.task_runners.SequentialTaskRunner'\n",
    ],
    ids=["annotation", "arguments", "name is taken", "guard", "string"],
)
def test_sequential_by_hand(tmp_path: Path, text: str) -> None:
    assert runner(tmp_path, text) is None
    assert scan_folder(tmp_path, select=("PM304",)).findings


def test_sequential_that_another_module_takes(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "common.py": "from prefect.task_runners import SequentialTaskRunner\n",
            "etl.py": "from common import SequentialTaskRunner  # prefect\n\nSequentialTaskRunner()\n",
        }
    )
    assert not apply_folder(folder, select=("PM304",)).changes
    found = scan_folder(folder, select=("PM304",)).findings
    assert [(finding.path, finding.place.line) for finding in found] == [("common.py", 1), ("etl.py", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.server.schemas.schedules import CronSchedule\n\n\ndef f(schedule: CronSchedule): ...\n",
        "from prefect.server.schemas.schedules import CronSchedule\nfrom prefect.server.models import flows\n\n"
        "CronSchedule(cron='0 3 * * *')\n",
        "from prefect.client.schemas.schedules import CronSchedule\n\nCronSchedule(cron='0 3 * * *')\n",
    ],
)
def test_schedules_that_may_stay(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=("PM305",)).findings


def test_a_schedule_made_by_a_method(tmp_path: Path) -> None:
    text = "from prefect.server.schemas.schedules import RRuleSchedule\n\nRRuleSchedule.from_rrule(rule)\n"
    (tmp_path / "a.py").write_text(text)
    (change,) = apply_folder(tmp_path, select=("PM305",)).changes
    assert b"prefect.client.schemas.schedules" in (change.after or b"")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from prefect.states import State\n\nState.nope\nState.type\n", [3]),
        ("from prefect.client.schemas.objects import StateType as T\n\nT.RUNNING\nT.WAITING\n", [4]),
        ("from prefect_kubernetes import KubernetesJob\n\njob = KubernetesJob.job_template(spec={})\n", [3]),
        ("from prefect.states import State\n\nState.extra = 1\nprint(State.extra)\n", []),
        ("from prefect.blocks.core import Block\n\nBlock.model_rebuild()\nBlock.load('a/b').key\n", []),
        ("from prefect_aws.ecs import ECSTask\n\nECSTask.load('a')\n", [1]),
        ("from prefect.tasks import Tusk\n\nTusk.map(1)\n", [1]),
        ("from prefect.serializers import Serializer\n\nSerializer.register(int)\n", []),
        ("from prefect import register\n", [1]),
        # Prefect 3.0 had them.
        ("from prefect.cli._types import PrefectTyper\n", [1]),
        ("from prefect.deployments.base import _search_for_flow_functions\n", [1]),
    ],
)
def test_what_classes_lack_and_what_was_private(tmp_path: Path, text: str, lines: list[int]) -> None:
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=("PM30",)).findings
    assert [finding.place.line for finding in found] == lines


@pytest.mark.parametrize(
    "text",
    [
        "import prefect\n\nurl = prefect.context.temp_url\n",
        "from prefect import context\n\nurl = context.get('url')\n",
        "import prefect\n\nraise prefect.engine.signals.SKIP()\n",
        "from prefect.client import Secret\n\nSecret('key').get()\n",
        "from prefect.utilities.gcp import get_storage_client\n",
        "from prefect import Flow\n\nwith Flow('a') as flow:\n    pass\nflow.run()\n",
        "import prefect\n\n\nclass Load(prefect.Task):\n    def run(self):\n        self.logger.info('x')\n",
        "from prefect import Task\n\n\nclass Load(Task):\n    def run(self): ...\n",
    ],
)
def test_prefect_1(tmp_path: Path, text: str) -> None:
    """One finding says it for the whole file."""
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3", "PM9")).findings] == ["PM904"]


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.context import get_flow_context\n",
        "import prefect.context\n\nprefect.context.get_flow_context()\n",
        "from prefect import context\n\ncontext.current_run().name\n",
    ],
)
def test_invented_names_of_the_context(tmp_path: Path, text: str) -> None:
    """Nothing could be imported from Prefect 1's context, and its keys were not called."""
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3", "PM9")).findings] == ["PM303"]


def test_mocks_of_the_tests(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from prefect.testing.utilities import AsyncMock\n")
    (finding,) = scan_folder(tmp_path, select=("PM303",)).findings
    assert "`unittest.mock.AsyncMock`" in finding.next_step


@pytest.mark.parametrize(
    "text",
    [
        "with pytest.raises(AttributeError):\n    prefect.runtime.deployment.beep\n",
        "with pytest.raises((ImportError)):\n    from prefect.runtime.deployment import beep\n",
        "if sys.version_info < (3, 8) and x:\n    from prefect.utilities.compat import ThreadedChildWatcher\n",
        "x = prefect.nothing() if sys.version_info < (3, 8) else 1\n",
        "monkeypatch.setattr(prefect.engine, 'nothing', 1, raising=False)\n",
        "mock.patch.object(prefect.engine, 'nothing', create=True)\n",
    ],
)
def test_what_need_not_be_there(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(f"import prefect\n\n{text}")
    assert not scan_folder(tmp_path, select=("PM3",)).findings


@pytest.mark.parametrize(
    "text",
    [
        "with pytest.raises(ValueError):\n    prefect.runtime.deployment.beep\n",
        "if sys.version_info < (3, 10):\n    from prefect.utilities.compat import ThreadedChildWatcher\n",
        "if sys.version_info < (3, 8):\n    pass\nelse:\n    from prefect.utilities.compat import nothing\n",
        "x = 1 if sys.version_info < (3, 8) else prefect.nothing()\n",
        "mock.patch.object(prefect.engine, 'nothing')\n",
        "import sys\nx = prefect.runtime.deployment.beep() if sys.argv else print()\n",
    ],
)
def test_what_must_be_there(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(f"import prefect\n\n{text}")
    assert len(scan_folder(tmp_path, select=("PM3",)).findings) == 1


@pytest.mark.parametrize(
    "text",
    [
        "import prefect\n\n\n@prefect.flow\ndef etl():\n    prefect.context.parameters\n",
        "from prefect import context, runtime\n\nprint(context.flow_name, runtime.flow_run.id)\n",
    ],
)
def test_a_key_of_prefect_1_in_code_for_prefect_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert [finding.code for finding in scan_folder(tmp_path, select=("PM3", "PM9")).findings] == ["PM303"]


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("from prefect._vendor.fastapi import FastAPI\n", "fastapi"),
        ("from prefect._vendor.starlette.status import HTTP_200_OK\n", "starlette"),
        ("import prefect._vendor.starlette\n", "starlette"),
    ],
)
def test_copies_of_other_packages(tmp_path: Path, text: str, package: str) -> None:
    (tmp_path / "a.py").write_text(text)
    (finding,) = scan_folder(tmp_path, select=("PM303",)).findings
    assert finding.next_step == f"Import it from `{package}` itself, and require that package."


def test_copies_that_are_still_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import prefect._vendor\nfrom prefect._vendor.croniter import croniter\n")
    assert not scan_folder(tmp_path, select=("PM3",)).findings


@pytest.mark.parametrize(
    ("other", "is_taken"),
    [
        (
            "from flows import etl\nfrom prefect.task_runners import SequentialTaskRunner\n\nSequentialTaskRunner()\n",
            False,
        ),
        ("from flows import *\n\nprint(SequentialTaskRunner)\n", True),
        ("import flows\n\nprint(flows.SequentialTaskRunner)\n", True),
        ("import flows\n\npatch('flows.SequentialTaskRunner')\n", True),
    ],
)
def test_a_module_that_takes_other_names_is_no_obstacle(make_project: MakeProject, other: str, is_taken: bool) -> None:
    runner = "from prefect.task_runners import SequentialTaskRunner\n\nr = SequentialTaskRunner()\netl = 1\n"
    folder = make_project({"flows.py": runner, "other.py": other})
    text = texts(apply_folder(folder, unsafe=True)).get("flows.py") or runner
    assert ("SequentialTaskRunner" in text) is is_taken
