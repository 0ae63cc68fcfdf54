"""Commands inside images want the prefect.yaml there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FLOWS, scan_folder

MakeProject = Callable[..., Path]
BUILD = "prefect deployment build flows.py:etl -n nightly -a"
DOUBT = "the image of agent/Dockerfile has no agent/prefect.yaml, which agent/init.sh needs: copy it too"


@pytest.mark.parametrize(
    ("copies", "reason"),
    [
        ("COPY init.sh flows.py ./", DOUBT),
        ("COPY --chown=me:me init.sh ./init.sh", DOUBT),
        ("COPY --from=other init.sh ./init.sh", None),
        ("COPY . .", None),
        ("COPY init.sh flows.py prefect.yaml ./", None),
        ("COPY *.sh *.yaml ./", None),
        ("COPY flows.py ./", None),
    ],
)
def test_a_script_of_an_image(make_project: MakeProject, copies: str, reason: str | None) -> None:
    dockerfile = f"FROM python:3.11\nRUN pip install prefect==2.20.26\nWORKDIR /app\n{copies}\nCMD ./init.sh\n"
    files = {"agent/flows.py": FLOWS, "agent/init.sh": f"{BUILD}\n", "agent/Dockerfile": dockerfile}
    findings = scan_folder(make_project(files), select=("PM110",)).findings
    assert [(finding.reason == reason, finding.applicability.value) for finding in findings] == [
        (reason is not None, "safe" if reason is None else "review")
    ]


def test_a_dockerfile_that_registers(make_project: MakeProject) -> None:
    lines = f"FROM python:3.11\nCOPY flows.py ./\nRUN {BUILD}\n"
    (finding,) = scan_folder(make_project({"flows.py": FLOWS, "Dockerfile": lines}), select=("PM110",)).findings
    missing = "the image of Dockerfile has no prefect.yaml, which Dockerfile needs: copy it too"
    assert finding.reason == f"{missing}; it deploys while the image is built, which needs the server and the pool"


def test_an_apply_in_an_image(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "flows.py": FLOWS,
            "build.sh": BUILD.removesuffix(" -a"),
            "start.sh": "prefect deployment apply etl-deployment.yaml\n",
            "Dockerfile": "FROM prefecthq/prefect:2-python3.11\nCOPY start.sh etl-deployment.yaml /app/\n",
        }
    )
    reasons = [finding.reason for finding in scan_folder(folder, select=("PM111",)).findings]
    assert reasons == ["the image of Dockerfile has no prefect.yaml, which start.sh needs: copy it too"]
