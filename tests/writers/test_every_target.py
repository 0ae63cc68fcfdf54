"""Whatever the target minor, what is written is what that minor accepts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from prefect_migrate import reference
from tests.conftest import FLOWS, MakeProject, apply_folder, texts

DEPLOY = """\
from datetime import timedelta

from prefect.deployments import Deployment
from prefect.filesystems import LocalFileSystem
from prefect.infrastructure import DockerContainer, Process
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from flows import etl

Deployment.build_from_flow(
    etl,
    "cron",
    version=1,
    description="d",
    tags=["a"],
    parameters={"n": 2},
    schedule=CronSchedule(cron="0 3 * * *", timezone="Europe/Berlin", day_or=False),
    is_schedule_active=False,
    work_queue_name="q",
    enforce_parameter_schema=False,
    infrastructure=Process(env={"A": "1"}, working_dir="/x"),
    infra_overrides={"env.B": "2"},
).apply()
interval = Deployment.build_from_flow(
    flow=etl,
    name="interval",
    schedule=IntervalSchedule(interval=timedelta(hours=1)),
    work_pool_name="pool",
)
interval.apply(work_queue_concurrency=3)
rrule = Deployment.build_from_flow(
    flow=etl,
    name="rrule",
    schedules=[{"schedule": RRuleSchedule(rrule="FREQ=DAILY"), "active": False}],
    storage=LocalFileSystem(basepath="/srv"),
    skip_upload=True,
    work_pool_name="pool",
)
print(rrule.name)
rrule.apply()
image = Deployment.build_from_flow(flow=etl, name="image", infrastructure=DockerContainer(image="i"), path="/flows")
image.apply()
"""
METHODS = ("deploy", "to_deployment", "from_source", "serve")


def calls(code: str) -> Iterator[tuple[str, ast.Call]]:
    """(method of Flow, call)"""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            yield node.func.attr, node


def imports(code: str) -> Iterator[str]:
    """Dotted names of Prefect's that the code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("prefect"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("style", ["auto", "flow-deploy"])
@pytest.mark.parametrize("target", reference.targets(), ids=lambda target: ".".join(map(str, target)))
def test_everything_written_is_accepted(make_project: MakeProject, target: tuple[int, int], style: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    result = apply_folder(folder, unsafe=True, target=target, target_style=style)
    after = texts(result)["deploy.py"]
    assert after is not None
    assert "build_from_flow" not in after, [finding.reason for finding in result.remaining.findings]
    for name in imports(after):
        assert reference.has_name(name, target), name
    found = list(calls(after))
    assert {method for method, _ in found} >= {"deploy", "from_source"}
    for method, call in found:
        signature = reference.signature(f"prefect.flows.Flow.{method}", target)
        assert signature is not None
        for keyword in call.keywords:
            assert keyword.arg is not None
            assert signature.accepts(keyword.arg), f"{method}({keyword.arg}=)"
