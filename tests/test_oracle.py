"""The independent judge finds what a scan would have to find; it asks the Prefect that is installed here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.oracle.__main__ import main

CODE = """\
from prefect import flow, get_client
from prefect.filesystems import S3

try:
    from prefect.infrastructure import Process
except ImportError:
    Process = None


@flow
def etl(): ...


etl.deploy("a", work_pool_name="p", timezone="UTC")
"""


def judge(folder: Path, text: str, findings: list[dict[str, object]], capsys: pytest.CaptureFixture[str]) -> list[str]:
    (folder / "repo").mkdir()
    (folder / "repo" / "a.py").write_text(text)
    (folder / "repo.json").write_text(json.dumps({"findings": findings}))
    main([str(folder / "repo"), "--findings", str(folder)])
    return capsys.readouterr().out.splitlines()[:-1]


def finding(code: str, line: int) -> dict[str, object]:
    return {"code": code, "path": "a.py", "line": line, "end_line": line, "message": "it"}


@pytest.mark.engine
def test_misses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(tmp_path, CODE, [], capsys) == [
        "repo: MISSED a.py:2 from prefect.filesystems.S3: prefect.filesystems has no S3",
        "repo: MISSED a.py:14 etl.deploy(timezone=): deploy takes no timezone",
    ]


@pytest.mark.engine
def test_true_and_false_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = [finding("PM301", 2), finding("PM312", 14), finding("PM303", 1), finding("PM201", 1)]
    assert judge(tmp_path, CODE, found, capsys) == ["repo: FALSE PM303 a.py:1 it"]
