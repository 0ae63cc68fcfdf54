"""parameters.json and flavours.json: how callables of Prefect 2 changed, for each range of targets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.reference.dumps import Dump, Row, dotted
from tools.reference.matches import Matcher, is_inside
from tools.reference.ranges import since_until, stretches

Parameters = Mapping[str, Sequence[str]]
#: The default, or for `repositioned` the place, before and after.
Change = tuple[str | None, str | None]
_THIS = frozenset({"self", "cls", "mcs"})


@dataclass(slots=True)
class OldCallable:
    """A callable over the samples of Prefect 2: `seen` has (first, last) for every parameter it ever had."""

    row: Row
    first: str
    last: str
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def parameters(self) -> Parameters:
        return parameters_of(self.row)


def parameters_of(row: Row) -> dict[str, Sequence[str]]:
    return {parameter[0]: parameter for parameter in row["signature"] or () if parameter[0] not in _THIS}


def old_callables(dumps: Sequence[Dump]) -> dict[str, OldCallable]:
    found: dict[str, OldCallable] = {}
    for dump in dumps:
        for path, row in dump.callables():
            if row["signature"] is None or not is_inside(path):
                continue
            old = found.setdefault(path, OldCallable(row, dump.version, dump.version))
            old.row, old.last = row, dump.version
            for name, parameter in parameters_of(row).items():
                if "*" not in parameter[1] and not name.startswith("_"):
                    old.seen[name] = old.seen.get(name, (dump.version, ""))[0], dump.version
    return found


def parameter_rows(olds: Mapping[str, OldCallable], matchers: Sequence[Matcher]) -> Iterator[dict[str, Any]]:
    """One row for each callable, parameter, kind of change and range of targets with that change."""
    for path, old in sorted(olds.items(), key=lambda item: dotted(item[0])):
        matched = [matcher.callable(path) for matcher in matchers]
        changes = [dict(changes_of(old, found[1])) if found else {} for found in matched]
        where = next((found[0] for found in reversed(matched) if found), path)
        for name, what in sorted({key for change in changes for key in change}):
            first, last = old.seen.get(name, (None, None))
            for (before, after), start, end in stretches([change.get((name, what)) for change in changes]):
                yield {
                    "callable": dotted(path),
                    "parameter": name,
                    "what": what,
                    "in_target": dotted(where) if where != path else None,
                    "old_default": before,
                    "new_default": after,
                    "first2": first,
                    "last2": last,
                    **since_until(start, end, len(matchers)),
                }


def changes_of(old: OldCallable, row: Row) -> Iterator[tuple[tuple[str, str], Change]]:
    """((parameter, what changed), (before, after)), from all samples to one target."""
    before, now = old.parameters, parameters_of(row)
    for name in old.seen:
        if name not in now:
            yield (name, _gone(now, row)), (None, None)
        elif name in before:
            for what, change in _changed(name, before, now):
                yield (name, what), change
    for name, parameter in now.items():
        if name not in old.seen and len(parameter) == 2 and "*" not in parameter[1] and not name.startswith("_"):
            yield (name, "new_required"), (None, None)


def _gone(now: Parameters, row: Row) -> str:
    """`removed` raises a TypeError; `swallowed` vanishes in **kwargs; `ignored` is dropped by a pydantic model."""
    if any(parameter[1] == "**" for parameter in now.values()):
        return "swallowed"
    return "ignored" if row.get("extra") == "ignore" else "removed"


def _changed(name: str, before: Parameters, now: Parameters) -> Iterator[tuple[str, Change]]:
    old, new = before[name], now[name]
    if old[1] in ("", "/") and new[1] == "k":
        yield "keyword_only", (None, None)
    elif old[1] in ("", "/") and new[1] in ("", "/"):
        places = _position(name, before), _position(name, now)
        if places[0] != places[1]:
            yield "repositioned", (str(places[0]), str(places[1]))
    if len(old) > 2 and len(new) == 2:
        yield "required", (old[2], None)
    elif len(old) > 2 and _differ(old[2], new[2]):
        yield "default_changed", (old[2], new[2])


def _position(name: str, parameters: Parameters) -> int:
    positional = [other for other, parameter in parameters.items() if parameter[1] in ("", "/")]
    return positional.index(name)


_OPAQUE = re.compile(r"factory|FieldInfo|_FieldFrom|PydanticUndefined|Ellipsis|<optional>|<lambda>")


def _differ(old: str, new: str) -> bool:
    """Whether two defaults differ in more than the modules of types, quotes and spaces; no for what says no value."""
    if _OPAQUE.search(old) or _OPAQUE.search(new):
        return False
    short_old, short_new = (re.sub(r"[\s'\"]|\b[\w.]+\.(?=\w)", "", default) for default in (old, new))
    return short_old != short_new


def flavour_rows(olds: Mapping[str, OldCallable], matchers: Sequence[Matcher]) -> Iterator[dict[str, Any]]:
    """Callables whose result must be awaited in Prefect 2 and not in a target, or the other way round."""
    for path, old in sorted(olds.items(), key=lambda item: dotted(item[0])):
        matched = [matcher.callable(path) for matcher in matchers]
        flavours = [found[1]["flavour"] if found else None for found in matched]
        where = next((found[0] for found in reversed(matched) if found), path)
        changed = [None if flavour == old.row["flavour"] else flavour for flavour in flavours]
        for flavour, start, end in stretches(changed):
            yield {
                "callable": dotted(path),
                "in_target": dotted(where) if where != path else None,
                "old": old.row["flavour"],
                "new": flavour,
                "last2": old.last,
                **since_until(start, end, len(matchers)),
            }
