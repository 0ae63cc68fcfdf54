"""Whether a definition can move to where it is applied."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import Scope
from prefect_migrate.source.syntax import is_main_guard

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)
_TAME = frozenset(
    {"build_from_flow", "apply", "save", "load", "print", "info", "debug", "dict", "list", "str", "timedelta",
     "datetime", "date", "duration", "with_options", "range", "from_rrule"}
)  # fmt: skip


def sink_of(project: Project, deployment: PythonDeployment) -> ast.Expr | None:
    """The `.apply()` statement that the definition can move to, when nothing else uses the object.

    Both must run in the same scope, one right after the other as far as the arguments can tell.
    """
    file, calls = deployment.file, deployment.apply_calls
    if deployment.variable is None or len(calls) != 1 or deployment.other_uses or deployment.awaited:
        return None
    statement, goal = file.statement_of(deployment.call), file.statement_of(calls[0])
    if not isinstance(goal, ast.Expr) or goal.value is not calls[0] or deployment.trail.unknown:
        return None
    if _scope(file, calls[0]) is not _scope_of(file, statement):
        return None
    between = _between(file, statement, goal)
    if between is None or not (_is_steady(deployment) or all(_is_inert(deployment, inner) for inner in between)):
        return None
    if is_kept(project, deployment) or _rebinds(deployment, between):
        return None
    return goal


def is_kept(project: Project, deployment: PythonDeployment) -> bool:
    """Whether the variable may be wanted by others: another file, `__all__`, `global`."""
    if deployment.variable is None:
        return False
    return is_kept_name(project, deployment.file, deployment.variable, deployment.file.statement_of(deployment.call))


def is_kept_name(project: Project, file: PythonFile, name: str, statement: ast.stmt) -> bool:
    """Whether a name that a statement binds may be wanted by others: another file, `__all__`, `global`."""
    if any(isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names for node in file.nodes):
        return True
    if any(_exports(node, name) for node in file.tree.body):
        return True
    in_module = _scope_of(file, statement) is file.scopes.module
    return in_module and is_imported_elsewhere(project, file, name)


def _exports(statement: ast.stmt, name: str) -> bool:
    """Whether a statement puts a name into `__all__`."""
    parts = list(ast.walk(statement))
    return any(isinstance(part, ast.Name) and part.id == "__all__" for part in parts) and any(
        isinstance(part, ast.Constant) and part.value == name for part in parts
    )


def _between(file: PythonFile, statement: ast.stmt, goal: ast.stmt) -> list[ast.stmt] | None:
    """The statements that run after the definition and before `.apply()`; None if that can't be said.

    Both stand in the same block, or `.apply()` right under an `if __name__ == "__main__":` of that block.
    """
    body = file.body_of(statement)
    if goal in body:
        between = body[body.index(statement) + 1 : body.index(goal)]
        return between if body.index(goal) > body.index(statement) else None
    guard = file.parents[goal]
    if isinstance(guard, ast.If) and is_main_guard(guard) and goal in guard.body and guard in body:
        after = body[body.index(statement) + 1 : body.index(guard)]
        return [*after, *guard.body[: guard.body.index(goal)]] if body.index(guard) > body.index(statement) else None
    return None


def _is_steady(deployment: PythonDeployment) -> bool:
    """Whether the arguments say the same whenever they are read, as long as their names mean the same."""
    nodes = [node for name, node in deployment.nodes.items() if not deployment.arguments[name].known]
    return all(
        isinstance(node, ast.Name)
        or not any(isinstance(inner, (ast.Subscript, ast.Await)) or _is_wild(inner) for inner in ast.walk(node))
        for node in nodes
    )


def _is_wild(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and not _is_tame(node)


def _is_inert(deployment: PythonDeployment, statement: ast.stmt) -> bool:
    """Whether a statement between the two can't change what the definition says."""
    if isinstance(statement, _DEFINITIONS) or statement in (*deployment.late.values(), *deployment.loads):
        return True
    value = getattr(statement, "value", None)
    value = value.value if isinstance(value, ast.Await) else value
    if isinstance(statement, ast.Expr) and isinstance(value, ast.Constant):
        return True
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)):
        return value is None or all(_is_tame(call) for call in ast.walk(value) if isinstance(call, ast.Call))
    if isinstance(statement, (ast.For, ast.If)):
        return all(_is_inert(deployment, inner) for inner in (*statement.body, *statement.orelse))
    return False


def _is_tame(call: ast.Call) -> bool:
    """Calls that make objects, register deployments or tell about them."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in _TAME or name[:1].isupper()


def _rebinds(deployment: PythonDeployment, between: list[ast.stmt]) -> bool:
    """Whether a name in the arguments gets another value, or its object may be changed, before `.apply()`."""
    file = deployment.file
    options = [node for splat in deployment.spread for node in splat.items.values()]
    values = [deployment.call, *deployment.late.values(), *options]
    names = [node for value in values for node in ast.walk(value) if isinstance(node, ast.Name)]
    loaded = {node.id for node in names if isinstance(node.ctx, ast.Load)} - {deployment.variable}
    late = {*deployment.late.values(), *deployment.loads}
    for statement in between:
        if statement in late or isinstance(statement, _DEFINITIONS):
            if _binds(statement) & loaded:
                return True
            continue
        if any(node.id in loaded and _may_change(file, node) for node in _names(statement)):
            return True
    return False


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    return {getattr(statement, "name", "")}


def _names(statement: ast.stmt) -> Iterator[ast.Name]:
    return (node for node in ast.walk(statement) if isinstance(node, ast.Name))


def _may_change(file: PythonFile, node: ast.Name) -> bool:
    """Whether a mention of a name may give it, or its object, another value: all but reading it in a tame call."""
    if not isinstance(node.ctx, ast.Load):
        return True
    parent = file.parents[node]
    call = file.parents[parent] if isinstance(parent, (ast.keyword, ast.Starred)) else parent
    if isinstance(call, ast.Call) and call.func is not node:
        return not _is_tame(call)
    if isinstance(parent, ast.Attribute):
        grand = file.parents[parent]
        return not isinstance(parent.ctx, ast.Load) or (
            isinstance(grand, ast.Call) and grand.func is parent and not _is_tame(grand)
        )
    return isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)


def _scope(file: PythonFile, call: ast.Call) -> Scope:
    """The scope that a call of `name.attribute(...)` is made in."""
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return file.scopes.scope_of(node)


def _scope_of(file: PythonFile, statement: ast.stmt) -> Scope:
    """The scope that an assignment binds its names in."""
    targets = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return file.scopes.scope_of(targets[0]) if targets else file.scopes.module
