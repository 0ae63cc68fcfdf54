"""Choose the form of a `Deployment(...)` that was put together by hand: `flow.from_source(...)` loads its flow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.plan.in_place import imports, is_in_image, is_relative_in_image, new_name
from prefect_migrate.plan.rewrite import Rewrite
from prefect_migrate.plan.sinking import sink_of
from prefect_migrate.plan.storage import directory_target
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.syntax import is_main_guard


def plan_constructed(project: Project, deployment: PythonDeployment) -> None:
    """Fill in `rewrite`, or an obstacle."""
    if is_in_image(deployment):
        _plan_in_image(project, deployment)
        return
    sink = sink_of(project, deployment)
    if _loads_itself(project, deployment, sink):
        deployment.obstacles.append("`flow.from_source` would run the flow's file, which runs this line again")
        return
    deployment.doubts += _doubts(deployment)
    path = deployment.arguments.get("path")
    if deployment.storage_target is None and path is not None and path.literal not in (None, ""):
        deployment.storage_target = directory_target(path.text)
    at_once = sink is not None or deployment.applied == "chained"
    deployment.rewrite = Rewrite(
        from_source=True, register=at_once, sink_to=sink, flow_name=_other_name(deployment), awaits=deployment.in_async
    )
    deployment.target = "flow-deploy"


def _plan_in_image(project: Project, deployment: PythonDeployment) -> None:
    """Load the flow from here, and tell the object where the image has it."""
    path, name = deployment.arguments.get("path"), deployment.variable or new_name(deployment)
    here = PurePosixPath(deployment.site.path).is_relative_to(deployment.working_directory) or not deployment.flow
    given = path is not None and path.literal not in (None, "") and not is_relative_in_image(deployment)
    if path is None or not given or name is None or deployment.flow is None or deployment.in_async or not here:
        deployment.obstacles.append("its code lies in the image, which only an entry in prefect.yaml can say")
    elif _loads_itself(project, deployment, None):
        deployment.obstacles.append("`flow.from_source` would run the flow's file, which runs this line again")
    else:
        deployment.storage_target = directory_target(path.text)
        apply = deployment.variable is None and deployment.applied is not None
        other = _other_name(deployment)
        deployment.rewrite = Rewrite(from_source=True, name=name, storage=True, apply=apply, flow_name=other, here=True)
        deployment.target = "flow-deploy"


def _loads_itself(project: Project, deployment: PythonDeployment, sink: ast.Expr | None) -> bool:
    file = deployment.file
    if deployment.flow is None or not imports(project, deployment.flow.site.path, deployment.site.path):
        return False
    statement = sink or file.statement_of(deployment.call)
    return not any(is_main_guard(node) for node in file.enclosing(statement) if isinstance(node, ast.stmt))


def _other_name(deployment: PythonDeployment) -> str:
    """The name that the flow is registered under, as code, where the flow may have another; else ""."""
    given = deployment.arguments["flow_name"]
    name = deployment.own_flow_name
    return "" if name is not None and name.known and name.literal == given.literal else given.text


def _doubts(deployment: PythonDeployment) -> Iterator[str]:
    path, entrypoint = deployment.arguments.get("path"), deployment.arguments["entrypoint"]
    if deployment.loads:
        yield (
            "`.load()` took over what the server had (description, version, tags, parameters, schedules, queue, "
            "overrides): say here what is not"
        )
    if not entrypoint.known:
        yield f"`{entrypoint.text}` must name a file and a function"
    elif deployment.flow is None:
        yield f"no flow {entrypoint.literal} was found in this repository, and deploying loads it"
    if deployment.storage_target is not None:
        return
    if path is None or path.literal in (None, ""):
        yield "no run of Prefect 2 found its code, as it names no path; Prefect 3 takes it from the directory given"
    elif isinstance(path.literal, str) and not path.literal.startswith("/"):
        yield f"the path {path.literal} is one of the machine that deploys now; it was one of the agent's"
