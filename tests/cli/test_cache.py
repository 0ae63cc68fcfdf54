"""The report of an unchanged tree is taken from the cache; anything that changes it is noticed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from prefect_migrate import scan as scanning
from prefect_migrate.cli.main import main
from prefect_migrate.scan import ScanResult
from tests.conftest import FLOWS, MakeProject

_OLD = 1_600_000_000
DEPLOY = (
    "from flows import etl\nfrom prefect.deployments import Deployment\n\n"
    "Deployment.build_from_flow(etl, 'nightly').apply()\n"
)

Scan = Callable[..., Result]


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make_project: MakeProject) -> Scan:
    """Run a scan of a small tree, every file of which is old enough for its times to be believed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = make_project({"tree/flows.py": FLOWS, "tree/deploy.py": DEPLOY, "tree/helper.py": "x = 1\n"}) / "tree"
    for path in root.iterdir():
        os.utime(path, (_OLD, _OLD))

    def run(*options: str) -> Result:
        return CliRunner().invoke(main, ["scan", str(root), *options])

    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "tree"


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a tree was really scanned: the length of the list."""
    done: list[int] = []
    real = scanning.scan

    def counted(*args: Any, **options: Any) -> ScanResult:
        done.append(1)
        return real(*args, **options)

    monkeypatch.setattr("prefect_migrate.scan.scan", counted)
    return done


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.json"))


@pytest.mark.parametrize("output", ["text", "json"])
def test_the_second_scan_says_the_same_without_scanning(scan: Scan, count: list[int], output: str) -> None:
    first, second = scan("--format", output), scan("--format", output)
    assert (first.output, first.exit_code) == (second.output, second.exit_code)
    assert "PM101" in second.output
    assert len(count) == 1


def test_formats_targets_and_selections_have_reports_of_their_own(scan: Scan, count: list[int]) -> None:
    for options in ([], ["--format", "json"], ["--target", "3.1"], ["--select", "PM3"], ["--exclude", "helper.py"]):
        scan(*options)
    assert len(count) == 5


def test_without_cache_nothing_is_taken_or_kept(scan: Scan, count: list[int], tmp_path: Path) -> None:
    assert scan("--no-cache").output == scan("--no-cache").output
    assert len(count) == 2
    assert entries(tmp_path) == []


def test_nothing_is_written_into_the_tree(scan: Scan, root: Path) -> None:
    scan()
    assert sorted(path.name for path in root.iterdir()) == ["deploy.py", "flows.py", "helper.py"]


def _edit(root: Path) -> None:
    (root / "deploy.py").write_text("x = 'prefect'\n")


def _edit_and_set_the_clock_back(root: Path) -> None:
    (root / "deploy.py").write_bytes(DEPLOY.replace("nightly", "monthly").encode())
    os.utime(root / "deploy.py", (_OLD, _OLD))


def _edit_a_file_without_prefect(root: Path) -> None:
    (root / "helper.py").write_text("x = 2\n")


def _add(root: Path) -> None:
    (root / "requirements.txt").write_text("prefect==2.10\n")


def _delete(root: Path) -> None:
    (root / "deploy.py").unlink()


def _ignore_one_file(root: Path) -> None:
    (root / ".gitignore").write_text("deploy.py\n")


def _configure(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.prefect-migrate]\ntarget = "3.1"\n')


@pytest.mark.parametrize(
    "change",
    [
        _edit, _edit_and_set_the_clock_back, _edit_a_file_without_prefect, _add, _delete, _ignore_one_file, _configure
    ],
)  # fmt: skip
def test_a_change_is_noticed(scan: Scan, root: Path, count: list[int], change: Callable[[Path], None]) -> None:
    scan()
    change(root)
    after = scan()
    assert len(count) == 2
    assert after.output == scan("--no-cache").output


def test_a_file_that_was_only_touched_changes_nothing(scan: Scan, root: Path, count: list[int]) -> None:
    first = scan()
    os.utime(root / "deploy.py", (_OLD + 5, _OLD + 5))
    assert scan().output == first.output
    assert len(count) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"files": 3}', b"\xff\xfe", b'{"files": {}}'])
def test_a_broken_or_foreign_entry_is_ignored(scan: Scan, count: list[int], tmp_path: Path, content: bytes) -> None:
    first = scan()
    (entry,) = entries(tmp_path)
    entry.write_bytes(content)
    assert scan().output == first.output
    assert len(count) == 2
    assert json.loads(entry.read_bytes())["exit_code"] == 1


def test_a_cache_that_cannot_be_written_is_done_without(scan: Scan, count: list[int], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert scan().output == scan().output
    assert len(count) == 2


def test_a_file_that_a_rule_looked_for_is_noticed(
    scan: Scan, root: Path, count: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "requirements.txt").write_text("prefect==2.10\n")
    os.utime(root / "requirements.txt", (_OLD, _OLD))
    first = scan()
    (root / "uv.lock").write_text("")
    assert scan().exit_code == first.exit_code
    assert len(count) == 2
