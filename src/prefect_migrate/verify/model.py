"""What `verify` is told and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Status = Literal["same", "expected", "different", "failed", "skipped"]
Kind = Literal["import", "registration", "upload", "deployment", "run"]
Scan = Callable[[Path], dict[str, Any]]
"""Gives the inventory of a directory, in the shape of `scan --format json`."""

#: What a reader of the report sees for each status.
TITLES: dict[Status, str] = {
    "same": "same",
    "expected": "expected difference",
    "different": "different",
    "failed": "failed",
    "skipped": "skipped",
}


class VerifyError(Exception):
    """Wrong use, or a machine on which nothing can be proved; the text names the remedy.  The exit code is 2."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """All that a verification is told.

    `before` is a git revision or a directory; `pass_env` holds NAMEs of the caller's environment, or NAME=VALUE,
    that the project's own code may see; `pytest_args` goes to pytest as it is.
    """

    path: Path
    before: str = "HEAD"
    target: str = "3.8"
    prefect2_python: Path | None = None
    prefect3_python: Path | None = None
    timeout: float = 300.0
    run: bool = True
    snapshot_dir: Path | None = None
    snapshot_update: bool = False
    keyword: str | None = None
    exit_first: bool = False
    verbose: int = 0
    junit_xml: Path | None = None
    pytest_args: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same on both sides; `before` and `after` are JSON values, MISSING where there is none.

    `reason` is set if and only if the difference is expected.
    """

    field: str
    before: Any
    after: Any
    reason: str | None = None

    @property
    def expected(self) -> bool:
        return self.reason is not None

    def __str__(self) -> str:
        return f"{self.field}: {_shown(self.before)} -> {_shown(self.after)}"


class _Missing:
    """The value of a field that one side does not have."""

    _only: _Missing | None = None

    def __new__(cls) -> _Missing:
        cls._only = cls._only or super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()
_LONGEST = 200


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"


@dataclass(slots=True)
class Check:
    """One thing that was compared.

    `reason` says why it failed or was skipped, or what is to be known of it; `differences` holds the expected ones too.
    """

    kind: Kind
    name: str
    status: Status = "same"
    reason: str | None = None
    differences: list[Difference] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """The name of the pytest item, which `-k` matches and after which the snapshot's file is named."""
        name = self.name.replace("/", " - ") if self.kind in ("deployment", "run") else self.name
        return f"{self.kind}[{name}]"

    @property
    def ok(self) -> bool:
        return self.status not in ("different", "failed")


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Which Prefect took part: its version and the interpreter that has it."""

    version: str
    python: str


@dataclass(slots=True)
class VerifyReport:
    """The answer.  `notes` are facts about the run as a whole, such as a stale snapshot or an assumed work pool."""

    before: str
    after: str
    engines: dict[str, EngineInfo] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 if nothing is different or failed, else 1."""
        return 0 if all(check.ok for check in self.checks) else 1

    def count(self) -> dict[Status, int]:
        """How many checks ended in each status."""
        return {status: sum(check.status == status for check in self.checks) for status in TITLES}
