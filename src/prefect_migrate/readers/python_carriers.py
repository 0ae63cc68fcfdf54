"""Reader: objects of `Deployment` that only give their class's `build_from_flow`, which takes nothing of them."""

from __future__ import annotations

import ast

from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import dotted, may_be_prefect


def carrier_of(project: Project, file: PythonFile, call: ast.Call) -> list[ast.stmt]:
    """The statements that make `x`, and set something on it, for a call of `x.build_from_flow`; none for another."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "build_from_flow":
        return []
    bindings = file.bindings_of(function.value) if isinstance(function.value, ast.Name) else []
    made = bindings[0].value if len(bindings) == 1 else None
    if not isinstance(made, ast.Call) or not is_carrier(project, file, made):
        return []
    assert isinstance(function.value, ast.Name)
    names = file.named(function.value.id)
    return [file.statement_of(made), *(file.statement_of(name) for name in names if _is_set(file, name))]


def is_carrier(project: Project, file: PythonFile, made: ast.Call) -> bool:
    """Whether `x = Deployment(...)` is there for one `x.build_from_flow(...)`, and nothing else reads `x`."""
    meaning = dotted(project, file, made.func) if may_be_prefect(project, file, made.func) else None
    target = assigned_name(file.statement_of(made), made)
    if meaning is None or deployment_method(meaning.name) != "" or target is None:
        return False
    reads = [name for name in file.named(target.id) if name is not target]
    builds = [name for name in reads if _builds(file, name)]
    return len(builds) == 1 and all(_builds(file, name) or _is_set(file, name) for name in reads)


def _builds(file: PythonFile, name: ast.Name) -> bool:
    method = file.parents[name]
    call = file.parents[method]
    is_build = isinstance(method, ast.Attribute) and method.attr == "build_from_flow"
    return is_build and isinstance(call, ast.Call) and call.func is method


def _is_set(file: PythonFile, name: ast.Name) -> bool:
    """`x.parameters = {...}`"""
    attribute, statement = file.parents[name], file.statement_of(name)
    return isinstance(statement, ast.Assign) and statement.targets == [attribute]
