"""Choose how each deployment is written in Prefect 3, or find out why a human must."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.model import Plan, Value
from prefect_migrate.plan.obstacles import KEPT, obstacles_of
from prefect_migrate.plan.sinking import sink_of
from prefect_migrate.plan.storage import storage_target
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment, Rewrite, loop_names
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import is_main_guard

#: Infrastructure whose code lies inside an image.
_IN_IMAGE = frozenset({"docker", "kubernetes", "ecs", "cloud-run", "vertex-ai", "azure-container-instance"})


def choose_targets(project: Project, plan: Plan, config: Config) -> None:
    """Fill in `target`, `rewrite` and `obstacles` of every Prefect 2 deployment in Python."""
    for deployment in plan.deployments:
        if isinstance(deployment, PythonDeployment) and deployment.is_prefect_2:
            if deployment.storage is not None and deployment.storage.role == "storage":
                text = deployment.arguments["storage"].text
                deployment.storage_target = storage_target(deployment.storage, text, plan.blocks)
            deployment.obstacles = list(obstacles_of(deployment))
            if deployment.obstacles:
                continue
            if config.target_style == "prefect-yaml" or (config.target_style == "auto" and _needs_yaml(deployment)):
                _plan_yaml(deployment)
            elif _needs_yaml(deployment):
                deployment.obstacles.append("its code lies in the image, which only an entry in prefect.yaml can say")
            else:
                _plan_in_place(project, plan, deployment)
    _check_loops(plan)


# -- prefect.yaml ----------------------------------------------------------------------------------------------------


def _needs_yaml(deployment: PythonDeployment) -> bool:
    """Code inside an image: only a pull step can say where, and `flow.deploy` writes none."""
    in_image = (
        deployment.infrastructure is not None and deployment.pool is not None and deployment.pool.type in _IN_IMAGE
    )
    return in_image and deployment.storage_target is None


def _plan_yaml(deployment: PythonDeployment) -> None:
    if deployment.flow is None:
        deployment.obstacles.append(
            f"the flow `{deployment.flow_text}` can't be traced to a file, which prefect.yaml must name"
        )
    for name, value in deployment.arguments.items():
        if name in KEPT | {"path", "entrypoint", "is_schedule_active"} and not _sayable(deployment, name, value):
            deployment.obstacles.append(
                f"`{name}={value.text}` is only known when the code runs, and prefect.yaml must say it"
            )
    target = deployment.storage_target
    if target is not None and (target.pull is None or target.upload is not None):
        deployment.obstacles.append("its storage is uploaded to or named at run time, which prefect.yaml can't say")
    if deployment.infrastructure is not None:
        for variable, text in settings_of(deployment.infrastructure).expressions.items():
            deployment.obstacles.append(
                f"the block's `{variable}` is only known when `{text}` runs, and prefect.yaml must say it"
            )
    if deployment.applied is None or not _only_ceremonies(deployment):
        deployment.obstacles.append("the deployment object is used for more than `.apply()`")
    if not deployment.obstacles:
        deployment.target = "prefect-yaml"


def _only_ceremonies(deployment: PythonDeployment) -> bool:
    outers = [set(deployment.file.enclosing(use)) for use in deployment.other_uses]
    return all(any(statement in outer for statement in deployment.ceremonies) for outer in outers)


def _check_loops(plan: Plan) -> None:
    """A loop can only go if all that it registers goes to prefect.yaml."""
    moved = {
        (d.site.path, d.variable)
        for d in plan.deployments
        if isinstance(d, PythonDeployment) and d.target == "prefect-yaml"
    }
    for deployment in plan.deployments:
        if isinstance(deployment, PythonDeployment) and deployment.target == "prefect-yaml":
            loops = [loop for loop in deployment.ceremonies if isinstance(loop, ast.For)]
            stays = [name for loop in loops for name in loop_names(loop) if (deployment.site.path, name) not in moved]
            if stays:
                deployment.target = None
                deployment.obstacles.append(
                    f"the loop that registers it registers `{stays[0]}` too, which stays in Python"
                )


def _sayable(deployment: PythonDeployment, name: str, value: Value) -> bool:
    if name == "triggers":
        return value.literal in (None, [])
    if name in ("schedule", "schedules"):
        return value.literal in (None, []) or (bool(deployment.schedules) and _all_known(deployment))
    return value.known


def _all_known(deployment: PythonDeployment) -> bool:
    return all(field.known for schedule in deployment.schedules for field in schedule.fields.values())


# -- in place --------------------------------------------------------------------------------------------------------


def _plan_in_place(project: Project, plan: Plan, deployment: PythonDeployment) -> None:
    sink = None if deployment.awaited else sink_of(project, deployment)
    register = not deployment.awaited and (
        (deployment.applied in ("chained", "argument") and not deployment.other_uses) or sink is not None
    )
    if deployment.variable and deployment.apply_calls and sink is None:
        register = False
    from_source = _can_load_again(project, deployment, sink)
    if deployment.storage_target is not None:
        _plan_storage(deployment, sink, from_source=from_source, register=register)
        return
    if not from_source and deployment.pool is not None and deployment.pool.type not in ("", "process"):
        deployment.obstacles.append("the flow can't be loaded from its file while this file is being run")
        return
    deployment.rewrite = Rewrite(from_source, register and from_source, sink if from_source else None)
    deployment.target = "flow-deploy"


def _plan_storage(deployment: PythonDeployment, sink: ast.Expr | None, *, from_source: bool, register: bool) -> None:
    """Load the flow from its storage where it is registered at once; else set the storage on the object."""
    if from_source and (register or deployment.variable is None):
        deployment.rewrite = Rewrite(True, register, sink)
    elif deployment.variable is not None and not deployment.awaited and deployment.applied != "chained":
        deployment.rewrite = Rewrite(False, False, set_storage=True)
    else:
        deployment.obstacles.append("the flow can't be loaded from its storage while this file is being run")
        return
    deployment.target = "flow-deploy"


def _can_load_again(project: Project, deployment: PythonDeployment, sink: ast.Expr | None) -> bool:
    """Whether `from_source`, which runs the flow's file, may stand here.

    Not where running that file would run this very line again.
    """
    if deployment.flow is None or deployment.awaited or "entrypoint" in deployment.nodes:
        return False
    if "path" in deployment.nodes and deployment.storage_target is None:
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
    from prefect_migrate.source.scopes import absolute_module

    for node in file.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute_module(node, file.package)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
