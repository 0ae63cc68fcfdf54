"""Deployments written in any way register the same in Prefect 3 as in Prefect 2, in either style.

`SPELLINGS_SEED=7 pytest tests/verify/test_spellings.py` tries others than those that are tried each time.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from prefect_migrate.api import scan_inventory
from prefect_migrate.changes.write import write_changes
from prefect_migrate.verify import VerifyOptions, verify
from prefect_migrate.verify.servers import Engine
from tests.conftest import apply_folder
from tests.verify.conftest import checks, unexpected
from tests.verify.nesting import nested_pytest
from tests.verify.spellings import Project

SEED = int(os.environ.get("SPELLINGS_SEED", "1"))
SCRIPTS, DEPLOYMENTS = 3, 8


def written(tmp_path: Path, style: str) -> tuple[Project, Path, Path]:
    """The same project twice: (what wrote it, before, after)."""
    project = Project(Random(SEED), plain=style == "prefect-yaml")
    files = project.files(SCRIPTS, DEPLOYMENTS)
    folders = [tmp_path / side / "project" for side in ("before", "after")]
    for folder in folders:
        folder.mkdir(parents=True)
        for path, text in files.items():
            (folder / path).write_text(text)
    before, after = folders
    return project, before, after


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_nothing_is_left_for_a_person(tmp_path: Path, style: str) -> None:
    project, _, after = written(tmp_path, style)
    result = apply_folder(after, unsafe=True, target_style=style)
    assert [finding.reason for finding in result.remaining.findings if finding.code == "PM101"] == []
    assert len(project.names) >= SCRIPTS * DEPLOYMENTS


@pytest.mark.engine
@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_each_registers_the_same(engines: dict[int, Engine], tmp_path: Path, style: str) -> None:
    project, before, after = written(tmp_path, style)
    write_changes(after, apply_folder(after, unsafe=True, target_style=style).changes)
    options = VerifyOptions(after, before=str(before), snapshot_dir=tmp_path / "snapshots", run=False, timeout=900)
    with nested_pytest():
        report = verify(options, scan_inventory, engines=engines)
    faults = [
        f"{check.id}: {check.status} {check.reason} {unexpected(check)}" for check in report.checks if not check.ok
    ]
    assert faults == []
    assert sorted(name.split("/")[1] for name in checks(report, "deployment")) == sorted(project.names)
