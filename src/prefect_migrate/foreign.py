"""Files that mention Prefect but are no Prefect 2 code of the user's: copies of Prefect itself, Prefect 1."""

from __future__ import annotations

import re
from typing import Literal
from weakref import WeakKeyDictionary

from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile

ForeignKind = Literal["vendored", "prefect-1"]

#: Modules of Prefect 1 that no Prefect 2 or 3 has.
_PREFECT_1_MODULE = re.compile(
    r"^prefect\.(core|environments|executors|run_configs|storage|triggers|backend|schedules\.(clocks|filters|adjustments)"
    r"|engine\.(results|result|state|signals|runner|flow_runner|task_runner|executors)|tasks\.\w+\.\w+"
    r"|utilities\.(notifications|tasks|edges|debug))(\.|$)"
)
_PREFECT_1_NAMES = frozenset({"prefect.Parameter", "prefect.apply_map", "prefect.case", "prefect.config.cloud"})
_PREFECT_2_NAMES = frozenset(
    {"prefect.flow", "prefect.flows.flow", "prefect.deployments.Deployment", "prefect.get_run_logger"}
)
#: By path, for the content that was looked at.
_known: WeakKeyDictionary[Project, dict[str, tuple[bytes | None, ForeignKind | None]]] = WeakKeyDictionary()
_MARKS = ("flows.py", "engine.py", "tasks.py")


def foreign_kind(project: Project, path: str) -> ForeignKind | None:
    """What a Python file is instead of the user's own Prefect 2 or 3 code, None if it is that.

    A copy of Prefect is not even parsed.
    """
    if vendored_package(project, path) is not None:
        return "vendored"
    data = project.read(path)
    known = _known.setdefault(project, {})
    if path not in known or known[path][0] is not data:
        file = project.python(path)
        known[path] = data, None if file is None else _written_for(file)
    return known[path][1]


def _written_for(file: PythonFile) -> ForeignKind | None:
    targets = {binding.target for binding in file.scopes.import_bindings() if binding.target}
    if targets & _PREFECT_2_NAMES:
        return None
    is_1 = bool(targets & _PREFECT_1_NAMES) or any(
        target.startswith("prefect.") and _PREFECT_1_MODULE.match(target) for target in targets
    )
    return "prefect-1" if is_1 else None


def vendored_package(project: Project, path: str) -> str | None:
    """The folder of the copy of Prefect that a path lies in."""
    end = f"/{path}".find("/prefect/")
    while end >= 0:
        folder = path[: end + len("prefect")]
        if all(project.has_python(f"{folder}/{mark}") for mark in _MARKS):
            return folder
        end = f"/{path}".find("/prefect/", end + 1)
    return None
