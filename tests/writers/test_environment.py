"""Environment variables of a deployment: texts, whatever they were written as, and what may not be there."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer
from flows import etl

"""


def build(arguments: str) -> str:
    return f'{HEAD}Deployment.build_from_flow(etl, "n", {arguments}).apply()\n'


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ('dict(env=dict(N=4, B=True, S="s"))', '{"env": {"N": "4", "B": "True", "S": "s"}}'),
        ("dict(env={'N': 4})", '{"env": {"N": "4"}}'),
        ('{"env": dict(N=4)}', '{"env": {"N": "4"}}'),
        ('dict(env=dict(S="s"))', 'dict(env=dict(S="s"))'),
        ('{"env": dict(N=len(os.sep), S="s")}', '{"env": dict(N=len(os.sep), S="s")}'),
    ],
)
def test_numbers_and_switches(make_project: MakeProject, overrides: str, expected: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": build(f"infra_overrides={overrides}")})
    written = texts(apply_folder(folder, unsafe=True))["deploy.py"] or ""
    assert f"job_variables={expected}," in written


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('infrastructure=DockerContainer(env={"A": os.getenv("A")})', True),
        ('infrastructure=DockerContainer(), infra_overrides={"env": {"A": os.environ.get("A")}}', True),
        ('infrastructure=DockerContainer(), infra_overrides={"env.A": os.environ.get("A")}', True),
        ('infrastructure=DockerContainer(), infra_overrides={"env.A": os.environ.get("A", "")}', False),
        ('infra_overrides={"env.A": os.environ.get("A")}', False),
    ],
)
def test_what_may_not_be_there(make_project: MakeProject, arguments: str, told: bool) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": build(arguments)})
    (finding,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert ("must be set where this is deployed" in (finding.reason or "")) is told
