"""Python rules read the code cells of notebooks, by their places in the JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts


def notebook(folder: Path, *cells: str, kind: str = "code", indent: int | None = 1) -> str:
    document = {
        "cells": [{"cell_type": kind, "outputs": [], "source": cell.splitlines(keepends=True)} for cell in cells],
        "nbformat": 4,
    }
    text = json.dumps(document, indent=indent)
    (folder / "a.ipynb").write_text(text)
    return text


def found(folder: Path, *select: str) -> list[tuple[str, str]]:
    lines = (folder / "a.ipynb").read_text().splitlines()
    findings = scan_folder(folder, select=select or ("PM3",)).findings
    return [(finding.code, lines[finding.place.line - 1].strip(' ",')) for finding in findings]


def test_places(tmp_path: Path) -> None:
    notebook(
        tmp_path,
        "!pip install prefect\nfrom prefect import flow\nfrom prefect.filesystems import S3\n",
        "%%time\n@flow(max_retries=2)\ndef etl():\n    print('ünï')\n",
        "etl.run()",
    )
    assert found(tmp_path) == [
        ("PM301", "from prefect.filesystems import S3\\n"),
        ("PM312", "@flow(max_retries=2)\\n"),
        ("PM322", "etl.run()"),
    ]


def test_a_source_in_one_string(tmp_path: Path) -> None:
    source = '{"cells": [{"cell_type": "code", "source": "x = \\"é\\"\\nfrom prefect.filesystems import S3"}]}'
    (tmp_path / "a.ipynb").write_text(source, "utf-8")
    (finding,) = scan_folder(tmp_path, select=("PM3",)).findings
    assert source[finding.place.column - 1 : finding.place.end_column - 1] == "S3"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("from prefect.filesystems import S3", "markdown"),
        ("%%bash\npython -c 'from prefect.filesystems import S3'", "code"),
        ("from prefect.filesystems import S3 (", "code"),
        ("import prefect\nprefect.flow?\n?prefect", "code"),
        ("from prefect import flow", "code"),
    ],
)
def test_left_alone(tmp_path: Path, cell: str, kind: str) -> None:
    notebook(tmp_path, cell, kind=kind)
    assert found(tmp_path) == []


def test_words_are_replaced_in_the_json(tmp_path: Path) -> None:
    text = notebook(tmp_path, "# 'quoted' \"text\"\nfrom prefect.orion.schemas.core import FlowRun\nFlowRun\n")
    after = texts(apply_folder(tmp_path, select=("PM3",)))["a.ipynb"]
    assert after == text.replace("prefect.orion", "prefect.server")
    (tmp_path / "a.ipynb").write_text(after)
    assert not apply_folder(tmp_path, select=("PM3",)).changes


def test_a_fix_that_would_need_another_import_is_for_a_person(tmp_path: Path) -> None:
    notebook(tmp_path, "from prefect.client import OrionClient, get_client\nOrionClient, get_client\n")
    assert not apply_folder(tmp_path, select=("PM3",)).changes
    assert {finding.applicability.value for finding in scan_folder(tmp_path, select=("PM3",)).findings} == {"manual"}


def test_deployments_are_reported(tmp_path: Path) -> None:
    notebook(
        tmp_path,
        "from prefect.deployments import Deployment\n",
        "d = Deployment.build_from_flow(etl, 'a')\nd.apply()\n",
        "Deployment(name='b').apply()",
    )
    assert found(tmp_path, "PM1") == [
        ("PM102", "d = Deployment.build_from_flow(etl, 'a')\\n"),
        ("PM102", "Deployment(name='b').apply()"),
    ]


def test_a_deployment_in_a_cell_says_why_it_stays(tmp_path: Path) -> None:
    notebook(tmp_path, "from prefect.deployments import Deployment\nDeployment.build_from_flow(etl, 'nightly').apply()")
    (finding,) = scan_folder(tmp_path, select=("PM102",)).findings
    assert finding.reason == "it stands in a notebook, whose cells are no file that a worker could load a flow from"
