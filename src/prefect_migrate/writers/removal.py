"""Writer: take a definition out of Python, because prefect.yaml has it now."""

from __future__ import annotations

import ast

from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import CannotFix, Changes
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported_elsewhere


def removal_of(project: Project, deployment: PythonDeployment) -> Changes:
    """Edits that remove the statements of one deployment.  Raises CannotFix when they do more than that."""
    file = deployment.file
    statements = {file.statement_of(deployment.call)}
    statements |= {file.statement_of(call) for call in deployment.apply_calls}
    extra = {*deployment.late.values(), *deployment.loads}
    statements |= extra
    changes = Changes()
    for statement in sorted(statements, key=lambda node: node.lineno):
        if statement not in extra and not _is_only_this(deployment, statement):
            raise CannotFix(f"the statement on line {statement.lineno} does more than deploy")
        changes.edits.append(statement_edit(file.text, statement))
    for ceremony in sorted(deployment.ceremonies, key=lambda node: node.lineno):
        changes.edits.append(statement_edit(file.text, ceremony))
    for block in (deployment.infrastructure, deployment.storage):
        if block is not None and block.site.path == file.path:
            changes.orphans += block.variables
    changes.orphans += [node.id for node in ast.walk(deployment.call) if isinstance(node, ast.Name)]
    changes.orphans = [name for name in changes.orphans if not is_imported_elsewhere(project, file, name)]
    return changes


def _is_only_this(deployment: PythonDeployment, statement: ast.stmt) -> bool:
    """Whether a statement is nothing but the build, or nothing but its `.apply()`."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)):
        return False
    value = statement.value
    while isinstance(value, ast.Await):
        value = value.value
    if not isinstance(statement, ast.Expr) and value is not deployment.call:
        return False
    return value is deployment.call or value in deployment.apply_calls
