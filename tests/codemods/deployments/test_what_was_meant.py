"""Definitions that Prefect 2 refused, or that did nothing, though what they were to do is plain."""

from __future__ import annotations

import re

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"


def written(make_project: MakeProject, code: str, style: str = "auto", **others: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    text = texts(apply_folder(folder, unsafe=True, target_style=style)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('Deployment.build_from_flow(etl, "a", concurrency_limit=1).apply()\n', "concurrency_limit=1"),
        ('Deployment.build_from_flow(etl, "a", cron="0 3 * * *", paused=True).apply()\n', '"0 3 * * *", paused=True'),
        ('d = Deployment(flow=etl, name="a", work_queue_name="q")\nd.apply()\n', 'name="a", work_pool_name='),
        ('Deployment(flow=etl, name="a").apply()\n', 'etl.from_source('),
    ],
)  # fmt: skip
def test_arguments_that_prefect_3_takes(make_project: MakeProject, code: str, expected: str) -> None:
    text = written(make_project, code)
    assert expected in text
    assert "Deployment" not in text


def test_they_are_for_review(make_project: MakeProject) -> None:
    code = 'Deployment.build_from_flow(etl, "a", concurrency_limit=1, cron=None).apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code + 'Deployment(flow=etl, name="b").apply()\n'})
    first, second = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert first.applicability is second.applicability is Applicability.REVIEW
    assert first.reason == "Prefect 2 refused `concurrency_limit=`; Prefect 3 takes it, so it counts from now on"
    assert "built with `Deployment(flow=...)`" in second.message
    assert "taken for `build_from_flow`" in second.reason


def test_they_stay_out_of_prefect_yaml(make_project: MakeProject) -> None:
    code = (
        "from prefect.infrastructure import DockerContainer\n"
        'Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(), concurrency_limit=2).apply()\n'
    )
    text = written(make_project, code)
    assert "concurrency_limit=2" in text
    assert 'deployment.storage = LocalStorage("/opt/prefect/flows")' in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ('cron="0 3 * * *", interval=60', "both `cron=` and `interval=` are given"),
        ("paused=True, is_schedule_active=True", "both `is_schedule_active=` and `paused=` are given"),
        ("image='x'", "`image=` is no argument of Prefect 2's build_from_flow"),
    ],
)
def test_what_is_not_plain(make_project: MakeProject, arguments: str, reason: str) -> None:
    code = f'Deployment.build_from_flow(etl, "a", {arguments}).apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.reason == reason


def test_a_flow_that_is_a_text(make_project: MakeProject) -> None:
    code = 'Deployment.build_from_flow(flow="flows.py:etl", name="a").apply()\n'
    (found,) = (one for one in scan_folder(make_project({"deploy.py": HEAD + code})).findings if one.code == "PM101")
    assert found.fix is None
    assert '`flow.from_source(source=..., entrypoint="flows.py:etl")` loads the flow' in found.reason


CARRIED = """\
d = Deployment(name="a")
d.parameters = {"n": 2}

built = d.build_from_flow(flow=etl, name="a", tags=["x"])

if __name__ == "__main__":
    built.apply()
"""


def test_the_class_method_of_an_object(make_project: MakeProject) -> None:
    """What is set on the object was never registered: `build_from_flow` makes a deployment of its own."""
    text = written(make_project, CARRIED)
    assert "Deployment" not in text
    assert "n" not in re.findall(r'"(\w)"', text)
    assert 'name="a", work_pool_name="process-pool", tags=["x"], )' in text
    found = scan_folder(make_project({"flows.py": FLOWS, "deploy.py": HEAD + CARRIED}), select=("PM1",)).findings
    assert [(one.code, one.reason) for one in found] == [
        ("PM101", "`build_from_flow` took nothing of the object that it was called on, which goes")
    ]


@pytest.mark.parametrize("more", ["d.load()\n", "print(d.parameters)\n", "d.build_from_flow(etl, 'b').apply()\n"])
def test_an_object_that_does_more(make_project: MakeProject, more: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + CARRIED + more})
    assert [one.code for one in scan_folder(folder, select=("PM1",)).findings] == ["PM103"]
    assert "deploy.py" not in texts(apply_folder(folder, unsafe=True))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ('CronSchedule("0 3 * * *")', 'Cron("0 3 * * *")'),
        ('CronSchedule("0 3 * * *", timezone="UTC")', 'Cron("0 3 * * *", timezone="UTC")'),
        ("IntervalSchedule(timedelta(hours=1))", "Interval(timedelta(hours=1))"),
    ],
)
def test_a_schedule_by_position(make_project: MakeProject, schedule: str, expected: str) -> None:
    head = (
        "from datetime import timedelta\nfrom prefect.client.schemas.schedules import CronSchedule, IntervalSchedule\n"
    )
    code = f'{head}Deployment.build_from_flow(etl, "a", schedule={schedule}).apply()\n'
    assert f"schedules=[{expected}]" in written(make_project, code)
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.REVIEW
    assert "whose value has no name; it counts from now on" in found.reason


@pytest.mark.parametrize("code", ['Deployment(flow=etl, name="a")\n', "Deployment(flow=etl, packager=None).apply()\n"])
def test_the_spelling_of_the_betas_is_only_reported(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    assert [one.code for one in scan_folder(folder, select=("PM1",)).findings] == ["PM102"]


def test_an_await_that_was_forgotten(make_project: MakeProject) -> None:
    code = 'async def go():\n    d = Deployment.build_from_flow(etl, "a")\n    await d.apply()\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.reason == "it was not awaited, which Prefect 2 needed in a coroutine: it is now"
    assert "d = await etl.to_deployment(" in written(make_project, code)


def test_both_awaits_that_were_forgotten(make_project: MakeProject) -> None:
    code = (
        'async def go():\n    d = Deployment.build_from_flow(etl, "a")\n    if wanted():\n'
        "        d.apply(work_queue_concurrency=3)\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.REVIEW
    assert found.reason == "it was not awaited, which Prefect 2 needed in a coroutine: it is now"
    text = written(make_project, code)
    assert "d = await etl.to_deployment(" in text
    assert text.endswith("if wanted(): await d.apply()")


@pytest.mark.parametrize(
    "code",
    [
        'async def go():\n    d = Deployment.build_from_flow(etl, "a")\n    return d.apply()\n',
        'async def go():\n    d = Deployment.build_from_flow(etl, "a")\n    d.apply()\n    await d.apply()\n',
        'async def go():\n    return Deployment.build_from_flow(etl, "a")\n',
    ],
)
def test_an_await_that_may_come_later(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "it is not awaited, though it stands in a coroutine" in found.reason


def test_what_nothing_registers_is_still_built(make_project: MakeProject) -> None:
    code = (
        "from prefect.filesystems import LocalFileSystem\n"
        'Deployment.build_from_flow(etl, "a", storage=LocalFileSystem.load("x"), entrypoint="a/b.py:etl")\n'
    )
    text = written(make_project, code)
    assert "deployment = etl.to_deployment(" in text
    assert 'deployment.entrypoint = "a/b.py:etl"' in text
    assert "apply" not in text


def test_the_type_of_a_pool_that_prefect_yaml_names_too(make_project: MakeProject) -> None:
    entry = "deployments:\n- name: other\n  entrypoint: flows.py:etl\n  work_pool:\n    name: pods\n"
    code = (
        "from prefect.infrastructure import KubernetesJob\n"
        'd = Deployment.build_from_flow(etl, "a", work_pool_name="pods", infrastructure=KubernetesJob(), version=V)\n'
        "print(d.apply())\n"
    )
    text = written(make_project, code, **{"prefect.yaml": entry})
    assert 'd.storage = LocalStorage("/opt/prefect/flows")' in text


def test_an_import_that_moved_goes_with_its_last_use(make_project: MakeProject) -> None:
    code = (
        "from prefect.orion.schemas.schedules import IntervalSchedule\n"
        'Deployment.build_from_flow(etl, "a", schedule=IntervalSchedule(interval=60), output="x.yaml").apply()\n'
    )
    assert "IntervalSchedule" not in written(make_project, code)


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        ("etl()", "`etl()` runs the flow and gives what it returns"),
        ("remote", "`remote` comes from `from_source(...)`"),
        ('flow.from_source("u", entrypoint="a.py:f")', "comes from `from_source(...)`"),
        ("clean", "`clean` is a task"),
        ("make()", ""),
        ('etl.with_options(name="o")', ""),
    ],
)
def test_what_is_no_flow(make_project: MakeProject, flow: str, told: str) -> None:
    code = (
        "from prefect import flow\nfrom prefect.deployments import Deployment\nfrom flows import etl\n"
        "from made import make\nfrom prefect import task\n\n\n@task(retries=2)\ndef clean():\n    pass\n\n\n"
        'remote = flow.from_source(source="u", entrypoint="a.py:f")\n'
        f'Deployment.build_from_flow({flow}, "n").apply()\n'
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert (finding.fix is None) is bool(told)
    assert told in finding.next_step


def test_a_spec_of_a_flow_that_is_called(make_project: MakeProject) -> None:
    code = (
        "from prefect.deployments import DeploymentSpec\nfrom flows import etl\nDeploymentSpec(flow=etl(), name='n')\n"
    )
    folder = make_project({"flows.py": FLOWS, "specs.py": code})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM102")
    assert finding.fix is None


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_a_block_that_nothing_reads_goes(make_project: MakeProject, style: str) -> None:
    code = (
        "import os\nfrom prefect.infrastructure.container import DockerContainer\nos.umask(2)\n"
        'docker_block = DockerContainer.load("zoom")\n'
        'Deployment.build_from_flow(etl, "a",\n    # infrastructure=docker_block\n).apply()\n'
    )
    text = written(make_project, code, style)
    assert "os.umask(2)" in text
    assert "docker_block = " not in text
    assert "import DockerContainer" not in text


def test_a_block_that_something_reads_stays(make_project: MakeProject) -> None:
    code = (
        "from prefect.infrastructure.container import DockerContainer\n"
        'block = DockerContainer.load("zoom")\nDeployment.build_from_flow(etl, "a").apply()\nprint(block)\n'
    )
    assert 'block = DockerContainer.load("zoom")' in written(make_project, code)


@pytest.mark.parametrize("shown", ["d.__dict__", "d.dict()"])
def test_all_of_an_object_is_shown(make_project: MakeProject, shown: str) -> None:
    code = f'd = Deployment.build_from_flow(etl, "a", apply=True)\nprint({shown})\n'
    assert f"d.apply() print({shown})" in written(make_project, code)


def test_all_of_an_object_is_used(make_project: MakeProject) -> None:
    code = 'd = Deployment.build_from_flow(etl, "a", apply=True)\nsave(d.dict())\n'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert "`d.dict` on line 5 has no counterpart" in found.reason


def test_an_import_that_fails_is_kept_for_nobody(make_project: MakeProject) -> None:
    tests = "import deploy\n\n\ndef test_it(monkeypatch):\n    monkeypatch.setattr(deploy.Deployment, 'apply', print)\n"
    text = written(make_project, 'Deployment.build_from_flow(etl, "a").apply()\n', **{"test_deploy.py": tests})
    assert "Deployment" not in text
