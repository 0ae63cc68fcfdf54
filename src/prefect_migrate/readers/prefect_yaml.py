"""Reader: prefect.yaml files, under that name or another one, and the deployments that they declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from prefect_migrate.discovery.kinds import PREFECT_YAML, YAML
from prefect_migrate.findings import place_of
from prefect_migrate.plan.model import Deployment, Schedule, Site, Value
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.prefect_yaml_schema import STEP_SECTIONS, Problem, owned, problems
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.yaml_tree import BadYaml, Item, Mapping, Sequence, Target, plain_value, read_tree

NAME = "prefect.yaml"
KINDS = frozenset({PREFECT_YAML, YAML})
_SHOWS = re.compile(rb"(?m)^[\"']?(?:deployments|prefect-version)[\"']?[ \t]*:")
_LOADS = re.compile(rb"\b(?:safe_|full_)?load(?:_all)?\(|\bYAML\(")
_STAMP = re.compile(r"[v=~^]*(\d+)(?:\.(\d+))?")


@dataclass
class PrefectFile:
    """A file for `prefect deploy`.  `root` is None where it does not load, and `broken` says why and on which line."""

    path: str
    text: SourceText
    root: Mapping | None = None
    broken: tuple[str, int] | None = None

    @cached_property
    def entries(self) -> list[Mapping]:
        """The deployments."""
        item = self.root.get("deployments") if self.root else None
        values = item.value.values() if item and isinstance(item.value, Sequence) else ()
        return _unique(entry for entry in values if isinstance(entry, Mapping))

    @cached_property
    def problems(self) -> list[Problem]:
        """What makes Prefect 3 skip the file."""
        return list(problems(self.root)) if self.root else []

    @cached_property
    def steps(self) -> list[Step]:
        """The steps of all sections, those of the deployments included."""
        owners = [self.root, *self.entries] if self.root else []
        return [step for owner in owners for name in STEP_SECTIONS for step in _steps_of(owner, name)]

    @property
    def stamp(self) -> tuple[int, int | None] | None:
        """Major and minor of `prefect-version`."""
        item = self.root.get("prefect-version") if self.root else None
        match = _STAMP.match(str(plain_value(item.value))) if item else None
        return (int(match[1]), int(match[2]) if match[2] else None) if match else None


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `section` is the build, push or pull that it stands in, `owner` the file or the deployment."""

    owner: Mapping
    section: Item
    item: Item

    @property
    def name(self) -> str:
        return self.item.key.text

    @property
    def arguments(self) -> Mapping | None:
        return self.item.value if isinstance(self.item.value, Mapping) else None


def _steps_of(owner: Mapping, name: str) -> Iterator[Step]:
    section = owned(owner).get(name, (owner, None))[1]
    if section is None:
        return
    nodes: list[Target] = list(section.value.values()) if isinstance(section.value, Sequence) else [section.value]
    for node in nodes:
        for item in node.items if isinstance(node, Mapping) else ():
            yield Step(owner, section, item)


def _unique(entries: Iterator[Mapping]) -> list[Mapping]:
    return list({id(entry): entry for entry in entries}.values())


# -- files -----------------------------------------------------------------------------------------------------------


def prefect_files(project: Project) -> Iterator[PrefectFile]:
    """Every file of a project that `prefect deploy` can read."""
    for file in project.of_kind(*KINDS):
        found = prefect_file(project, file)
        if found is not None:
            yield found


def prefect_file(project: Project, file: ProjectFile) -> PrefectFile | None:
    """The file as `prefect deploy` sees it, None if it is a YAML file of another sort."""
    return project.once("prefect.yaml", file, lambda: _prefect_file(project, file))


def _prefect_file(project: Project, file: ProjectFile) -> PrefectFile | None:
    text = project.text(file.path)
    if text is None or (file.kind == YAML and not _SHOWS.search(text.data)):
        return None
    try:
        root = read_tree(text.text)
    except BadYaml as error:
        return PrefectFile(file.path, text, broken=(str(error), error.line)) if file.kind == PREFECT_YAML else None
    if file.kind == PREFECT_YAML:
        if root is None or isinstance(root, Mapping):
            return PrefectFile(file.path, text, root)
        return PrefectFile(file.path, text, broken=("it is not a mapping", 1))
    return PrefectFile(file.path, text, root) if isinstance(root, Mapping) and _is_for_deploy(root) else None


def _is_for_deploy(root: Mapping) -> bool:
    """Whether a mapping with `deployments` is meant for Prefect, and not for some other program."""
    if root.get("prefect-version") is not None:
        return True
    item = root.get("deployments")
    entries = list(item.value.values()) if item and isinstance(item.value, Sequence) else []
    return bool(entries) and all(
        isinstance(entry, Mapping) and {"entrypoint", "work_pool"} & set(entry.effective()) for entry in entries
    )


def reader_of(project: Project, path: str) -> str | None:
    """The Python file that reads a YAML file, by its name, on its own: then it says which keys the file has."""
    name = PurePosixPath(path).name
    if name == NAME:
        return None
    for other in sorted(project.python_with(name.encode())):
        data = project.read(other) or b""
        if _LOADS.search(data) and b"prefect-file" not in data:
            return other
    return None


# -- deployments -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class YamlDeployment(Deployment):
    """A deployment together with its entry."""

    entry: Mapping | None = field(default=None, kw_only=True)


def read_prefect_yaml(project: Project) -> Iterator[Deployment]:
    """The deployments of every prefect.yaml; a file that does not load has none (another rule reports it)."""
    for file in prefect_files(project):
        for entry in file.entries:
            yield _deployment(file, entry)


def _deployment(file: PrefectFile, entry: Mapping) -> Deployment:
    data = plain_value(entry)
    pool = data.get("work_pool") if isinstance(data.get("work_pool"), dict) else {}
    site = Site(file.path, place_of(file.text, entry.start, entry.start))
    deployment = YamlDeployment(site, "prefect_yaml", _value(data.get("name")), entry=entry)
    deployment.entrypoint = data.get("entrypoint") if isinstance(data.get("entrypoint"), str) else None
    deployment.working_directory = str(PurePosixPath(file.path).parent)
    deployment.work_pool_name = _value(pool.get("name")) if "name" in pool else None
    deployment.work_queue_name = _value(pool.get("work_queue_name")) if "work_queue_name" in pool else None
    deployment.applied = "prefect deploy"
    deployment.paused = data.get("paused") if isinstance(data.get("paused"), bool) else None
    deployment.schedules = [_schedule(item) for item in _schedules(data) if isinstance(item, dict)]
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
