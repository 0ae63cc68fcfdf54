"""Dockerfiles that are called otherwise."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, scan_folder

IMAGE = "prefecthq/prefect:2.11.3-python3.11"


@pytest.mark.parametrize(
    "text",
    [
        f"FROM {IMAGE} as base\n",
        f"# syntax=docker/dockerfile:1\n\nARG X=1\nFROM {IMAGE}\n",
        f"\r\nFROM {IMAGE}\r\nRUN true\r\n",
    ],
)
def test_by_the_first_instruction(make_project: MakeProject, text: str) -> None:
    (finding,) = scan_folder(make_project({"docker/docker_prefect": text.encode()})).findings
    assert (finding.code, finding.path) == ("PM506", "docker/docker_prefect")


@pytest.mark.parametrize("text", [f"Select all\nFROM {IMAGE}\n", f"from {IMAGE}\n", "FROM\n  prefect\n"])
def test_no_other_text(make_project: MakeProject, text: str) -> None:
    assert scan_folder(make_project({"query": text})).findings == []
