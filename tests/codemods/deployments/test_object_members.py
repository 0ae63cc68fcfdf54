"""Members of Prefect 2's `Deployment` that helpers set on what they are given."""

from __future__ import annotations

import pytest

from prefect_migrate.plan.object_members import ADVICE
from prefect_migrate.reference import has_member
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

BUILD = """\
from prefect.deployments import Deployment
from flows import etl
from place import place

place(Deployment.build_from_flow(etl, "nightly")).apply()
"""
PLACE = """\
from prefect.deployments import Deployment


def place(deployment: Deployment) -> Deployment:
    {}
    return deployment
"""


@pytest.mark.parametrize(
    "statement",
    ["deployment.infra_overrides = {}", "deployment.storage = None", "deployment.update(tags=[])", "deployment.path"],
)
def test_they_are_reported_and_the_annotation_stays(make_project: MakeProject, statement: str) -> None:
    """With the annotation changed, nothing would tell any more that the statement fails."""
    folder = make_project({"flows.py": FLOWS, "build.py": BUILD, "place.py": PLACE.format(statement)})
    found = [one for one in scan_folder(folder, select=("PM102",)).findings if str(one.path) == "place.py"]
    assert [(one.place.line, one.applicability.value) for one in found] == [(4, "manual"), (4, "manual"), (5, "manual")]
    assert "place.py" not in texts(apply_folder(folder, unsafe=True))


@pytest.mark.parametrize("statement", ["deployment.tags = []", "deployment.apply()"])
def test_what_both_have_is_left(make_project: MakeProject, statement: str) -> None:
    folder = make_project({"flows.py": FLOWS, "build.py": BUILD, "place.py": PLACE.format(statement)})
    assert "def place(deployment: RunnerDeployment)" in str(texts(apply_folder(folder, unsafe=True))["place.py"])


def test_advice_is_about_what_is_lost() -> None:
    new = "prefect.deployments.runner.RunnerDeployment"
    assert [name for name in ADVICE if has_member(new, name) is not False] == ["storage"]
