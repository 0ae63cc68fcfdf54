"""Reader: how a definition gets to the server, and who else uses its object."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from prefect_migrate.project import Project
from prefect_migrate.readers.python_gathered import is_gathered
from prefect_migrate.readers.python_uses import Uses, assigned_name, is_in_async, read_uses, told_results

if TYPE_CHECKING:
    from prefect_migrate.readers.python_deployments import PythonDeployment


def read_registration(project: Project, deployment: PythonDeployment) -> None:
    """Find out how the definition gets to the server, and who else uses the object."""
    file, node = deployment.file, deployment.call
    value: ast.expr = node
    outer = file.parents[node]
    deployment.in_async = is_in_async(file, node)
    if isinstance(outer, ast.Await):
        deployment.awaited, value, outer = True, outer, file.parents[outer]
    elif deployment.in_async and is_gathered(project, file, node):
        deployment.awaited = deployment.gathered = True
    call = file.parents[outer] if isinstance(outer, ast.Attribute) and outer.attr == "apply" else None
    if isinstance(call, ast.Call) and call.func is outer:
        deployment.applied, deployment.apply_calls = "chained", [call]
        _read_results(deployment)
        return
    apply = deployment.arguments.get("apply")
    if apply is not None and apply.literal is True:
        deployment.applied = "argument"
    target = assigned_name(outer, value)
    if target is not None:
        deployment.variable = target.id
        uses = read_uses(file, target, {*deployment.late.values(), *deployment.loads})
        _take(deployment, uses)


def _take(deployment: PythonDeployment, uses: Uses) -> None:
    deployment.apply_calls = uses.apply_calls
    deployment.other_uses = uses.others
    deployment.ceremonies = uses.ceremonies
    if uses.apply_calls or any(isinstance(statement, ast.For) for statement in uses.ceremonies):
        deployment.applied = deployment.applied or "apply"
    _read_results(deployment)


def _read_results(deployment: PythonDeployment) -> None:
    for call in deployment.apply_calls:
        told = told_results(deployment.file, call)
        deployment.result_is_used |= told is None
        deployment.ceremonies += [one for one in told or () if one not in deployment.ceremonies]
