"""Reader: deployments that a prefect.yaml declares already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate.findings import Place
from prefect_migrate.plan.model import Deployment, Schedule, Site, Value
from prefect_migrate.project import Project

NAME = "prefect.yaml"


def read_prefect_yaml(project: Project) -> Iterator[Deployment]:
    """The deployments of every prefect.yaml; a file that does not load has none (another rule reports it)."""
    for file in project.of_kind("prefect-yaml"):
        text = project.text(file.path)
        if text is not None:
            yield from _read(file.path, text.text)


def _read(path: str, text: str) -> Iterator[Deployment]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data: Any = YAML(typ="rt").load(text)
    except (YAMLError, ValueError):
        return
    entries = data.get("deployments") if isinstance(data, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield _deployment(path, entry)


def _deployment(path: str, entry: Any) -> Deployment:
    line = getattr(getattr(entry, "lc", None), "line", 0) + 1
    pool = entry.get("work_pool") if isinstance(entry.get("work_pool"), dict) else {}
    deployment = Deployment(Site(path, Place(line, 1, line, 1)), "prefect_yaml", _value(entry.get("name")))
    deployment.entrypoint = entry.get("entrypoint") if isinstance(entry.get("entrypoint"), str) else None
    deployment.working_directory = str(PurePosixPath(path).parent)
    deployment.work_pool_name = _value(pool.get("name")) if "name" in pool else None
    deployment.work_queue_name = _value(pool.get("work_queue_name")) if "work_queue_name" in pool else None
    deployment.applied = "prefect deploy"
    deployment.schedules = [_schedule(item) for item in _schedules(entry) if isinstance(item, dict)]
    return deployment


def _schedules(entry: Any) -> list[Any]:
    several = entry.get("schedules")
    one = entry.get("schedule")
    return several if isinstance(several, list) else [one] if one else []


def _schedule(item: Any) -> Schedule:
    kind = next((kind for kind in ("cron", "interval", "rrule") if kind in item), "cron")
    active = item.get("active")
    fields = {str(key): _value(value) for key, value in item.items() if key != "active"}
    return Schedule(kind, fields, active if isinstance(active, bool) else None)


def _value(value: Any) -> Value:
    """A YAML scalar; a `{{ template }}` is only known when Prefect deploys."""
    if isinstance(value, str) and "{{" in value:
        return Value(str(value))
    return Value(str(value), value)
