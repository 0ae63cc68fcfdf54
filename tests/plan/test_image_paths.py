"""The directory of an image in which a run of Prefect 3 finds what a run of Prefect 2 found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

DEPLOY = """\
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer
from flows.etl import etl

Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(image="shop/etl"){more}).apply()
"""
BUILD = "prefect deployment build flows/etl.py:etl -n a -ib docker-container/etl -a\n"
FROM = "FROM prefecthq/prefect:2-python3.11\n"


def project(make_project: MakeProject, dockerfile: str, more: str = "", at: str = "Dockerfile") -> Path:
    files = {"flows/etl.py": FLOWS, "deploy.py": DEPLOY.replace("{more}", more)}
    return make_project({**files, at: dockerfile} if dockerfile else files)


def directory(folder: Path) -> str:
    text = texts(apply_folder(folder, unsafe=True))["prefect.yaml"] or ""
    assert "entrypoint: flows/etl.py:etl" in text
    return text.partition("directory: ")[2].partition("\n")[0]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("COPY . /opt/prefect/flows\n", "/opt/prefect/flows"),
        ("COPY . /opt/prefect/flows/\nCOPY flows /opt/prefect/flows\n", "/opt/prefect/flows"),
        ("COPY flows /opt/prefect/flows/flows\n", "/opt/prefect/flows"),
        ("COPY flows /opt/prefect/flows\n", "/opt/prefect"),
        ("ADD ./flows/ /opt/prefect/flows/\n", "/opt/prefect"),
        ("COPY --chown=1000:1000 flows/ flows/\n", "/opt/prefect"),
        ('COPY ["flows/etl.py", "/opt/prefect/flows/"]\n', "/opt/prefect"),
        ("COPY flows/etl.py /opt/prefect/flows/etl.py\n", "/opt/prefect"),
        ("COPY flows/*.py \\\n  /opt/prefect/flows/\n", "/opt/prefect"),
        ("WORKDIR /app\nCOPY . .\n", "/app"),
        ("WORKDIR /app\nCOPY flows flows\nWORKDIR /app\n", "/app"),
    ],
)
def test_a_run_starts_where_its_file_lies(make_project: MakeProject, dockerfile: str, expected: str) -> None:
    folder = project(make_project, FROM + dockerfile)
    assert directory(folder) == expected
    findings = [finding for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert [finding.applicability.value for finding in findings] == ["safe"]


def test_a_later_stage_starts_where_the_one_before_it_did(make_project: MakeProject) -> None:
    stages = "FROM prefecthq/prefect:2-latest AS base\nCOPY flows /opt/prefect/flows\nFROM base\nRUN pip install x\n"
    assert directory(project(make_project, stages)) == "/opt/prefect"


def test_an_image_that_is_built_in_its_own_folder(make_project: MakeProject) -> None:
    folder = project(make_project, FROM + "COPY etl.py /opt/prefect/flows/\n", at="flows/Dockerfile")
    assert directory(folder) == "/opt/prefect"


def test_a_path_of_its_own(make_project: MakeProject) -> None:
    folder = project(make_project, FROM + "WORKDIR /srv\nCOPY flows /srv/flows\n", ', path="/srv/flows"')
    assert directory(folder) == "/srv"


def test_the_command_and_the_manifest_say_it_too(make_project: MakeProject) -> None:
    folder = make_project(
        {"flows/etl.py": FLOWS, "b.sh": BUILD, "Dockerfile": FROM + "COPY flows /opt/prefect/flows\n"}
    )
    assert directory(folder) == "/opt/prefect"


@pytest.mark.parametrize(
    ("dockerfile", "expected", "reason"),
    [
        ("", "/opt/prefect", "only the image tells whether /opt/prefect/flows holds flows/etl.py"),
        ("COPY flows /code\n", "/opt/prefect/flows", "Dockerfile puts it to /code/etl.py"),
    ],
)
def test_what_only_the_image_tells_wants_review(
    make_project: MakeProject, dockerfile: str, expected: str, reason: str
) -> None:
    folder = project(make_project, FROM + dockerfile if dockerfile else "")
    (finding,) = (finding for finding in scan_folder(folder).findings if finding.code == "PM101")
    assert finding.applicability.value == "review"
    assert reason in finding.reason
    assert directory(folder) == expected
