"""Shared fixtures: small projects on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from prefect_migrate.apply import ApplyResult, apply
from prefect_migrate.changes.write import write_changes
from prefect_migrate.config import Config
from prefect_migrate.failures import Failures
from prefect_migrate.project import Project
from prefect_migrate.scan import ScanResult, scan

# A busy machine must not fail a property, nor chance a commit; `--hypothesis-profile=explore` looks for new examples.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("ci")

# What costs users one file must fail a test.
Failures.strict = True

FIXTURES = Path(__file__).parent.parent / "fixtures"
FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1):\n    return n\n"

MakeProject = Callable[..., Path]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Write files (path -> text or bytes) below a fresh directory."""

    def make(files: dict[str, str | bytes]) -> Path:
        for path, content in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return tmp_path

    return make


def scan_folder(folder: Path, **options: object) -> ScanResult:
    return scan(Project(folder), Config().override(**options))


def apply_folder(folder: Path, *, unsafe: bool = False, **options: object) -> ApplyResult:
    return apply(Project(folder), Config().override(**options), unsafe=unsafe)


def texts(result: ApplyResult) -> dict[str, str | None]:
    """path -> new text, None for a deleted file."""
    return {change.path: None if change.after is None else change.after.decode() for change in result.changes}


def apply_twice(folder: Path, **options: object) -> dict[str, str | None]:
    """What `apply --unsafe` makes of the files, which it writes; the second time it changes nothing."""
    result = apply_folder(folder, unsafe=True, **options)
    write_changes(folder, result.changes)
    assert not apply_folder(folder, unsafe=True, **options).changes
    return texts(result)
