"""Writer: take a definition out of Python, because prefect.yaml has it now."""

from __future__ import annotations

import ast

from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import CannotFix, Changes, Edit
from prefect_migrate.plan.leaving import goes_with_it
from prefect_migrate.plan.running import is_entry_point
from prefect_migrate.plan.saved_blocks import saves, saving_lines
from prefect_migrate.project import Project
from prefect_migrate.readers.python_blocks import unread_infrastructure
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported_elsewhere


def removal_of(project: Project, deployment: PythonDeployment) -> Changes:
    """Edits that remove the statements of one deployment.  Raises CannotFix when they do more than that."""
    file = deployment.file
    statements = {file.statement_of(deployment.call), *deployment.listed}
    statements |= {file.statement_of(call) for call in deployment.apply_calls}
    extra = {*deployment.late.values(), *deployment.loads, *deployment.listed, *deployment.override_fills}
    statements |= extra
    changes = Changes()
    for statement in sorted(statements, key=lambda node: node.lineno):
        if statement not in extra and not goes_with_it(project, deployment, statement):
            raise CannotFix(f"the statement on line {statement.lineno} does more than deploy")
        lines = saving_lines(deployment) if statement is file.statement_of(deployment.call) else []
        saved = Edit(*file.span(statement), "; ".join(lines))
        changes.edits.append(saved if lines else statement_edit(file.text, statement))
    for ceremony in sorted(set(deployment.ceremonies) - statements, key=lambda node: node.lineno):
        changes.edits.append(statement_edit(file.text, ceremony))
    changes.orphans = [name for name in _unused(project, deployment) if not is_imported_elsewhere(project, file, name)]
    return changes


def _unused(project: Project, deployment: PythonDeployment) -> list[str]:
    """The names that nothing may need without the deployment."""
    file, found, kept = deployment.file, list[str](), set[str]()
    for block in (deployment.infrastructure, deployment.storage):
        if block is not None and block.site.path == file.path:
            if saves(file, block):
                kept.update(block.variables)
            else:
                found += block.variables
    found += [node.id for node in ast.walk(deployment.call) if isinstance(node, ast.Name)]
    if deployment.with_its_file:
        found += unread_infrastructure(project, file)
    outer = file.parents[file.statement_of(deployment.call)]
    if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and not is_entry_point(project, file, outer.name):
        found.append(outer.name)
    return [name for name in found if name not in kept]
