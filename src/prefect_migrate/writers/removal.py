"""Writer: take a definition out of Python, because prefect.yaml has it now."""

from __future__ import annotations

import ast

from prefect_migrate.changes.orphans import statement_edit
from prefect_migrate.findings import CannotFix, Changes
from prefect_migrate.readers.python_deployments import PythonDeployment


def removal_of(deployment: PythonDeployment) -> Changes:
    """Edits that remove the statements of one deployment.  Raises CannotFix when they do more than that."""
    file = deployment.file
    statements = {file.statement_of(deployment.call)}
    statements |= {file.statement_of(call) for call in deployment.apply_calls}
    changes = Changes()
    for statement in sorted(statements, key=lambda node: node.lineno):
        if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) or not _is_only_this(deployment, statement):
            raise CannotFix(f"the statement on line {statement.lineno} does more than deploy")
        changes.edits.append(statement_edit(file.text.text, file.tree, statement))
    for ceremony in sorted(deployment.ceremonies, key=lambda node: node.lineno):
        changes.edits.append(statement_edit(file.text.text, file.tree, ceremony))
    block = deployment.infrastructure
    if block is not None and block.variable and block.site.path == file.path:
        changes.orphans.append(block.variable)
    changes.orphans += [node.id for node in ast.walk(deployment.call) if isinstance(node, ast.Name)]
    return changes


def _is_only_this(deployment: PythonDeployment, statement: ast.Assign | ast.AnnAssign | ast.Expr) -> bool:
    """Whether a statement is nothing but the build, or nothing but its `.apply()`."""
    value = statement.value
    while isinstance(value, ast.Await):
        value = value.value
    if not isinstance(statement, ast.Expr) and value is not deployment.call:
        return False
    return value is deployment.call or value in deployment.apply_calls
