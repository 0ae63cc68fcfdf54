"""Choose how each deployment is written in Prefect 3, or find out why a human must."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate import reference
from prefect_migrate.changes.calls import has_multiline_string
from prefect_migrate.changes.orphans import is_main_guard
from prefect_migrate.config import Config
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS, nest_dotted, settings_of
from prefect_migrate.plan.model import Plan, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import POSITIONAL, PythonDeployment, Rewrite, loop_names
from prefect_migrate.source.python import PythonFile

#: Arguments of build_from_flow that name nothing in Prefect 3, or that another argument replaces.
DROPPED = frozenset(
    {"flow", "output", "skip_upload", "ignore_file", "apply", "load_existing", "path", "entrypoint", "manifest_path",
     "timestamp", "parameter_openapi_schema", "infrastructure", "storage", "is_schedule_active", "flow_name"}
)  # fmt: skip
KEPT = frozenset(
    {"name", "version", "description", "tags", "schedule", "schedules", "parameters", "work_queue_name", "work_pool_name",
     "infra_overrides", "job_variables", "triggers", "enforce_parameter_schema"}
)  # fmt: skip
#: What code may do with a built deployment that Prefect 3's object can do as well.
_READABLE = frozenset(
    {
        "name",
        "flow_name",
        "description",
        "version",
        "tags",
        "parameters",
        "entrypoint",
        "work_pool_name",
        "work_queue_name",
    }
)
#: Infrastructure whose code lies inside an image.
_IN_IMAGE = frozenset({"docker", "kubernetes", "ecs", "cloud-run", "vertex-ai", "azure-container-instance"})


def choose_targets(project: Project, plan: Plan, config: Config) -> None:
    """Fill in `target`, `rewrite` and `obstacles` of every Prefect 2 deployment in Python."""
    for deployment in plan.deployments:
        if isinstance(deployment, PythonDeployment) and deployment.is_prefect_2:
            deployment.obstacles = list(_obstacles(deployment))
            if deployment.obstacles:
                continue
            if config.target_style == "prefect-yaml" or (
                config.target_style == "auto" and _needs_yaml(deployment)
            ):
                _plan_yaml(deployment)
            elif _needs_yaml(deployment):
                deployment.obstacles.append(
                    "its code lies in the image, which only an entry in prefect.yaml can say"
                )
            else:
                _plan_in_place(project, plan, deployment)
    _check_loops(plan)


# -- what stops a rewrite --------------------------------------------------------------------------------------------


def _obstacles(deployment: PythonDeployment) -> Iterator[str]:
    if deployment.kind == "constructor":
        yield "`Deployment(...)` is built by hand; there is no flow object to deploy"
    if not deployment.certain:
        yield f"`{deployment.file.source(deployment.call.func)}` may mean something else here"
    if deployment.guard:
        yield "it stands under a check of the Prefect version, which may serve both versions already"
    if deployment.splats:
        yield f"arguments come from `{deployment.splats[0]}`"
    if deployment.flow_node is None and deployment.kind == "build_from_flow":
        yield "it names no flow"
    for name in deployment.nodes:
        if name not in KEPT | DROPPED:
            yield f"`{name}=` is no argument of Prefect 2's build_from_flow"
    yield from _infrastructure_obstacles(deployment)
    yield from _override_obstacles(deployment)
    yield from _use_obstacles(deployment)


def _infrastructure_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    if "storage" in deployment.nodes and deployment.arguments["storage"].literal is not None:
        yield f"its code comes from the storage block `{deployment.arguments['storage'].text}`"
    node = deployment.nodes.get("infrastructure")
    if node is None or deployment.arguments["infrastructure"].literal is None:
        return
    block = deployment.infrastructure
    if block is None:
        yield f"`infrastructure={deployment.file.source(node)}` can't be traced to a block"
    elif block.role != "infrastructure":
        yield f"`infrastructure=` is given a {block.cls} block, which is storage"
    elif block.doubt:
        yield f"the {block.cls} block can't be read: {block.doubt}"
    else:
        expressions = settings_of(block).expressions
        if expressions and block.site.path != deployment.site.path:
            yield f"the {block.cls} block takes `{next(iter(expressions.values()))}` from another file"


def _override_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    overrides = overrides_of(deployment)
    if (
        overrides is None
        or not isinstance(overrides.literal, dict)
        or deployment.pool is None
        or not deployment.pool.type
    ):
        return
    known = reference.job_variables(deployment.pool.type)
    for key in nest_dotted(overrides.literal):
        if key not in known:
            kind = "the job's template, not a variable of it" if key in TEMPLATE_FIELDS else "no job variable"
            yield f"the override `{key}` is {kind} in a {deployment.pool.type} work pool"


def _use_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    file = deployment.file
    for name in deployment.other_uses:
        parent = file.parents[name]
        if isinstance(parent, ast.Attribute):
            if not isinstance(parent.ctx, ast.Load):
                yield f"`{file.source(parent)}` is set on line {parent.lineno}"
            elif parent.attr not in _READABLE:
                yield f"`{file.source(parent)}` on line {parent.lineno} has no counterpart"


def overrides_of(deployment: PythonDeployment) -> Value | None:
    """`job_variables=`, which 2.20 prefers, or `infra_overrides=`."""
    return deployment.arguments.get("job_variables") or deployment.arguments.get("infra_overrides")


# -- prefect.yaml ----------------------------------------------------------------------------------------------------


def _needs_yaml(deployment: PythonDeployment) -> bool:
    """Code inside an image: only a pull step can say where, and `flow.deploy` writes none."""
    return (
        deployment.infrastructure is not None
        and deployment.pool is not None
        and deployment.pool.type in _IN_IMAGE
    )


def _plan_yaml(deployment: PythonDeployment) -> None:
    if deployment.flow is None:
        deployment.obstacles.append(
            f"the flow `{deployment.flow_text}` can't be traced to a file, which prefect.yaml must name"
        )
    for name, value in deployment.arguments.items():
        if name in KEPT | {"path", "entrypoint", "is_schedule_active"} and not _sayable(
            deployment, name, value
        ):
            deployment.obstacles.append(
                f"`{name}={value.text}` is only known when the code runs, and prefect.yaml must say it"
            )
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
            stays = [
                name
                for loop in loops
                for name in loop_names(loop)
                if (deployment.site.path, name) not in moved
            ]
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
    sink = None if deployment.awaited else _sink(project, deployment)
    register = not deployment.awaited and (
        deployment.applied in ("chained", "argument") and not deployment.other_uses or sink is not None
    )
    if deployment.variable and deployment.apply_calls and sink is None:
        register = False
    from_source = _can_load_again(project, deployment, sink)
    if not from_source and deployment.pool is not None and deployment.pool.type not in ("", "process"):
        deployment.obstacles.append("the flow can't be loaded from its file while this file is being run")
        return
    deployment.rewrite = Rewrite(from_source, register and from_source, sink if from_source else None)
    deployment.target = "flow-deploy"


def _can_load_again(project: Project, deployment: PythonDeployment, sink: ast.Expr | None) -> bool:
    """Whether `from_source`, which runs the flow's file, may stand here.

    Not where running that file would run this very line again.
    """
    if (
        deployment.flow is None
        or deployment.awaited
        or "path" in deployment.nodes
        or "entrypoint" in deployment.nodes
    ):
        return False
    if not imports(project, deployment.flow.site.path, deployment.site.path):
        return True
    statement = sink or deployment.file.statement_of(deployment.call)
    return any(
        is_main_guard(node) for node in deployment.file.enclosing(statement) if isinstance(node, ast.stmt)
    )


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


def _sink(project: Project, deployment: PythonDeployment) -> ast.Expr | None:
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
    if _loops(file, statement) != _loops(file, goal) or file.scopes.scope_of(
        calls[0].func.value
    ) is not _own_scope(file, deployment):  # type: ignore[attr-defined]
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


def _own_scope(file: PythonFile, deployment: PythonDeployment) -> object:
    func = deployment.call.func
    while isinstance(func, ast.Attribute):
        func = func.value
    return file.scopes.scope_of(func)


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
        len({binding.target for binding in file.bindings_of(name)}) > 1 or _assigned_twice(file, name)
        for name in names
    )


def _assigned_twice(file: PythonFile, name: ast.Name) -> bool:
    return sum(binding.target is None for binding in file.bindings_of(name)) > 1


assert set(POSITIONAL) <= KEPT | DROPPED
