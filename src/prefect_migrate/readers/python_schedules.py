"""Reader: schedules as Python code writes them, of Prefect 2 and of Prefect 3."""

from __future__ import annotations

import ast

from prefect_migrate.plan.model import Schedule, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.names import new_schedule_class, schedule_class
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, dotted, resolve

_KINDS = {"CronSchedule": "cron", "IntervalSchedule": "interval", "RRuleSchedule": "rrule"}
#: Classes of a schedule with its switch: Prefect 2's, and the one that took its place.
WITH_SWITCH = ("MinimalDeploymentSchedule", "DeploymentScheduleCreate")
_NEW_KINDS = {"Cron": "cron", "Interval": "interval", "RRule": "rrule"}


def schedule_call(project: Project, file: PythonFile, node: ast.expr) -> tuple[PythonFile, ast.Call, str] | None:
    """The constructor call behind an expression, and its class; through names and constants of other modules."""
    if isinstance(node, ast.Call):
        meaning = dotted(project, file, node.func)
        cls = schedule_class(meaning.name) or new_schedule_class(meaning.name) if meaning else None
        return (file, node, cls) if cls else None
    found = resolve(project, file, node)
    if isinstance(found, Definition) and isinstance(found.value, ast.Call):
        return schedule_call(project, found.file, found.value)
    return None


def read_schedule(project: Project, file: PythonFile, node: ast.expr) -> Schedule | None:
    """The schedule that an expression gives, None if it can't be known."""
    found = schedule_call(project, file, node)
    if found is None:
        return None
    owner, call, cls = found
    kind = _KINDS.get(cls) or _NEW_KINDS.get(cls)
    if kind is None or any(keyword.arg is None for keyword in call.keywords):
        return None
    fields: dict[str, Value] = {}
    if call.args and (cls in _NEW_KINDS or is_by_position(call)):
        fields[kind] = value_of(project, owner, call.args[0])
    for keyword in call.keywords:
        fields[str(keyword.arg)] = value_of(project, owner, keyword.value)
    return Schedule(kind, fields) if kind in fields else None


def is_by_position(call: ast.Call) -> bool:
    """Whether a schedule of Prefect 2 is given its value by position, which Prefect 2 refused and Prefect 3 takes."""
    return len(call.args) == 1 and not isinstance(call.args[0], ast.Starred)


def refused_schedules(project: Project, file: PythonFile, node: ast.expr) -> list[str]:
    """The classes of the schedules in an expression that Prefect 2 refused, though what they say is plain."""
    parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    found = (schedule_call(project, file, part) for part in parts)
    return [one[2] for one in found if one is not None and one[2] in _KINDS and is_by_position(one[1])]


def read_schedules(project: Project, file: PythonFile, node: ast.expr) -> list[Schedule] | None:
    """A list of schedules: bare ones, or dicts with `schedule` and `active`; None if any can't be known."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    result = []
    for element in node.elts:
        schedule = _read_entry(project, file, element)
        if schedule is None:
            return None
        result.append(schedule)
    return result


def entry_parts(project: Project, file: PythonFile, node: ast.expr) -> dict[str, ast.expr] | None:
    """`schedule` and `active` of a dict or a `MinimalDeploymentSchedule(...)` in a list; None for anything else."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return {str(getattr(key, "value", "")): value for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Call) and all(keyword.arg for keyword in node.keywords) and not node.args:
        meaning = dotted(project, file, node.func)
        if meaning is not None and meaning.name.startswith("prefect.") and meaning.name.split(".")[-1] in WITH_SWITCH:
            return {str(keyword.arg): keyword.value for keyword in node.keywords}
    return None


def _read_entry(project: Project, file: PythonFile, node: ast.expr) -> Schedule | None:
    parts = entry_parts(project, file, node)
    if parts is None:
        return read_schedule(project, file, node)
    schedule = read_schedule(project, file, parts["schedule"]) if "schedule" in parts else None
    if schedule is not None and "active" in parts:
        active = value_of(project, file, parts["active"])
        if not isinstance(active.literal, bool):
            return None
        schedule.active = active.literal
    return schedule
