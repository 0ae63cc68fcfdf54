"""The command line says where work pools go, as pyproject.toml does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_scan import run
from tests.conftest import FLOWS, MakeProject

DEPLOY = """\
from prefect.deployments import Deployment
from prefect.infrastructure import Process
from flows import etl

Deployment.build_from_flow(etl, "one", infrastructure=Process()).apply()
Deployment.build_from_flow(etl, "two", work_pool_name="agents").apply()
"""
TOML = '[tool.prefect-migrate.work-pools]\ndefaults = {process = "theirs", docker = "d"}\nrename = {agents = "old"}\n'


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "pyproject.toml": TOML})


def inventory_of(project: Path, *options: str) -> str:
    """The last part of what a scan says, which names the work pools."""
    return run("scan", project, *options).output.rpartition("work pools:")[2]


@pytest.mark.parametrize(
    ("options", "pools"),
    [
        ([], ["theirs", "old"]),
        (["--default-work-pool", "process=ours"], ["ours", "old"]),
        (["--rename-work-pool", "agents = workers"], ["theirs", "workers"]),
        (["--default-work-pool", "process=a,docker=b", "--rename-work-pool", "agents=c"], ["a", "c"]),
    ],
)
def test_names(project: Path, options: list[str], pools: list[str]) -> None:
    result = run("apply", project, "--dry-run", *options)
    assert [pool for pool in pools if f'work_pool_name="{pool}"' in result.stdout] == pools
    assert [pool for pool in pools if pool in inventory_of(project, *options)] == pools


def test_types(project: Path) -> None:
    assert "old (type unknown)" in inventory_of(project)
    assert "old (kubernetes)" in inventory_of(project, "--work-pool-type", "old=kubernetes")


def test_scan_plans_in_the_style_that_apply_will_have(project: Path) -> None:
    assert "prefect.yaml" in run("scan", project, "--format", "json", "--target-style", "prefect-yaml").output


@pytest.mark.parametrize("text", ["agents", "agents=", "=workers", "a=b,c"])
def test_what_is_no_pair_is_one_line(project: Path, text: str) -> None:
    result = run("apply", project, "--rename-work-pool", text)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1].endswith("is not of the form NAME=NAME")
