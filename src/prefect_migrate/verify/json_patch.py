"""JSON patches (RFC 6902), as far as `customizations` of Prefect 2 use them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from prefect_migrate.verify.api import Json


def apply_patch(document: Json, patch: list[Json]) -> None:
    """Apply add, replace, remove, move and copy operations; missing parents of an `add` are made, `test` is taken as
    passed, and what can't be applied is left out (Prefect 2 would have refused to start the job)."""
    for operation in patch:
        kind, path = operation.get("op"), _pointer(operation.get("path", ""))
        value = copy.deepcopy(operation.get("value"))
        if kind in ("move", "copy"):
            source = _pointer(operation.get("from", ""))
            value = copy.deepcopy(at(document, source))
            if kind == "move":
                _remove(document, source)
        if kind in ("add", "replace", "move", "copy"):
            _add(document, path, value, replace=kind == "replace")
        elif kind == "remove":
            _remove(document, path)


def _pointer(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def at(document: Any, path: Sequence[str]) -> Any:
    """The value at a path, None where there is none."""
    for part in path:
        try:
            document = document[int(part)] if isinstance(document, list) else document[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return document


def _add(document: Json, path: list[str], value: Any, *, replace: bool) -> None:
    target: Any = document
    for part in path[:-1]:
        target = target.setdefault(part, {}) if isinstance(target, dict) else at(target, [part])
    last = path[-1] if path else ""
    if isinstance(target, dict):
        target[last] = value
    elif isinstance(target, list) and last == "-":
        target.append(value)
    elif isinstance(target, list) and last.isdigit():
        index = int(last)
        target[index : index + (1 if replace else 0)] = [value]


def _remove(document: Json, path: list[str]) -> None:
    target = at(document, path[:-1])
    if isinstance(target, dict):
        target.pop(path[-1], None)
    elif isinstance(target, list) and path[-1].isdigit():
        del target[int(path[-1]) : int(path[-1]) + 1]
