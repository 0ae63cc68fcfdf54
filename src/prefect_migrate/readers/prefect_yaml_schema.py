"""What Prefect 3 accepts in a prefect.yaml: one value of a wrong type, and it skips every deployment of the file.

The types are those of the models that `prefect deploy` of 3.8.8 checks the file with, read leniently as pydantic does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from prefect_migrate.source.yaml_scalars import type_of
from prefect_migrate.source.yaml_tree import Item, Mapping, Scalar, Sequence, Target, bases_of

ProblemKind = Literal["string", "null", "extra", "shape"]

STEP_SECTIONS = ("build", "push", "pull")
SCHEDULE_KINDS = ("cron", "interval", "rrule")
_TOP_STRINGS = ("name", "prefect-version")
_STRINGS = ("name", "version", "version_type", "description", "flow_name", "entrypoint")
_POOL_STRINGS = ("name", "work_queue_name")
_SCHEDULE_STRINGS = ("cron", "rrule", "timezone", "anchor_date", "slug", "replaces")
SCHEDULE_KEYS = frozenset({*_SCHEDULE_STRINGS, "interval", "active", "day_or", "parameters"})
_BOOL_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "1", "0"})
_DURATION = re.compile(
    r"(?i)[-+]?P[\dTDHMSW.]+|[-+]?(?:\d+ ?d(?:ays?)?,? ?)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|[-+]?\d+ ?d(?:ays?)?"
)
#: Keys that hold a list or a mapping, and so can't be empty -> how an empty one is spelled.
EMPTY = {"parameters": "{}", "job_variables": "{}", "deployments": "[]", "tags": "[]"}


class Problem(NamedTuple):
    """Something that Prefect 3 refuses.

    `string`: a scalar that must be a string; `null`: an empty value where a collection must be; `extra`: a key of a
    schedule that is not known, or a second kind of schedule that Prefect 2 did not look at; `shape`: all else.
    """

    kind: ProblemKind
    owner: Mapping
    item: Item
    what: str


def problems(root: Mapping) -> Iterator[Problem]:
    """All that makes Prefect 3 skip a file, each place once."""
    seen: set[tuple[int, str]] = set()
    for problem in _of_file(root):
        key = (problem.item.key.start, problem.kind)
        if key not in seen:
            seen.add(key)
            yield problem


def owned(mapping: Mapping) -> dict[str, tuple[Mapping, Item]]:
    """Key -> the mapping that it stands in, which a merge key may have brought in, and the item."""
    found: dict[str, tuple[Mapping, Item]] = {}
    for item in mapping.items:
        if item.key.text == "<<" and item.key.is_plain:
            for base in bases_of(item.value):
                found = {**owned(base), **found}
    return found | {item.key.text: (mapping, item) for item in mapping.items if item.key.text != "<<"}


def _of_file(root: Mapping) -> Iterator[Problem]:
    keys = owned(root)
    yield from _strings(keys, _TOP_STRINGS)
    yield from _steps(keys)
    if "deployments" not in keys:
        return
    owner, item = keys["deployments"]
    if is_null(item.value):
        yield Problem("null", owner, item, "`deployments` is empty")
    elif not isinstance(item.value, Sequence):
        yield Problem("shape", owner, item, "`deployments` is not a list")
    else:
        for entry in item.value.values():
            if isinstance(entry, Mapping):
                yield from _of_entry(entry)
            else:
                yield Problem("shape", owner, item, "a deployment is not a mapping")


def _of_entry(entry: Mapping) -> Iterator[Problem]:
    keys = owned(entry)
    yield from _strings(keys, _STRINGS)
    yield from _mapping(keys, "parameters")
    yield from _steps(keys)
    yield from _schedules(keys)
    yield from _work_pool(keys)
    yield from _other(keys)


def _strings(keys: dict[str, tuple[Mapping, Item]], names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        if name not in keys:
            continue
        owner, item = keys[name]
        value = item.value
        if not isinstance(value, Scalar):
            yield Problem("shape", owner, item, f"`{name}` is not a text")
        elif value.is_plain and type_of(value.text) not in ("str", "null"):
            yield Problem("string", owner, item, f"`{name}: {value.text}` is no string")


def _mapping(keys: dict[str, tuple[Mapping, Item]], name: str) -> Iterator[Problem]:
    if name not in keys:
        return
    owner, item = keys[name]
    if is_null(item.value):
        yield Problem("null", owner, item, f"`{name}` is empty")
    elif not isinstance(item.value, Mapping):
        yield Problem("shape", owner, item, f"`{name}` is not a mapping")
    elif _has_odd_keys(item.value):
        yield Problem("shape", owner, item, f"a key of `{name}` is not a text")


def _steps(keys: dict[str, tuple[Mapping, Item]]) -> Iterator[Problem]:
    for name in STEP_SECTIONS:
        if name not in keys:
            continue
        owner, item = keys[name]
        value = item.value
        if isinstance(value, Scalar) and not is_null(value):
            yield Problem("shape", owner, item, f"`{name}` is not a list of steps")
        steps = list(value.values()) if isinstance(value, Sequence) else [value]
        if not isinstance(value, Scalar) and not all(_is_step(step) for step in steps):
            yield Problem("shape", owner, item, f"a step of `{name}` is not a mapping")


def _is_step(node: Target) -> bool:
    return isinstance(node, Mapping) and not _has_odd_keys(node)


def _work_pool(keys: dict[str, tuple[Mapping, Item]]) -> Iterator[Problem]:
    if "work_pool" not in keys:
        return
    owner, item = keys["work_pool"]
    if not isinstance(item.value, Mapping):
        yield Problem("shape", owner, item, "`work_pool` is not a mapping")
        return
    inner = owned(item.value)
    yield from _strings(inner, _POOL_STRINGS)
    yield from _mapping(inner, "job_variables")


def _other(keys: dict[str, tuple[Mapping, Item]]) -> Iterator[Problem]:
    if "tags" in keys and is_null(keys["tags"][1].value):
        yield Problem("null", *keys["tags"], "`tags` is empty")
    for name, accepts in _CHECKS.items():
        if name in keys and not is_null(keys[name][1].value) and not accepts(keys[name][1].value):
            yield Problem("shape", *keys[name], f"`{name}` is none that Prefect 3 takes")


# -- schedules -------------------------------------------------------------------------------------------------------


def _schedules(keys: dict[str, tuple[Mapping, Item]]) -> Iterator[Problem]:
    if "schedule" in keys:
        owner, item = keys["schedule"]
        if isinstance(item.value, Mapping):
            yield from _schedule(owner, item, item.value)
            if item.value.items and "schedules" in keys:
                yield Problem("shape", owner, item, "there is both `schedule` and `schedules`")
        elif not is_null(item.value):
            yield Problem("shape", owner, item, "`schedule` is not a mapping")
    if "schedules" in keys:
        owner, item = keys["schedules"]
        if isinstance(item.value, Sequence):
            for schedule in item.value.values():
                if isinstance(schedule, Mapping) and schedule.items:
                    yield from _schedule(owner, item, schedule)
                else:
                    yield Problem("shape", owner, item, "a schedule is not a mapping")
        elif not is_null(item.value):
            yield Problem("shape", owner, item, "`schedules` is not a list")


def _schedule(owner: Mapping, item: Item, schedule: Mapping) -> Iterator[Problem]:
    if not schedule.items:
        return
    keys = owned(schedule)
    for name, (at, inner) in keys.items():
        if name not in SCHEDULE_KEYS:
            yield Problem("extra", at, inner, f"`{name}` is no key of a schedule")
    kinds = [name for name in SCHEDULE_KINDS if name in keys and not is_null(keys[name][1].value)]
    used = next((name for name in kinds if _is_set(keys[name][1].value)), None)
    if used is None:
        yield Problem("shape", owner, item, "a schedule has no cron, interval or rrule")
    for name in kinds:
        if used is not None and name != used:
            yield Problem("extra", *keys[name], f"a schedule has both `{used}` and `{name}`")
    yield from _strings({name: keys[name] for name in keys if name != "anchor_date"}, _SCHEDULE_STRINGS)
    yield from _anchor(keys, used)
    yield from _mapping(keys, "parameters")
    for name, accepts in (("interval", _is_duration), ("active", _is_switch), ("day_or", _is_switch)):
        if name in keys and not is_null(keys[name][1].value) and not accepts(keys[name][1].value):
            yield Problem("shape", *keys[name], f"`{name}` is none that Prefect 3 takes")


def _anchor(keys: dict[str, tuple[Mapping, Item]], used: str | None) -> Iterator[Problem]:
    """An interval's anchor may be a date; nothing else may."""
    if "anchor_date" not in keys:
        return
    value = keys["anchor_date"][1].value
    is_date = isinstance(value, Scalar) and value.is_plain and type_of(value.text) == "date"
    others = set(keys) - {"interval", "anchor_date", "timezone"}
    if not (is_date and used == "interval" and not others):
        yield from _strings(keys, ("anchor_date",))


def _is_set(node: Target) -> bool:
    """Whether Prefect 2, which asked for truth, looked at a kind of schedule."""
    return not isinstance(node, Scalar) or bool(node.value)


# -- types -----------------------------------------------------------------------------------------------------------


def is_null(node: Target) -> bool:
    return isinstance(node, Scalar) and node.is_plain and node.value is None


def _is_text(node: Target) -> bool:
    return isinstance(node, Scalar) and (not node.is_plain or type_of(node.text) == "str")


def _has_odd_keys(node: Mapping) -> bool:
    """Whether a key is no text."""
    return node.odd_keys or any(not _is_text(item.key) for item in node.effective().values())


def _is_switch(node: Target) -> bool:
    """A bool, or any text, which may be a template."""
    return _is_text(node) or (isinstance(node, Scalar) and node.value in (0, 1))


def _is_bool(node: Target) -> bool:
    if not isinstance(node, Scalar):
        return False
    value = node.value
    return value in (0, 1) if not isinstance(value, str) else value.lower() in _BOOL_WORDS


def _is_duration(node: Target) -> bool:
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return False
    value: Any = node.value
    if isinstance(value, str):
        return type_of(node.text) != "date" and _DURATION.fullmatch(value) is not None
    return isinstance(value, (int, float)) and value == value


def _is_tags(node: Target) -> bool:
    return isinstance(node, Sequence) or _is_text(node)


def _is_triggers(node: Target) -> bool:
    return isinstance(node, Sequence) and all(isinstance(i, Mapping) and not _has_odd_keys(i) for i in node.values())


def _is_limit(node: Target) -> bool:
    if isinstance(node, Mapping):
        return True
    if not isinstance(node, Scalar):
        return False
    if _is_text(node):
        return re.fullmatch(r"\s*[-+]?\d+(?:\.0*)?\s*", node.text) is not None
    return isinstance(node.value, (int, float)) and float(node.value).is_integer()


_CHECKS = {
    "paused": _is_bool,
    "enforce_parameter_schema": _is_bool,
    "tags": _is_tags,
    "triggers": _is_triggers,
    "concurrency_limit": _is_limit,
}
