"""What apply would do to one file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class FileChange:
    """One file before and after; None means that there is no such file."""

    path: str
    before: bytes | None
    after: bytes | None
    codes: list[str] = field(default_factory=list)
    executable: bool = False
