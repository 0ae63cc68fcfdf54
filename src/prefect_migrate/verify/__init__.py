"""Prove that the migrated project does the same: real Prefect 2 and real Prefect 3, side by side.

Nothing in here imports prefect: the engines are separate interpreters that the scripts in `runners/` run in.  pytest
and syrupy, which come with the extra `verify`, are imported when a verification starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefect_migrate.verify.model import (
    Check,
    Difference,
    Scan,
    VerifyError,
    VerifyOptions,
    VerifyReport,
)

if TYPE_CHECKING:
    from prefect_migrate.verify.servers import EnginePair

__all__ = ["Check", "Difference", "Scan", "VerifyError", "VerifyOptions", "VerifyReport", "verify"]


def verify(
    options: VerifyOptions,
    scan: Scan,
    *,
    engines: EnginePair | None = None,
    progress: Callable[[str], None] | None = None,
) -> VerifyReport:
    """Compare the project before and after its migration.

    `scan` gives the inventory of a directory.  `engines` are servers that run already and are left running, but lose
    whatever they had registered; without it a pair is started and stopped.  `progress` gets one line per step.

    Raises VerifyError for wrong use and where an environment can't be made.
    """
    from prefect_migrate.verify.main import run

    return run(options, scan, engines, progress or (lambda _line: None))
