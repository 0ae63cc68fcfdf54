"""Whether a definition can move to where it is applied."""

from __future__ import annotations

import ast

from prefect_migrate.changes.indent import has_multiline_string
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import Scope
from prefect_migrate.source.syntax import is_main_guard


def sink_of(project: Project, deployment: PythonDeployment) -> ast.Expr | None:
    """The `.apply()` statement that the definition can move to, when nothing else uses the object.

    Both must run in the same scope, and no name in the arguments may get another value in between.
    """
    file, calls = deployment.file, deployment.apply_calls
    if deployment.variable is None or len(calls) != 1 or deployment.other_uses:
        return None
    statement = file.statement_of(deployment.call)
    goal = file.statement_of(calls[0])
    if not isinstance(goal, ast.Expr) or goal.value is not calls[0] or goal.lineno < statement.lineno:
        return None
    if _loops(file, statement) != _loops(file, goal) or _scope(file, calls[0]) is not _scope(file, deployment.call):
        return None
    if file.parents[goal] is not file.parents[statement] and not is_main_guard_block(file, goal):
        return None
    if _is_imported_elsewhere(project, file.path, deployment.variable) or _rebinds(file, deployment.call):
        return None
    if _column(statement) != _column(goal) and has_multiline_string(file.source(deployment.call)):
        return None
    return goal


def is_main_guard_block(file: PythonFile, statement: ast.stmt) -> bool:
    """Whether the statement stands directly under `if __name__ == "__main__":`."""
    parent = file.parents[statement]
    return isinstance(parent, ast.If) and is_main_guard(parent) and statement in parent.body


def _column(statement: ast.stmt) -> int:
    return statement.col_offset


def _loops(file: PythonFile, node: ast.AST) -> list[ast.AST]:
    kinds = (
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.Try,
        ast.With,
        ast.AsyncWith,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
    )
    return [outer for outer in file.enclosing(node) if isinstance(outer, kinds)]


def _scope(file: PythonFile, call: ast.Call) -> Scope:
    """The scope that a call of `name.attribute(...)` is made in."""
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return file.scopes.scope_of(node)


def _is_imported_elsewhere(project: Project, path: str, name: str) -> bool:
    """Whether another file of the repository imports this name from this file."""
    for file in project.of_kind("python"):
        if file.path == path or file.data is None or name.encode() not in file.data:
            continue
        python = project.python(file.path)
        for binding in python.scopes.import_bindings() if python else []:
            module, _, last = (binding.target or "").rpartition(".")
            if last == name and project.module_path(module, file.path) == path:
                return True
    return False


def _rebinds(file: PythonFile, call: ast.Call) -> bool:
    names = [node for node in ast.walk(call) if isinstance(node, ast.Name)]
    return any(
        len({binding.target for binding in file.bindings_of(name)}) > 1 or _assigned_twice(file, name) for name in names
    )


def _assigned_twice(file: PythonFile, name: ast.Name) -> bool:
    return sum(binding.target is None for binding in file.bindings_of(name)) > 1
