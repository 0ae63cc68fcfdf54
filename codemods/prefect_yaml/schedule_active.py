from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_meanings import schedules_of
from prefect_migrate.readers.prefect_yaml_schema import owned
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Item, Mapping, Scalar
from prefect_migrate.writers.yaml_edits import append_item, delete_item
from prefect_migrate.yaml_rules import PrefectYamlRule, span_of

_OLD = """\
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool: {name: my-pool}
  schedules:
  - cron: 0 3 * * *
  is_schedule_active: false
"""
_NEW = """\
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool: {name: my-pool}
  schedules:
  - cron: 0 3 * * *
    active: false
"""


class IsScheduleActive(PrefectYamlRule):
    """`is_schedule_active` in prefect.yaml is ignored

    Up to Prefect 2.14 it switched the schedule of a deployment; from 2.16 on, and in Prefect 3, nothing reads it.  Each
    schedule has an `active` of its own in its place.

    Where it is true, empty, or there is no schedule, it goes.  Where it is false, `active: false` goes into the
    schedule, which is for review: with Prefect 2.16 or later the schedule may have been running all the same.
    """

    code = "PM126"
    name = "prefect-yaml-is-schedule-active"
    examples = (
        Example(_OLD, _NEW, path="prefect.yaml", unsafe=True),
        Example(_OLD.replace("false", "true"), _OLD.rpartition("  is_sch")[0], path="prefect.yaml"),
        Example(_NEW, path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        seen: set[int] = set()
        for entry in file.entries:
            owner, item = owned(entry).get("is_schedule_active", (entry, None))
            if item is None or item.key.start in seen:
                continue
            seen.add(item.key.start)
            value = item.value.value if isinstance(item.value, Scalar) else item.value
            yield self._finding(context, file, value, _Place(entry, owner, item))

    def _finding(self, context: FileContext, file: PrefectFile, value: object, place: _Place) -> Finding:
        span = span_of(place.item)
        message = "Nothing reads `is_schedule_active` any more"
        if value not in (True, False, None):
            step = "Give each schedule an `active` with this value, and take the key away."
            return self.finding(context, span, message, step, reason="its value is only known when it is deployed")
        stopped = value is False and bool(schedules_of(place.entry))
        return self.finding(
            context,
            span,
            message,
            "Write `active: false` in each schedule." if stopped else "Take it away.",
            fix=Fix("Move it into the schedule" if stopped else "Delete it", lambda: _changes(file, place, stopped)),
            applicability=Applicability.REVIEW if stopped else Applicability.SAFE,
            reason="Prefect 2.16 and later ignored it too" if stopped else "without it nothing changes",
        )


class _Place:
    """The key `item` of the deployment `entry`, which stands in `owner`."""

    def __init__(self, entry: Mapping, owner: Mapping, item: Item) -> None:
        self.entry, self.owner, self.item = entry, owner, item


def _changes(file: PrefectFile, place: _Place, stopped: bool) -> Changes:
    text = file.text.text
    edits = [delete_item(text, place.owner, place.item)]
    if stopped:
        missing = [schedule for schedule in schedules_of(place.entry) if schedule.get("active") is None]
        edits += [append_item(text, schedule, "active: false") for schedule in missing]
    return Changes(edits)
