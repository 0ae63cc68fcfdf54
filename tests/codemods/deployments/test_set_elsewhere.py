"""What is set on a deployment's object away from its definition, or on one without a name."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
from prefect.client.schemas.objects import MinimalDeploymentSchedule
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer
from prefect.server.schemas import schedules
from flows import etl

"""
SET_LATE = """\
d = Deployment.build_from_flow(etl, "a"{more})
if options.scheduled:
    d.schedule = {value}  # at night
d.apply()
"""


def written(make_project: MakeProject, code: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('CronSchedule(cron="0 1 * * *")', '[DeploymentScheduleCreate(schedule=CronSchedule(cron="0 1 * * *"))]'),
        ("None", "[]"),
        (
            "CronSchedule(cron=options.cron) if options.cron else None",
            "[DeploymentScheduleCreate(schedule=CronSchedule(cron=options.cron))] if options.cron else []",
        ),
        ("schedules.IntervalSchedule(interval=3)", "[DeploymentScheduleCreate(schedule=IntervalSchedule(interval=3))]"),
    ],
)
def test_a_schedule_set_where_a_test_holds(make_project: MakeProject, value: str, expected: str) -> None:
    text = written(make_project, SET_LATE.format(value=value, more=""))
    assert f"    d.schedules = {expected}  # at night\n" in text
    assert "schedules.IntervalSchedule" not in text


@pytest.mark.parametrize(
    ("value", "more"),
    [("make()", ""), ("NIGHTLY", ""), ('CronSchedule(cron="0 1 * * *")', ", is_schedule_active=options.on")],
)
def test_a_schedule_that_only_running_tells_is_reported(make_project: MakeProject, value: str, more: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + SET_LATE.format(value=value, more=more)})
    found = [finding for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert [(finding.fix, finding.reason) for finding in found] == [(None, "`d.schedule` is set on line 10")]


def test_comments_of_a_schedule_set_late_are_not_lost(make_project: MakeProject) -> None:
    inside = 'CronSchedule(\n        cron="0 1 * * *",  # at one\n    )'
    assert "  # at one\n" in written(make_project, SET_LATE.format(value=inside, more=""))
    between = '(\n        CronSchedule(cron="0 1 * * *")\n        if options.on  # why\n        else None\n    )'
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + SET_LATE.format(value=between, more="")})
    result = apply_folder(folder, unsafe=True)
    assert "if options.on  # why\n" in (texts(result)["deploy.py"] or "")
    assert any("comments that would be lost" in (finding.reason or "") for finding in result.remaining.findings)


def test_an_image_without_a_name_for_its_deployment(make_project: MakeProject) -> None:
    text = written(
        make_project,
        "ALL = [\n"
        '    Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(image="me/x:1")),\n'
        '    Deployment.build_from_flow(etl, "b", infrastructure=DockerContainer(), entrypoint="p/f.py:etl"),\n'
        "]\nfor one in ALL:\n    one.apply()\nprint(len(ALL))\n",
    )
    assert '.model_copy(update={"storage": LocalStorage("/opt/prefect/flows")}),' in text
    assert '.model_copy(update={"storage": LocalStorage("/opt/prefect/flows"), "entrypoint": "p/f.py:etl"}),' in text


def test_a_schedule_with_its_switch_under_either_name(make_project: MakeProject) -> None:
    entry = '{}(schedule=CronSchedule(cron="0 1 * * *"), active=False)'
    for name in ("MinimalDeploymentSchedule", "DeploymentScheduleCreate"):
        code = "from prefect.client.schemas.actions import DeploymentScheduleCreate\n"
        text = written(
            make_project, f'{code}Deployment.build_from_flow(etl, "a", schedules=[{entry.format(name)}]).apply()\n'
        )
        assert 'schedules=[Cron("0 1 * * *", active=False)]' in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("False", "True"),
        ("True", "False"),
        ("None", "None"),
        ("not options.off", "bool(options.off)"),
        ("options.on", "options.on is False"),
        ("options.n > 1", "not (options.n > 1)"),
    ],
)
def test_a_switch_set_where_a_test_holds(make_project: MakeProject, value: str, expected: str) -> None:
    code = SET_LATE.format(value=value, more=', schedule=CronSchedule(cron="0 1 * * *")')
    text = written(make_project, code.replace("d.schedule =", "d.is_schedule_active ="))
    assert f"    d.paused = {expected}  # at night\n" in text


def test_a_switch_set_in_another_file_is_reported(make_project: MakeProject) -> None:
    build = HEAD + 'd = Deployment.build_from_flow(etl, "a")\n'
    use = "from build import d\n\nd.is_schedule_active = False\nd.apply()\n"
    folder = make_project({"flows.py": FLOWS, "build.py": build, "go.py": use})
    found = [finding for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert [finding.reason for finding in found] == ["`d.is_schedule_active` is set on line 3 of go.py"]


def test_an_awaited_image_deployment_without_a_name(make_project: MakeProject) -> None:
    text = written(
        make_project,
        "async def main():\n    for one in (\n"
        '        await Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(image="me/x:1")),\n'
        '        await Deployment.build_from_flow(etl, "b", infrastructure=DockerContainer(image="me/x:1")),\n'
        "    ):\n        await one.apply()\n",
    )
    made = '(await etl.to_deployment(name="a", work_pool_name="docker-pool"))'
    assert f'        {made}.model_copy(update={{"storage": LocalStorage("/opt/prefect/flows")}}),\n' in text


@pytest.mark.parametrize(
    "code",
    [
        'def all_of_them():\n    return {{"a": {0}, "b": {0}}}\n\n\n'
        "for one in all_of_them().values():\n    one.apply()\n",
        "def all_of_them():\n    yield {0}\n    yield {0}\n\n\nfor one in all_of_them():\n    one.apply()\n",
    ],
)
def test_image_deployments_in_a_dict_and_from_a_generator(make_project: MakeProject, code: str) -> None:
    built = 'Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(image="me/x:1"))'
    text = written(make_project, code.format(built))
    assert text.count('.model_copy(update={"storage": LocalStorage("/opt/prefect/flows")})') == 2


def test_no_schedule_after_one_was_given_did_nothing(make_project: MakeProject) -> None:
    build = 'Deployment.build_from_flow(etl, "a", schedule=CronSchedule(cron="0 1 * * *"))'
    code = f"d = {build}\nd.schedule = None\nd.apply()\n"
    text = written(make_project, code)
    assert 'schedules=[Cron("0 1 * * *")]' in text
    assert "None" not in text


def test_perhaps_no_schedule_after_one_was_given_is_for_a_person(make_project: MakeProject) -> None:
    code = SET_LATE.format(value="None", more=', schedule=CronSchedule(cron="0 1 * * *")')
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.fix is None


@pytest.mark.parametrize("value", ["None", '""', "options.text", 'f"{options.text}"'])
def test_a_description_that_may_be_none_is_set_on_the_object(make_project: MakeProject, value: str) -> None:
    """As an argument, none at all means the docstring of the flow."""
    late = f'd.tags = ["t"]\nd.description = {value}\nd.version = "2"\n'
    code = f'd = Deployment.build_from_flow(etl, "a")\n{late}d.apply()\n'
    text = written(make_project, code)
    assert f"\nd.description = {value}\nd.apply()\n" in text
    assert 'tags=["t"]' in text
    assert 'version="2"' in text


@pytest.mark.parametrize("value", ['"some"', 'f"some {options.text}"'])
def test_a_description_that_says_something_is_an_argument(make_project: MakeProject, value: str) -> None:
    code = f'd = Deployment.build_from_flow(etl, "a")\nd.description = {value}\nd.apply()\n'
    assert f"    description={value},\n" in written(make_project, code)
