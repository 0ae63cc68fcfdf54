"""Manifests that a definition in Python writes (`output=`) beside registering itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.cli_deployments.manifest import _MANIFEST
from prefect_migrate.findings import Applicability
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1):\n    return n\n"
DEPLOY = """\
from flows import etl
from prefect.deployments import Deployment

deployment = Deployment.build_from_flow(etl, "nightly", output="{output}"{more})
"""


def project(
    make_project: MakeProject, output: str, more: str = "", after: str = "deployment.apply()\n", **others: str
) -> Path:
    files = {"flows.py": FLOWS, "deploy.py": DEPLOY.format(output=output, more=more) + after}
    return make_project({**files, "etl-deployment.yaml": _MANIFEST, **others})


@pytest.mark.parametrize("output", ["etl-deployment.yaml", "./etl-deployment.yaml"])
def test_the_deployment_is_made_once(make_project: MakeProject, output: str) -> None:
    """An entry in prefect.yaml beside it would be a second deployment of the same name."""
    folder = project(make_project, output)
    assert [one.kind for one in scan_folder(folder).plan.deployments] == ["build_from_flow"]
    after = texts(apply_folder(folder, unsafe=True))
    assert after["etl-deployment.yaml"] is None
    assert "prefect.yaml" not in after
    assert ".deploy(" in str(after["deploy.py"]) or ".to_deployment(" in str(after["deploy.py"])


def test_a_function_may_register_it(make_project: MakeProject) -> None:
    folder = project(make_project, "etl-deployment.yaml", after="def go(d):\n    d.apply()\n\ngo(deployment)\n")
    assert [one.kind for one in scan_folder(folder).plan.deployments] == ["build_from_flow"]


def test_it_goes_with_what_writes_it(make_project: MakeProject) -> None:
    folder = project(make_project, "etl-deployment.yaml")
    assert "etl-deployment.yaml" not in texts(apply_folder(folder))
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM112")
    assert found.applicability is Applicability.REVIEW
    assert found.reason == "deploy.py:4, which writes it, registers the deployment"


def test_what_is_not_rewritten_is_told(make_project: MakeProject) -> None:
    (found,) = (
        one
        for one in scan_folder(project(make_project, "etl-deployment.yaml", ", typo=1")).findings
        if one.code == "PM112"
    )
    assert found.fix is None
    assert found.next_step == "Delete the file once deploy.py:4 is rewritten."


@pytest.mark.parametrize(
    ("after", "others"),
    [("", {}), ("deployment.apply()\n", {"go.sh": "prefect deployment apply etl-deployment.yaml\n"})],
    ids=["not applied", "applied by a command"],
)
def test_what_a_command_reads_is_a_deployment(make_project: MakeProject, after: str, others: dict[str, str]) -> None:
    folder = project(make_project, "etl-deployment.yaml", after=after, **others)
    kinds = {one.kind for one in scan_folder(folder).plan.deployments}
    assert "deployment_yaml" in kinds
