"""What Prefect 2 did not look at, or took otherwise, in a prefect.yaml that Prefect 3 reads without a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_schema import is_null, owned
from prefect_migrate.source.yaml_tree import Item, Mapping, Scalar, Sequence

#: Keys that Prefect 2 passed over -> what they do now.
_READ_NOW = {
    "concurrency_limit": "limits how many runs of the deployment there are at a time",
    "version_type": "says what kind of version the deployment has",
    "sla": "sets service levels, and is refused outside Prefect Cloud",
    "triggers": "makes automations on a server of your own too",
}
_OF_SCHEDULES = {
    "parameters": "sets the parameters of the runs that the schedule makes",
    "slug": "names the schedule",
    "replaces": "takes the place of another schedule",
}


class Meaning(NamedTuple):
    """`value` is what keeps the behaviour of Prefect 2, None where only a person can tell what is wanted."""

    item: Item
    what: str
    value: str | None = None


def new_meanings(file: PrefectFile) -> Iterator[Meaning]:
    """The places of a file for Prefect 2, each once; none in a file that says that it is for Prefect 3."""
    if file.root is None or file.stamp is None or file.stamp[0] != 2:
        return
    seen: set[int] = set()
    for meaning in _of_file(file, file.root):
        if meaning.item.key.start not in seen:
            seen.add(meaning.item.key.start)
            yield meaning


def _of_file(file: PrefectFile, root: Mapping) -> Iterator[Meaning]:
    for owner in (root, *file.entries):
        item = owner.get("pull")
        if item is not None and isinstance(item.value, Sequence) and not item.value.nodes:
            yield Meaning(item, "means that no code is pulled; Prefect 2 took it for nothing said", "null")
    for entry in file.entries:
        for name, (_, item) in owned(entry).items():
            if name in _READ_NOW and not _is_empty(item):
                yield Meaning(item, f"{_READ_NOW[name]}; Prefect 2 did not look at it")
        for schedule in schedules_of(entry):
            yield from _of_schedule(schedule)


def _of_schedule(schedule: Mapping) -> Iterator[Meaning]:
    for name, (_, item) in owned(schedule).items():
        if name in _OF_SCHEDULES and not _is_empty(item):
            yield Meaning(item, f"{_OF_SCHEDULES[name]}; Prefect 2 did not look at it")
    day_or, cron = schedule.get("day_or"), schedule.get("cron")
    if day_or is None or cron is None or not isinstance(cron.value, Scalar) or not isinstance(day_or.value, Scalar):
        return
    if day_or.value.value in (False, "false", "False") and has_both_days(cron.value.text):
        what = "asks for days that match both fields; Prefect 2 ignored it and took days that match either"
        yield Meaning(day_or, what, "true")


def has_both_days(cron: str) -> bool:
    """Whether a cron line restricts both the day of the month and the day of the week."""
    fields = cron.split()
    return len(fields) == 5 and not {fields[2], fields[4]} & {"*", "?"}


def schedules_of(entry: Mapping) -> list[Mapping]:
    """The schedules of a deployment that are not empty, under either key."""
    found = [item.value for item in (entry.get("schedule"), entry.get("schedules")) if item is not None]
    nodes = [node for value in found for node in (value.values() if isinstance(value, Sequence) else [value])]
    return [node for node in nodes if isinstance(node, Mapping) and node.items]


def _is_empty(item: Item) -> bool:
    value = item.value
    return is_null(value) or (isinstance(value, Sequence) and not value.nodes)
