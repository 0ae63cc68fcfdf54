"""Choose the form in which a definition stays in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from prefect_migrate.plan.chosen_pools import chosen_directory, chosen_pools
from prefect_migrate.plan.image_paths import IMAGE_PATH
from prefect_migrate.plan.obstacles import is_bare, is_constructor
from prefect_migrate.plan.rewrite import Rewrite
from prefect_migrate.plan.sinking import is_kept, sink_of
from prefect_migrate.plan.splitting import type_of
from prefect_migrate.plan.storage import CURRENT, directory_target
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import imported_modules
from prefect_migrate.source.syntax import is_main_guard

#: Infrastructure whose code lies inside an image.
_IN_IMAGE = frozenset({"docker", "kubernetes", "ecs", "cloud-run", "vertex-ai", "azure-container-instance"})


def is_in_image(deployment: PythonDeployment) -> bool:
    """Whether the code lies in the image that the block names."""
    block, pool = deployment.infrastructure, deployment.pool
    pool_type = pool.type if pool is not None else type_of(block)
    return block is not None and pool_type in _IN_IMAGE and deployment.storage_target is None


def may_be_in_image(deployment: PythonDeployment) -> bool:
    """Whether the code lies in an image for one of the blocks that the infrastructure may be."""
    types = {pool.type for pool in chosen_pools(deployment)}
    return deployment.storage_target is None and bool(types & _IN_IMAGE)


def plan_in_place(project: Project, deployment: PythonDeployment) -> None:
    """Fill in `rewrite`, or an obstacle."""
    sink = sink_of(project, deployment)
    loads = _can_load_again(project, deployment, sink)
    rewrite = _simple(project, deployment, sink, loads=loads)
    if rewrite is None:
        name = deployment.variable or new_name(deployment)
        if is_relative_in_image(deployment):
            deployment.obstacles.append("its `path=` is relative to the image, which only prefect.yaml can say")
            return
        is_left = deployment.in_async and not deployment.awaited
        if name is None and (is_left or deployment.applied in ("argument", "chained")):
            deployment.obstacles.append(_why_it_needs_a_name(deployment))
            return
        if deployment.gathered:
            deployment.obstacles.append(
                "what is set on its object has no place inside of `asyncio.gather`: await it in a statement of its own"
            )
            return
        if name is None and may_be_in_image(deployment):
            deployment.obstacles.append(_why_it_needs_a_name(deployment))
            return
        rewrite = _with_name(deployment, name)
    if deployment.in_async and not deployment.awaited:
        deployment.awaited, rewrite = True, replace(rewrite, awaits=True)
        if not is_constructor(deployment):
            deployment.doubts.append("it was not awaited, which Prefect 2 needed in a coroutine: it is now")
    deployment.rewrite = rewrite
    deployment.target = "flow-deploy"


def _simple(project: Project, deployment: PythonDeployment, sink: ast.Expr | None, *, loads: bool) -> Rewrite | None:
    """A form in which nothing has to be set on the object afterwards; None if there is none."""
    unused = deployment.variable is not None and _is_unused(project, deployment)
    registered = deployment.applied == "argument" and (is_bare(deployment) or unused)
    at_once = not deployment.awaited and (sink is not None or deployment.applied == "chained" or registered)
    if deployment.storage_target is not None:
        if not loads or not (at_once or deployment.variable is None):
            return None
        return Rewrite(from_source=True, register=at_once, sink_to=sink)
    if has_own_entrypoint(deployment) or is_in_image(deployment) or may_be_in_image(deployment):
        return None
    apply = deployment.applied == "argument"
    if loads:
        return Rewrite(from_source=True, register=at_once, sink_to=sink, apply=apply and not at_once)
    if _finds_its_directory(deployment):
        return Rewrite(working_dir=True, apply=apply)
    return None


def _finds_its_directory(deployment: PythonDeployment) -> bool:
    """Whether the `working_dir` job variable can tell a worker where the code is."""
    pool_type = deployment.pool.type if deployment.pool is not None else ""
    path = deployment.arguments.get("path")
    if not pool_type and path is not None and isinstance(path.literal, str) and path.literal.startswith("/"):
        return False  # the pool may be one of containers, which has no such variable: a pull step tells any pool
    return pool_type in ("", "process") and "working_dir" not in _variables(deployment)


def _variables(deployment: PythonDeployment) -> set[str]:
    """The job variables that the deployment sets itself, or its block."""
    found = set(deployment.own_variables)
    if deployment.infrastructure is not None:
        found |= {name for name, value in deployment.infrastructure.fields.items() if value.literal is not None}
    for name in ("infra_overrides", "job_variables"):
        value = deployment.arguments.get(name)
        if value is not None and isinstance(value.literal, dict):
            found |= {str(key).split(".")[0] for key in value.literal}
    return found


def _with_name(deployment: PythonDeployment, name: str | None) -> Rewrite:
    """The form in which storage and entrypoint are set on the object, or on a copy where it has no name."""
    if may_be_in_image(deployment):
        deployment.storage_target = directory_target(chosen_directory(deployment, name or "", CURRENT))
    elif deployment.storage_target is None and not _has_only_entrypoint(deployment):
        deployment.storage_target = directory_target(_directory(deployment))
    apply = deployment.applied == "argument" or deployment.variable is None
    return Rewrite(
        name=name,
        storage=deployment.storage_target is not None,
        entrypoint=has_own_entrypoint(deployment) or _is_below_root(deployment) or _is_fixed(deployment),
        apply=name is not None and apply and deployment.applied is not None,
        working_dir=deployment.storage_target is None,
        copied=name is None,
    )


def _is_fixed(deployment: PythonDeployment) -> bool:
    """Whether the entrypoint was the same wherever the script ran: Prefect 3 computes it from the current directory."""
    given, path = deployment.arguments.get("entrypoint"), deployment.arguments.get("path")
    elsewhere = deployment.storage is not None or (path is not None and path.literal not in (None, ""))
    return elsewhere and given is not None and given.literal not in (None, "")


def _has_only_entrypoint(deployment: PythonDeployment) -> bool:
    return has_own_entrypoint(deployment) and not is_in_image(deployment) and _finds_its_directory(deployment)


def _directory(deployment: PythonDeployment) -> str:
    """The expression of the directory that the code lies in; "" for the one that the script runs in."""
    path = deployment.arguments.get("path")
    if deployment.image_path is not None:
        return f'"{deployment.image_path}"'
    if path is not None and path.literal not in (None, ""):
        return path.text
    return f'"{IMAGE_PATH}"' if is_in_image(deployment) else ""


def _is_below_root(deployment: PythonDeployment) -> bool:
    path = deployment.arguments.get("path")
    target = deployment.storage_target
    in_storage = target is not None and not target.folded and deployment.storage is not None
    if not in_storage or path is None:
        return False
    return not path.known or (isinstance(path.literal, str) and bool(path.literal.strip("./")))


def has_own_entrypoint(deployment: PythonDeployment) -> bool:
    """Whether `entrypoint=` says something else than what is computed."""
    given = deployment.arguments.get("entrypoint")
    if given is None or given.literal in (None, ""):
        return False
    return not isinstance(given.literal, str) or given.literal.removeprefix("./") != deployment.entrypoint


def _is_unused(project: Project, deployment: PythonDeployment) -> bool:
    return not deployment.other_uses and not deployment.apply_calls and not is_kept(project, deployment)


def new_name(deployment: PythonDeployment) -> str | None:
    """A name for the object of a definition that is a statement of its own, or returned, if nothing has it."""
    file = deployment.file
    statement = file.statement_of(deployment.call)
    value = deployment.apply_calls[0] if deployment.applied == "chained" else deployment.call
    outer = file.parents[value]
    outer = file.parents[outer] if isinstance(outer, ast.Await) else outer
    is_returned = isinstance(statement, ast.Return)
    if outer is not statement or not (is_returned or isinstance(statement, ast.Expr)):
        return None
    taken = {node.id for node in file.nodes if isinstance(node, ast.Name)}
    others = [scope for node in file.nodes if (scope := getattr(node, "arg", None)) is not None]
    names = ("deployment", "flow_deployment", *(f"deployment_{number}" for number in range(2, 100)))
    return next((name for name in names if name not in taken | set(others)), None)


def is_relative_in_image(deployment: PythonDeployment) -> bool:
    """Whether `path=` is relative to wherever the image starts, which Python would resolve here."""
    path = deployment.arguments.get("path")
    text = path.literal if path is not None else None
    return is_in_image(deployment) and isinstance(text, str) and bool(text) and not text.startswith("/")


def _why_it_needs_a_name(deployment: PythonDeployment) -> str:
    if deployment.storage is not None:
        return "its storage can only be set on an object with a name of its own: assign the deployment to a variable"
    if is_in_image(deployment) or may_be_in_image(deployment):
        return "its code lies in the image, which an object without a name can't be told: assign it to a variable"
    return "its entrypoint can only be set on an object with a name of its own: assign the deployment to a variable"


def _can_load_again(project: Project, deployment: PythonDeployment, sink: ast.Expr | None) -> bool:
    """Whether `from_source`, which runs the flow's file, may stand here.

    Not where running that file would run this very line again.
    """
    if deployment.flow is None or deployment.awaited or deployment.in_async or has_own_entrypoint(deployment):
        return False
    if deployment.storage_target is None and deployment.arguments.get("path") is not None:
        return False
    if not imports(project, deployment.flow.site.path, deployment.site.path):
        return True
    statement = sink or deployment.file.statement_of(deployment.call)
    return any(is_main_guard(node) for node in deployment.file.enclosing(statement) if isinstance(node, ast.stmt))


def imports(project: Project, start: str, goal: str) -> bool:
    """Whether a file is, or imports directly or not, another one."""
    seen, stack = {start}, [start]
    while stack:
        path = stack.pop()
        if path == goal:
            return True
        file = project.python(path)
        for module in _imported_modules(file) if file else []:
            found = project.module_path(module, path)
            if found is not None and found not in seen:
                seen.add(found)
                stack.append(found)
    return False


def _imported_modules(file: PythonFile) -> Iterator[str]:
    statements: list[ast.Import | ast.ImportFrom] = file.of_types(ast.Import, ast.ImportFrom)
    for node in statements:
        yield from imported_modules(node, file.package)
