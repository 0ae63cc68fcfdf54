"""The bundled projects: what apply makes of `before/` is `after/`, and nothing happens the second time."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from prefect_migrate.changes.diff import unified_diff
from prefect_migrate.changes.write import write_changes
from prefect_migrate.reports.json import dump, scan_report
from tests.conftest import FIXTURES, apply_folder, scan_folder

NAMES = sorted(path.name for path in FIXTURES.iterdir() if (path / "before").is_dir())

#: Projects that want a person's look at their deployments, such as those whose blocks need another name.
REVIEWED = frozenset({"constructed_deployments", "infrastructure_blocks", "storage_blocks"})


def tree(folder: Path) -> dict[str, bytes]:
    """path -> content of every file below a folder, what a run leaves behind excepted."""
    skipped = ("__pycache__", "verify")
    files = (path for path in folder.rglob("*") if path.is_file() and not set(skipped) & set(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(params=NAMES)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """(a copy of before/, after/)"""
    copy = tmp_path / "project"
    shutil.copytree(FIXTURES / request.param / "before", copy)
    return copy, FIXTURES / request.param / "after"


def test_before_becomes_after(project: tuple[Path, Path]) -> None:
    copy, after = project
    write_changes(copy, apply_folder(copy, unsafe=after.parent.name in REVIEWED).changes)
    assert tree(copy) == tree(after)


def test_the_second_time_changes_nothing(project: tuple[Path, Path]) -> None:
    _, after = project
    result = apply_folder(after, unsafe=after.parent.name in REVIEWED)
    assert result.changes == []


def test_scan_report(project: tuple[Path, Path], snapshot: SnapshotAssertion) -> None:
    copy, _ = project
    assert dump(scan_report(scan_folder(copy))) == snapshot


def test_diff_is_taken_by_git(project: tuple[Path, Path], snapshot: SnapshotAssertion) -> None:
    copy, after = project
    diff = "".join(unified_diff(change) for change in apply_folder(copy, unsafe=after.parent.name in REVIEWED).changes)
    assert diff == snapshot
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    subprocess.run(["git", "apply", "-"], cwd=copy, input=diff.encode(), check=True)
    shutil.rmtree(copy / ".git")
    assert tree(copy) == tree(after)


@pytest.mark.parametrize("name", NAMES)
def test_scripts_of_after_are_sound(name: str) -> None:
    for script in (FIXTURES / name / "after").rglob("*.sh"):
        subprocess.run(["bash", "-n", str(script)], check=True)
