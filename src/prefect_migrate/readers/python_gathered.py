"""Reader: coroutines that are awaited together, `await asyncio.gather(Deployment.build_from_flow(...), ...)`."""

from __future__ import annotations

import ast

from prefect_migrate.project import Project
from prefect_migrate.readers.python_trail import reached_loads
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import External, resolve

_MANY = (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)


def is_gathered(project: Project, file: PythonFile, node: ast.expr) -> bool:
    """Whether a coroutine, or each of a list of them, goes into nothing but an awaited `asyncio.gather(...)`."""
    parent = file.parents[node]
    if isinstance(parent, (*_MANY, ast.Starred)):
        return is_gathered(project, file, parent)
    if isinstance(parent, ast.Call) and node in parent.args:
        gathers = _is_gather(project, file, parent) and isinstance(file.parents[parent], ast.Await)
        return gathers or _is_added_to_gathered(project, file, parent)
    target = assigned_name(parent, node) if isinstance(node, _MANY) else None
    return target is not None and _goes_there(project, file, target)


def _is_gather(project: Project, file: PythonFile, call: ast.Call) -> bool:
    found = resolve(project, file, call.func)
    return isinstance(found, External) and found.name == "asyncio.gather"


def _is_added_to_gathered(project: Project, file: PythonFile, call: ast.Call) -> bool:
    """`tasks.append(...)` of a list that is gathered later."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "append" or not isinstance(function.value, ast.Name):
        return False
    bindings = file.bindings_of(function.value)
    target = assigned_name(bindings[0].node, bindings[0].value) if len(bindings) == 1 and bindings[0].value else None
    return target is not None and _goes_there(project, file, target)


def _goes_there(project: Project, file: PythonFile, target: ast.Name) -> bool:
    """Whether a list of coroutines is only filled, and then gathered."""
    starred = 0
    for load in reached_loads(file, target):
        parent = file.parents[load]
        if isinstance(parent, ast.Starred):
            starred += 1
            if not is_gathered(project, file, parent):
                return False
        elif not (isinstance(parent, ast.Attribute) and parent.attr == "append"):
            return False
    return starred > 0
