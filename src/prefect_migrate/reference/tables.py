"""Read the data files, each once and only when it is asked for.

A table is `{"meta": {...}, "rows": [...]}` with one row a line; `meta` names its source.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

Target = tuple[int, int]

DATA = Path(__file__).parent / "data"

#: What a row means that does not say when it began to hold.
FIRST_TARGET: Target = (3, 0)


@cache
def table(name: str) -> dict[str, Any]:
    """The whole table `data/<name>.json`."""
    loaded: dict[str, Any] = json.loads((DATA / f"{name}.json").read_bytes())
    return loaded


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    found: list[dict[str, Any]] = table(name)["rows"]
    return found


def minor(text: str | None) -> Target | None:
    """`"3.2"` as a pair."""
    if text is None:
        return None
    major, _, number = text.partition(".")
    return int(major), int(number)


def holds(since: Target, until: Target | None, target: Target | None) -> bool:
    """Whether a row holds for a target; for no target in particular, the newest rows hold."""
    if target is None:
        return until is None
    return since <= target and (until is None or target <= until)


def ranged(row: dict[str, Any], source: str) -> dict[str, Any]:
    """A row as the arguments of its fact: with a source, and with its range of targets as pairs."""
    fields = {"source": source, **row}
    for key in ("since", "until"):
        if key in row:
            fields[key] = minor(row[key])
    return fields
