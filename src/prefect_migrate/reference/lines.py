"""Tables that are read line by line: parsing a line waits until its key is asked for.

Each line of `data/<name>.json` is `[key, minors, ...]`; the first is `["", meta]`.  Minors are spelled `2-` (from 3.2
on), `-3` (up to 3.3), `2-4,6-` (both) or nothing (all); a word may carry its own after an `@`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from prefect_migrate.reference.tables import DATA, Target


@cache
def lines(name: str) -> dict[str, tuple[str, ...]]:
    """Key -> its lines, not parsed."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (DATA / f"{name}.json").read_text("utf-8").splitlines():
        if line.startswith('["'):
            key = line[2 : line.index('"', 2)]
            found[key] = (*found.get(key, ()), line.rstrip(","))
    return found


@cache
def parsed(name: str, key: str) -> tuple[list[Any], ...]:
    """The rows of a key; none when there is no such key."""
    return tuple(json.loads(line) for line in lines(name).get(key, ()))


@cache
def targets() -> tuple[Target, ...]:
    """The minors that were examined, the oldest first."""
    _, meta = parsed("target_index", "")[0]
    return tuple((3, int(release.split(".")[1])) for release in meta["targets"])


@cache
def position(target: Target | None) -> int | None:
    """The number of a minor; of the newest one when none is given; None for one that was not examined."""
    chosen = target or targets()[-1]
    return chosen[1] if chosen in targets() else None


def covers(minors: str, number: int) -> bool:
    """Whether the spelled minors hold a number."""
    if not minors:
        return True
    for part in minors.split(","):
        first, dash, last = part.partition("-")
        if int(first or 0) <= number <= (int(last) if last else number if dash else int(first)):
            return True
    return False


def words(text: str, number: int) -> list[str]:
    """The words of a line that hold for a minor, without their ranges."""
    found = []
    for word in text.split():
        plain, _, minors = word.partition("@")
        if covers(minors, number):
            found.append(plain)
    return found
