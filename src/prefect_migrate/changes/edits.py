"""Text edits: apply them, and find those that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterable

from prefect_migrate.findings import Edit


class OverlappingEdits(Exception):
    """Two different edits want the same characters."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; equal ones count once.  Raises OverlappingEdits."""
    parts: list[str] = []
    position = 0
    for edit in sorted(set(edits)):
        if edit.start < position:
            raise OverlappingEdits(f"characters {edit.start}-{edit.end}")
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)


def overlap(first: Iterable[Edit], second: Iterable[Edit]) -> bool:
    """Whether any edit of one list touches the same characters as a different edit of the other."""
    return any(
        a != b and ((a.start < b.end and b.start < a.end) or a.start == b.start)
        for a in first
        for b in second
    )  # fmt: skip


def line_span(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` widened to whole lines, the last line's end included."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    after = end
    while after < len(text) and text[after] not in "\r\n":
        after += 1
    if text.startswith("\r\n", after):
        return first, after + 2
    return first, min(after + 1, len(text))
