"""Differences between two JSON values, named by the field they are in."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from prefect_migrate.verify.model import MISSING, Difference

Keys = tuple["str | int", ...]
Reason = Callable[[Keys, Any, Any], "str | None"]
"""Why a difference is expected, None if it is not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are all there are; `folded` is the after side with the expected ones taken back, so that it equals
    the before side if and only if there are no others."""

    differences: list[Difference]
    folded: Any

    @property
    def equal(self) -> bool:
        return all(difference.expected for difference in self.differences)


def compare(before: Any, after: Any, reason: Reason = lambda *_: None) -> Comparison:
    """Compare two JSON values; `reason` tells the expected differences."""
    differences = []
    folded = copy.deepcopy(after)
    surplus = []
    for keys, old, new in _walk(before, after):
        why = reason(keys, old, new)
        differences.append(Difference(path_text(keys), old, new, why))
        if why is not None and old is MISSING:
            surplus.append(keys)
        elif why is not None:
            folded = _put(folded, keys, old)
    # Backwards, so that the last items of a list go first and the others keep their places.
    for keys in reversed(surplus):
        folded = _put(folded, keys, MISSING)
    return Comparison(differences, folded)


def _walk(before: Any, after: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _walk(before.get(key, MISSING), after.get(key, MISSING), (*keys, key))
    elif isinstance(before, list) and isinstance(after, list) and _has_structure(before, after):
        for index in range(max(len(before), len(after))):
            yield from _walk(_item(before, index), _item(after, index), (*keys, index))
    elif not same(before, after):
        yield keys, before, after


def _has_structure(before: list[Any], after: list[Any]) -> bool:
    """A list of plain values, such as tags, is easier to read as a whole."""
    return any(isinstance(item, (dict, list)) for item in (*before, *after))


def _item(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else MISSING


def same(before: Any, after: Any) -> bool:
    """Equality of JSON values; unlike Python's, 1 is neither true nor 1.0."""
    if isinstance(before, (bool, int, float)) and type(before) is not type(after):
        return False
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def _put(value: Any, keys: Keys, item: Any) -> Any:
    if not keys:
        return item
    target = value
    for key in keys[:-1]:
        target = target[key]
    if item is MISSING:
        del target[keys[-1]]
    elif isinstance(target, list) and keys[-1] == len(target):
        target.append(item)
    else:
        target[keys[-1]] = item
    return value


def path_text(keys: Keys) -> str:
    """`("schedules", 0, "cron")` as `schedules[0].cron`; a key that is no word is quoted."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        elif re.fullmatch(r"[\w-]+", key):
            text += f".{key}" if text else key
        else:
            text += f"[{key!r}]"
    return text or "value"
