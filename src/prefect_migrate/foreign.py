"""Files that mention Prefect but are no Prefect 2 code of the user's: copies of Prefect itself, Prefect 1."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal
from weakref import WeakKeyDictionary

from prefect_migrate.config import DEFAULT_TARGET
from prefect_migrate.names.verdicts import judge
from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile

ForeignKind = Literal["vendored", "prefect-1"]

#: Modules of Prefect 1 that no Prefect 2 or 3 has.
_PREFECT_1_MODULE = re.compile(
    r"^prefect\.(core|environments|executors|run_configs|serialization|storage|triggers|backend"
    r"|agent\.(agent|docker|ecs|kubernetes|local|vertex)|schedules\.(adjustments|clocks|filters|schedules)"
    r"|engine\.(cache_validators|cloud|executors|flow_runner|result_handlers|result|results|runner|serializers|signals"
    r"|state|task_runner)|tasks\.\w+\.\w+|utilities\.(agent|aws|backend|configuration|datetimes|debug|diagnostics"
    r"|edges|executors|gcp|git|graphql|kubernetes|logging|notifications|serialization|storage|tasks))(\.|$)"
)
_PREFECT_1_NAMES = frozenset(
    {"prefect.Parameter", "prefect.apply_map", "prefect.case", "prefect.client.Secret", "prefect.config.cloud"}
)
_PREFECT_2_NAMES = frozenset(
    {"prefect.flow", "prefect.flows.flow", "prefect.deployments.Deployment", "prefect.get_client"}
    | {"prefect.get_run_logger", "prefect.runtime"}
)
_CONTEXT = "prefect.context"
#: What dictionaries can do; other keys of the context of Prefect 1 were not called.
_OF_DICTIONARIES = frozenset({"copy", "get", "items", "keys", "pop", "setdefault", "to_dict", "update", "values"})
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
    names = {binding.target for binding in file.scopes.import_bindings() if binding.target}
    chains = dict(_chains(file)) if names & {"prefect", _CONTEXT} else {}
    names |= set(chains)
    if names & _PREFECT_2_NAMES or any(name.startswith("prefect.runtime.") for name in names):
        return None
    is_1 = (
        bool(names & _PREFECT_1_NAMES)
        or any(map(_PREFECT_1_MODULE.match, names))
        or any(_is_key_of_context(name, called=called) for name, called in chains.items())
        or _enters_a_flow(file, names)
        or _derives_a_task(file, names)
    )
    return "prefect-1" if is_1 else None


def _is_key_of_context(name: str, *, called: bool) -> bool:
    """`prefect.context.parameters`: in Prefect 1 the context was a dictionary, with the user's own keys as well.

    Nothing could be imported from it, so an import of what is not there is a mistake of somebody on Prefect 2 or 3.
    """
    if not name.startswith(f"{_CONTEXT}.") or not name[len(_CONTEXT) + 1].islower():
        return False
    if called and name[len(_CONTEXT) + 1 :] not in _OF_DICTIONARIES:
        return False
    verdict = judge(name, DEFAULT_TARGET)
    return verdict is not None and verdict.kind == "unknown"


def _chains(file: PythonFile) -> Iterator[tuple[str, bool]]:
    """What attributes below `import prefect` and its context mean, and whether they are called."""
    for node in file.of_type(ast.Attribute):
        meaning = file.meaning(node)
        if meaning is not None and meaning.certain and meaning.name.startswith("prefect."):
            parent = file.parents[node]
            yield meaning.name, isinstance(parent, ast.Call) and parent.func is node


def _enters_a_flow(file: PythonFile, names: set[str]) -> bool:
    """`with Flow("etl") as flow:`, which the class of Prefect 2 is not made for."""
    if not names & {"prefect.Flow", "prefect.core.Flow"}:
        return False
    calls = (item.context_expr for node in file.of_type(ast.With) for item in node.items)
    meanings = (file.meaning(call.func) for call in calls if isinstance(call, ast.Call))
    return any(meaning is not None and meaning.name == "prefect.Flow" for meaning in meanings)


def _derives_a_task(file: PythonFile, names: set[str]) -> bool:
    """`class Load(Task)` with a method `run`, which is how tasks with settings were written."""
    if not names & {"prefect.Task", "prefect.core.Task"}:
        return False
    for node in file.of_type(ast.ClassDef):
        bases = [file.meaning(base) for base in node.bases]
        if any(base is not None and base.name in ("prefect.Task", "prefect.core.Task") for base in bases):
            return any(isinstance(part, ast.FunctionDef) and part.name == "run" for part in node.body)
    return False


def vendored_package(project: Project, path: str) -> str | None:
    """The folder of the copy of Prefect, or of its whole repository, that a path lies in."""
    folder = path.rpartition("/")[0]
    while folder:
        if all(project.has_python(f"{folder}/src/prefect/{mark}") for mark in _MARKS):
            return folder
        folder = folder.rpartition("/")[0]
    end = f"/{path}".find("/prefect/")
    while end >= 0:
        folder = path[: end + len("prefect")]
        if all(project.has_python(f"{folder}/{mark}") for mark in _MARKS):
            return folder
        end = f"/{path}".find("/prefect/", end + 1)
    return None
