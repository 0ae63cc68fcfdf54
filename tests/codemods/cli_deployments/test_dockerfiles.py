"""What runs while an image is built, where no server is needed by `prefect deployment build`, and what runs in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, apply_folder, scan_folder, texts

MakeProject = Callable[..., Path]
BUILD = "prefect deployment build flows.py:etl -n nightly"
APPLY = "prefect deployment apply etl-deployment.yaml"
DEPLOY = "prefect --no-prompt deploy --name nightly"
HEAD = "FROM python:3.11\nCOPY . .\n"


def image(*lines: str) -> dict[str, str]:
    return {"flows.py": FLOWS, "Dockerfile": HEAD + "".join(f"{line}\n" for line in lines)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((f"RUN {BUILD}", f"CMD {APPLY} && sleep 9"), (f"CMD {DEPLOY} && sleep 9",)),
        ((f"RUN --mount=type=cache,target=/c {BUILD}  ", f"CMD {APPLY}"), (f"CMD {DEPLOY}",)),
        ((f"RUN pip list && {BUILD}", f"CMD {APPLY}"), ("RUN pip list", f"CMD {DEPLOY}")),
        (("RUN prefect deployment build flows.py:etl \\", "    -n nightly", f"CMD {APPLY}"), (f"CMD {DEPLOY}",)),
    ],
)
def test_what_a_container_applies_it_deploys_when_it_starts(
    make_project: MakeProject, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert texts(apply_folder(make_project(image(*before))))["Dockerfile"] == image(*after)["Dockerfile"]


@pytest.mark.parametrize(
    "lines", [(f"RUN {BUILD} -a",), (f"RUN {BUILD} && {APPLY}",), (f"RUN {BUILD}", f"RUN {APPLY}")]
)
def test_what_deploys_while_the_image_is_built_wants_review(make_project: MakeProject, lines: tuple[str, ...]) -> None:
    found = scan_folder(make_project(image(*lines))).findings
    deployments = [finding for finding in found if finding.code in ("PM110", "PM111")]
    assert {finding.applicability for finding in deployments} == {Applicability.REVIEW}
    assert all("while the image is built" in finding.reason for finding in deployments)


def test_what_runs_in_a_container_does_not(make_project: MakeProject) -> None:
    (finding,) = scan_folder(make_project(image(f"CMD {BUILD} -a"))).findings
    assert finding.applicability is Applicability.SAFE
