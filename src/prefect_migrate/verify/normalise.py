"""The normalisation of a deployment: the one place that says when two records of it mean the same.

Both servers' records are brought into this form, which is also what the snapshots hold:

| field | in Prefect 2 | in Prefect 3 | what is done |
|---|---|---|---|
| name | flow and deployment | the same | joined to `flow/deployment` |
| entrypoint | entrypoint | entrypoint | `./` in front goes; with its whole path in a repository or bucket |
| code | path, storage block | pull steps, path, `working_dir` variable | see `code_source.py` |
| parameters | parameters | parameters | as they are |
| parameter_schema | parameter_openapi_schema | the same | `$defs` and `definitions` are one; empty parts go |
| schedules | schedules | schedules | kind, timing, zone (UTC if none) and whether it is in effect |
| | anchor at registration time | the same | `<when registered>`: both engines take the time of day |
| | rrule | rrule with DTSTART of 2020 | that DTSTART goes: Prefect 2 starts there without saying it |
| paused | paused or is_schedule_active | paused | true if no schedule is in effect; the flag itself without schedules |
| tags | tags | tags | sorted |
| description | description | description | Prefect 3 says "None" for none |
| version | version | version | a hash of the flow's file, which the migration may change, is `<hash>` |
| queue | work_queue_name | work_queue_name | none is `default`; with its concurrency limit |
| pool | work pool | work pool | name and type |
| runs_in | the infrastructure block's type | the work pool's type | as a type of work pool |
| job_variables | the block's fields, overridden | pool defaults, overridden | see `job.py` |
| job_manifest | job and customizations | the pool's template | Kubernetes and ECS; see `manifest.py` |
| triggers | automations that run it | the same | without ids |
| enforce_parameter_schema | the same | the same | as it is |

What may differ all the same, and why, is in `expected.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timezone
from pathlib import Path
from typing import Any

from prefect_migrate.verify.api import Json
from prefect_migrate.verify.code_source import code_source, located
from prefect_migrate.verify.job import effective_job, pool_type
from prefect_migrate.verify.records import Record
from prefect_migrate.verify.scrub import moment_of

#: Where a schedule that names no start begins, in both engines.
_DEFAULT_DTSTART = re.compile(r"^DTSTART:20200101T000000Z?\s*\n")
HASH = "<hash>"
_HASH = re.compile(r"^[0-9a-f]{32}$")
#: Clocks of this many seconds around a registration count as its time.
_SLACK = 60.0


@dataclass(frozen=True, slots=True)
class Side:
    """What has to be known of a side: its engine's major, the project's root, and when it was registered."""

    major: int
    root: Path
    window: tuple[float, float] = (0.0, 0.0)


def normalise(record: Record, side: Side) -> Json:
    """A record in the form that is compared: JSON with the fields of the table above."""
    deployment = record.deployment
    job = effective_job(record, side.major)
    code, entrypoint = located(
        code_source(record, side, job.variables), _entrypoint(deployment.get("entrypoint"), side.root)
    )
    schedules = [_schedule(schedule, deployment, side) for schedule in _raw_schedules(deployment)]
    normal: Json = {
        "name": record.name,
        "entrypoint": entrypoint,
        "code": code,
        "parameters": deployment.get("parameters") or {},
        "parameter_schema": _schema(deployment.get("parameter_openapi_schema") or {}),
        "schedules": sorted(schedules, key=repr),
        "paused": _paused(deployment, schedules),
        "tags": sorted(deployment.get("tags") or []),
        "description": _nothing(deployment.get("description")),
        "version": _version(deployment.get("version")),
        "queue": _queue(record),
        "pool": {"name": deployment.get("work_pool_name"), "type": (record.pool or {}).get("type")},
        "runs_in": pool_type(record, side.major),
        "job_variables": job.variables,
        "triggers": sorted((_trigger(automation) for automation in record.automations), key=repr),
        "enforce_parameter_schema": bool(deployment.get("enforce_parameter_schema")),
    }
    if job.manifest:
        normal["job_manifest"] = job.manifest
    if job.lost:
        normal["infrastructure"] = job.lost
    replaced: Json = _with_root(normal, str(side.root))
    return replaced


def _with_root(value: Any, root: str) -> Any:
    """The project's own place, wherever it stands in a value, as `<project>`."""
    if isinstance(value, str):
        return value.replace(root, "<project>")
    if isinstance(value, dict):
        return {key: _with_root(item, root) for key, item in value.items()}
    return [_with_root(item, root) for item in value] if isinstance(value, list) else value


def _entrypoint(entrypoint: str | None, root: Path) -> str | None:
    if not entrypoint:
        return None
    return entrypoint.removeprefix(f"{root}/").removeprefix("./")


def _nothing(text: str | None) -> str | None:
    return None if text in (None, "", "None") else text


def _version(version: str | None) -> str | None:
    return HASH if version and _HASH.match(version) else _nothing(version)


def _queue(record: Record) -> Json:
    limit = (record.queue or {}).get("concurrency_limit")
    return {"name": record.deployment.get("work_queue_name") or "default", "concurrency_limit": limit}


# -- schedules -------------------------------------------------------------------------------------------------------


def _raw_schedules(deployment: Json) -> list[Json]:
    """The schedules with their switches; before 2.16 a server knew only one."""
    schedules: list[Json] = deployment.get("schedules") or []
    if not schedules and deployment.get("schedule"):
        return [{"schedule": deployment["schedule"], "active": True}]
    return schedules


def _is_paused(deployment: Json) -> bool:
    return bool(deployment.get("paused")) or deployment.get("is_schedule_active") is False


def _schedule(raw: Json, deployment: Json, side: Side) -> Json:
    schedule = raw["schedule"]
    normal: Json = {"timezone": schedule.get("timezone") or "UTC"}
    if "cron" in schedule:
        normal |= {"cron": schedule["cron"], "day_or": schedule.get("day_or", True)}
    elif "interval" in schedule:
        normal |= {"interval": float(schedule["interval"]), "anchor": _anchor(schedule.get("anchor_date"), side)}
    else:
        normal["rrule"] = _DEFAULT_DTSTART.sub("", str(schedule.get("rrule")))
    if raw.get("parameters"):
        normal["parameters"] = raw["parameters"]
    # A paused deployment starts nothing, whatever its schedules say; which switch did it is no difference.
    normal["active"] = bool(raw.get("active", True)) and not _is_paused(deployment)
    return normal


def _anchor(anchor: str | None, side: Side) -> str | None:
    if anchor is None:
        return None
    moment = moment_of(anchor)
    start, end = side.window
    if start - _SLACK <= moment.timestamp() <= end + _SLACK:
        return "<when registered>"
    return moment.astimezone(timezone.utc).isoformat()


def _paused(deployment: Json, schedules: list[Json]) -> bool:
    if schedules:
        return not any(schedule["active"] for schedule in schedules)
    return _is_paused(deployment)


# -- parameters and triggers -----------------------------------------------------------------------------------------


def _schema(value: Any) -> Any:
    """A JSON schema as pydantic's versions agree on it."""
    if isinstance(value, list):
        return [_schema(item) for item in value]
    if not isinstance(value, dict):
        return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
    parts = {"definitions" if key == "$defs" else key: _schema(item) for key, item in value.items()}
    only = parts.get("allOf")
    if isinstance(only, list) and len(only) == 1 and isinstance(only[0], dict):
        parts = {**{key: item for key, item in parts.items() if key != "allOf"}, **only[0]}
    return {key: item for key, item in parts.items() if key not in ("definitions", "required") or item}


def _trigger(automation: Json) -> Json:
    return {
        "name": automation.get("name"),
        "enabled": automation.get("enabled", True),
        "trigger": _without_ids(automation.get("trigger")),
        "actions": [
            {key: action.get(key) or {} for key in ("type", "parameters", "job_variables")}
            for action in (*automation.get("actions", []), *automation.get("actions_on_trigger", []))
        ],
    }


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id" and item not in (None, [], {})}
    return [_without_ids(item) for item in value] if isinstance(value, list) else value
