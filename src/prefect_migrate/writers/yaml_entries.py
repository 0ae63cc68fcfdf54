"""Writer: one deployment as an entry of a prefect.yaml."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from prefect_migrate.plan.image_paths import IMAGE_PATH
from prefect_migrate.plan.model import Deployment, Schedule
from prefect_migrate.plan.overrides import job_variables_of
from prefect_migrate.plan.pushing import push_script
from prefect_migrate.readers.cli_deployments import IGNORE_FILE, CliBuild
from prefect_migrate.readers.deployment_yaml import Manifest

_KEY_OF_ARGUMENT = {
    "schedule": "schedules",
    "is_schedule_active": "paused",
    "infrastructure": "work_pool",
    "infra_overrides": "work_pool",
    "job_variables": "work_pool",
    "work_queue_name": "work_pool",
    "work_pool_name": "work_pool",
    "flow": "entrypoint",
    "path": "pull",
    "storage": "pull",
}
_STEPS = "prefect.deployments.steps"
#: The id of the step that pulls, where another one follows it.
PULLED = "code"
SET_DIRECTORY = f"{_STEPS}.set_working_directory"

#: Argument of the definition ("" for the whole) -> comments, each with its `#`.
Comments = Mapping[str, Sequence[str]]


def comments_of(deployment: Deployment, entry: Mapping[str, Any], comments: Comments) -> dict[str, list[str]]:
    """Key of the entry -> the comments to write above it; "" is for the whole entry."""
    found: dict[str, list[str]] = {}
    for argument, lines in (comments or (deployment.comments if isinstance(deployment, Manifest) else {})).items():
        key = _KEY_OF_ARGUMENT.get(argument, argument)
        # What stands at the name, a list item's first key, would be taken for a comment on the whole entry.
        found.setdefault(key if key in entry and key != "name" else "", []).extend(lines)
    return found


def entry_of(deployment: Deployment) -> dict[str, Any]:
    """The entry of one deployment, in the order of Prefect's own templates, without what is default."""
    entry: dict[str, Any] = {"name": deployment.name.literal}
    version = _given(deployment, "version")
    if version is not None:
        entry["version"] = str(version)
    for key in ("tags", "description"):
        if _given(deployment, key):
            entry[key] = plain(_given(deployment, key))
    entry["entrypoint"] = _given(deployment, "entrypoint") or deployment.entrypoint
    if _given(deployment, "parameters"):
        entry["parameters"] = plain(_given(deployment, "parameters"))
    if deployment.schedules:
        entry["schedules"] = [schedule_entry(schedule) for schedule in deployment.schedules]
    if deployment.paused:
        entry["paused"] = True
    if _given(deployment, "enforce_parameter_schema") is not None:
        entry["enforce_parameter_schema"] = _given(deployment, "enforce_parameter_schema")
    elif deployment.misfits:
        entry["enforce_parameter_schema"] = False
    entry["work_pool"] = _work_pool(deployment)
    for key, steps in (("push", push_steps(deployment)), ("pull", pull_steps(deployment))):
        if steps:
            entry[key] = steps
    return entry


def _given(deployment: Deployment, name: str) -> Any:
    value = deployment.arguments.get(name)
    return None if value is None else value.or_none()


def _work_pool(deployment: Deployment) -> dict[str, Any]:
    assert deployment.pool is not None
    pool: dict[str, Any] = {"name": deployment.pool.name}
    queue = deployment.work_queue_name
    if queue is not None and queue.literal not in (None, "default"):
        pool["work_queue_name"] = queue.literal
    variables = job_variables_of(deployment)
    if variables:
        pool["job_variables"] = plain(variables)
    return pool


# -- where the code is -------------------------------------------------------------------------------------------------


def pull_steps(deployment: Deployment) -> list[dict[str, Any]]:
    """Where the code comes from; none for the directory that `prefect deploy` is run in, which is its default."""
    target, path = deployment.storage_target, _given(deployment, "path")
    if target is not None and target.pull is not None:
        return [target.pull] if target.folded else _below(target.pull, path)
    in_image = deployment.infrastructure is not None and deployment.infrastructure.cls != "Process"
    directory = deployment.image_path or (str(path) if path else IMAGE_PATH if in_image else None)
    return [{SET_DIRECTORY: {"directory": directory}}] if directory else []


def _below(step: dict[str, Any], path: Any) -> list[dict[str, Any]]:
    """A step, and where a run starts below what it pulled."""
    path = str(path or "").strip("/")
    if path in ("", "."):
        return [step]
    (name, arguments), *_ = step.items()
    if name == SET_DIRECTORY:
        return [{SET_DIRECTORY: {"directory": f"{arguments['directory'].rstrip('/')}/{path}"}}]
    return [
        {name: {"id": PULLED, **arguments}},
        {SET_DIRECTORY: {"directory": f"{{{{ {PULLED}.directory }}}}/{path}"}},
    ]


def push_steps(deployment: Deployment) -> list[dict[str, Any]]:
    """The upload that `prefect deployment build`, or building it in Python, did itself."""
    if not isinstance(deployment, CliBuild):
        script = deployment.push or ""
    elif deployment.storage is None or deployment.parsed.last("--skip-upload"):
        return []
    else:
        path = str(_given(deployment, "path") or "").strip("/")
        script = push_script(deployment.storage, path, IGNORE_FILE if deployment.ignores else None) or ""
    return [{f"{_STEPS}.run_shell_script": {"script": script}}] if script else []


# -- values ------------------------------------------------------------------------------------------------------------


def schedule_entry(schedule: Schedule) -> dict[str, Any]:
    """One item of `schedules:`."""
    entry: dict[str, Any] = {}
    for key, value in schedule.fields.items():
        if value.literal is not None:
            entry[key] = plain(value.literal)
    if schedule.active is not None:
        entry["active"] = schedule.active
    return entry


def plain(value: Any) -> Any:
    """A value in the types that YAML and Prefect's own loader share: intervals in seconds, dates as ISO text."""
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value
