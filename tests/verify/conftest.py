"""One pair of engines for all tests that need it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect_migrate.verify import VerifyOptions, VerifyReport, verify
from prefect_migrate.verify.environments import build_environment
from prefect_migrate.verify.model import Check
from prefect_migrate.verify.requirements import Requirements
from prefect_migrate.verify.servers import Engine, running_engines
from tests.verify.nesting import nested_pytest
from tests.verify.projects import scan


@pytest.fixture(scope="session")
def prefect2() -> Path:
    """An interpreter with Prefect 2: $VERIFY_TEST_PREFECT2, or one that is made and kept as verify's own are."""
    given = os.environ.get("VERIFY_TEST_PREFECT2")
    return Path(given) if given else build_environment(2, "3.8", Requirements(), lambda _line: None)


@pytest.fixture(scope="session")
def prefect3() -> Path:
    """The interpreter of the tests, which has Prefect 3 through the extra `verify`."""
    return Path(os.environ.get("VERIFY_TEST_PREFECT3") or sys.executable)


@pytest.fixture(scope="session")
def engines(prefect2: Path, prefect3: Path) -> Iterator[dict[int, Engine]]:
    """The pair, started once."""
    with running_engines({2: prefect2, 3: prefect3}) as pair:
        yield pair


class Verifier:
    """Runs verifications on the shared engines."""

    def __init__(self, engines: dict[int, Engine], snapshots: Path) -> None:
        self.engines = engines
        self.snapshots = snapshots

    def __call__(self, before: Path, after: Path, **given: object) -> VerifyReport:
        options = VerifyOptions(after, before=str(before), snapshot_dir=self.snapshots, **given)  # type: ignore[arg-type]
        with nested_pytest():
            return verify(options, scan, engines=self.engines)


@pytest.fixture
def verifier(engines: dict[int, Engine], tmp_path: Path) -> Verifier:
    return Verifier(engines, tmp_path / "snapshots")


def checks(report: VerifyReport, kind: str) -> dict[str, Check]:
    """The checks of a kind by name."""
    return {check.name: check for check in report.checks if check.kind == kind}


def unexpected(check: Check) -> list[str]:
    """The differences of a check that nobody expected, as a reader sees them."""
    return [str(difference) for difference in check.differences if not difference.expected]
