"""Ranges of target minors, and how they are spelled: `2-` from 3.2 on, `-3` up to 3.3, `2-4,6-` both, nothing: all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

Minor = tuple[int, int]
T = TypeVar("T")


def spell(has: Sequence[bool], scope: Sequence[bool] | None = None) -> str:
    """`has[i]` says whether minor 3.i has something; `scope` what is said already, and need not be repeated."""
    if list(has) == list(scope if scope is not None else [True] * len(has)):
        return ""
    parts = []
    for start, end in runs(has):
        first = "" if start == 0 else str(start)
        last = "" if end == len(has) - 1 else str(end)
        parts.append(str(start) if start == end and last else f"{first}-{last}")
    return ",".join(parts)


def runs(has: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """The first and last index of every stretch of True."""
    start: int | None = None
    for index, value in enumerate([*has, False]):
        if value and start is None:
            start = index
        elif not value and start is not None:
            yield start, index - 1
            start = None


def stretches(values: Sequence[T | None]) -> Iterable[tuple[T, int, int]]:
    """Every stretch of equal values that are not None: (value, first index, last index)."""
    start = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[start]:
            value = values[start]
            if value is not None:
                yield value, start, index - 1
            start = index


def since_until(start: int, end: int, count: int) -> dict[str, str | None]:
    """The keys `since` and `until` of a row; an open end has no `until`."""
    return {"since": f"3.{start}", "until": None if end == count - 1 else f"3.{end}"}
