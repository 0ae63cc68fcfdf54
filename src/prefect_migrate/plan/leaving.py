"""Which statements leave a file together with a definition that prefect.yaml takes over."""

from __future__ import annotations

import ast

from prefect_migrate.plan.sinking import is_kept_name
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_uses import assigned_name


def is_told(deployment: PythonDeployment, use: ast.AST) -> bool:
    """Whether a read of the object stands in a statement that only registers it or tells about it."""
    outers = set(deployment.file.enclosing(use))
    return any(ceremony in outers for ceremony in deployment.ceremonies)


def goes_with_it(project: Project, deployment: PythonDeployment, statement: ast.stmt) -> bool:
    """Whether a statement is nothing but the definition, or its `.apply()`, or tells what that returned."""
    if statement in deployment.ceremonies:
        return True
    if not isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)):
        return False
    outer = statement.value
    value = outer.value if isinstance(outer, ast.Await) else outer
    if value is deployment.call:
        return True
    if value not in deployment.apply_calls or deployment.result_is_used:
        return False
    result = assigned_name(statement, outer) if outer is not None else None
    if result is None:
        return isinstance(statement, ast.Expr)
    return not is_kept_name(project, deployment.file, result.id, statement)
