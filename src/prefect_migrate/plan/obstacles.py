"""Why a deployment can't be rewritten without a person."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS, nest_dotted, settings_of
from prefect_migrate.plan.model import Deployment, Value
from prefect_migrate.readers.python_deployments import POSITIONAL, PythonDeployment

#: Arguments of build_from_flow that name nothing in Prefect 3, or that another argument replaces.
DROPPED = frozenset(
    {"flow", "output", "skip_upload", "ignore_file", "apply", "load_existing", "path", "entrypoint", "manifest_path",
     "timestamp", "parameter_openapi_schema", "infrastructure", "storage", "is_schedule_active", "flow_name"}
)  # fmt: skip
KEPT = frozenset(
    {"name", "version", "description", "tags", "schedule", "schedules", "parameters", "work_queue_name",
     "work_pool_name", "infra_overrides", "job_variables", "triggers", "enforce_parameter_schema"}
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


def obstacles_of(deployment: PythonDeployment) -> Iterator[str]:
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
    yield from _storage_obstacles(deployment)
    yield from _infrastructure_obstacles(deployment)
    yield from _override_obstacles(deployment)
    yield from _use_obstacles(deployment)


def _storage_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    if not has_storage(deployment):
        return
    text, block = deployment.arguments["storage"].text, deployment.storage
    if block is None or block.role != "storage":
        yield f"`storage={text}` can't be traced to a storage block"
        return
    assert deployment.storage_target is not None
    if deployment.storage_target.obstacle:
        yield deployment.storage_target.obstacle
    path = deployment.arguments.get("path")
    if path is not None and (not path.known or (path.literal not in (None, "", "/", ".") and not deployment.flow)):
        yield f"`path={path.text}` lies inside the storage and must go into the entrypoint"
    skip = deployment.arguments.get("skip_upload")
    if skip is not None and not skip.known and deployment.storage_target.upload:
        yield f"whether the code is uploaded is only known when `{skip.text}` runs"


def has_storage(deployment: PythonDeployment) -> bool:
    """Whether a storage block is given (None counts as none)."""
    return "storage" in deployment.arguments and deployment.arguments["storage"].literal is not None


def _infrastructure_obstacles(deployment: PythonDeployment) -> Iterator[str]:
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


def overrides_of(deployment: Deployment) -> Value | None:
    """`job_variables=`, which 2.20 prefers, or `infra_overrides=`."""
    return deployment.arguments.get("job_variables") or deployment.arguments.get("infra_overrides")


assert set(POSITIONAL) <= KEPT | DROPPED
