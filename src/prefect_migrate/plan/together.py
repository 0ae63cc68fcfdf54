"""Deployments that one loop registers: in prefect.yaml they go there together, or not at all.

`for d in (a, b): d.apply()` goes through names, `for d in deployments: d.apply()` through the list that they are built
in.  The loop goes with the first of them that leaves the file, so all have to leave at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.plan.advice import reviews_of
from prefect_migrate.plan.leaving import is_told
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_uses import assigned_name, loop_names, registers_each
from prefect_migrate.source.python import PythonFile


def list_of(project: Project, deployment: PythonDeployment) -> tuple[ast.stmt, ...]:
    """The statement that builds a list of deployments, and the loops over it; () where more is done with them."""
    file, display = deployment.file, _display_of(deployment)
    if deployment.in_async or display is None:
        return ()
    statement = file.parents[display]
    if isinstance(statement, ast.For) and statement.iter is display:
        return (statement,) if registers_each(file, statement) else ()
    name = assigned_name(statement, display)
    if name is None or not isinstance(statement, ast.stmt) or is_imported_elsewhere(project, file, name.id):
        return ()
    reads = [node for node in file.named(name.id) if node is not name]
    loops = [loop for loop in map(file.parents.__getitem__, reads) if isinstance(loop, ast.For) and loop.iter in reads]
    plain = all(isinstance(node.ctx, ast.Load) for node in reads) and len(loops) == len(reads)
    return (statement, *loops) if loops and plain and all(registers_each(file, loop) for loop in loops) else ()


def _display_of(deployment: PythonDeployment) -> ast.List | ast.Tuple | None:
    """The list that the definition stands in, or its name, if that is read for nothing else but to tell it."""
    file = deployment.file
    element: ast.AST = deployment.call
    if deployment.variable is not None:
        untold = [use for use in deployment.other_uses if not is_told(deployment, use)]
        if len(untold) != 1 or deployment.apply_calls:
            return None
        element = untold[0]
    display = file.parents[element]
    return display if isinstance(display, (ast.List, ast.Tuple)) else None


def stay_together(deployments: list[PythonDeployment]) -> bool:
    """Keep in Python what a loop registers beside one that stays there; whether there was any."""
    found = False
    for deployment in deployments:
        stays = _first_that_stays(deployment, deployments) if deployment.target == "prefect-yaml" else None
        if stays is not None:
            found, deployment.target = True, None
            reason = f"the loop that registers it registers {stays} too, which stays in Python"
            deployment.obstacles.append(reason)
    return found


def share_reviews(deployments: list[PythonDeployment]) -> None:
    """Let a deployment wait for the review of those that the same loop registers."""
    moved = [deployment for deployment in deployments if deployment.target == "prefect-yaml"]
    waiting = [deployment for deployment in moved if reviews_of(deployment)]
    for deployment in moved:
        others = [one for one in waiting if one is not deployment and _are_together(deployment, one)]
        if others and deployment not in waiting:
            deployment.doubts.append(
                f"the loop that registers it registers {others[0].label!r} too, which is for review"
            )


def _first_that_stays(deployment: PythonDeployment, deployments: list[PythonDeployment]) -> str | None:
    """The first that does not go to prefect.yaml, as the code has it."""
    file = deployment.file
    moved = [one for one in deployments if one.target == "prefect-yaml" and one.file is file]
    names = {one.variable for one in moved}
    for loop in _loops(deployment):
        stays = [name for name in loop_names(loop) if name not in names]
        if stays:
            return f"`{stays[0]}`"
    listed = [one for one in moved if set(one.listed) & set(deployment.listed)]
    calls, names = {one.call for one in listed}, {one.variable for one in listed}
    display = _display_of(deployment) if deployment.listed else None
    elements = display.elts if display is not None else []
    others = (one for one in elements if one not in calls and getattr(one, "id", "") not in names)
    return next((_short(file, element) for element in others), None)


def _short(file: PythonFile, node: ast.expr) -> str:
    return f"`{file.source(node).splitlines()[0][:40]}`"


def _loops(deployment: PythonDeployment) -> Iterator[ast.For]:
    return (loop for loop in deployment.ceremonies if isinstance(loop, ast.For))


def _are_together(one: PythonDeployment, other: PythonDeployment) -> bool:
    return bool(set(_loops(one)) & set(_loops(other)) or set(one.listed) & set(other.listed))
