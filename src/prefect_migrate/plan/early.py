"""What to write in place of deployments as the first releases of Prefect 2 spelled them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.source.python import PythonFile

#: Flow runners of early Prefect 2 -> the type of the work pool that does the same.
_RUNNERS = {
    "SubprocessFlowRunner": "process",
    "UniversalFlowRunner": "process",
    "DockerFlowRunner": "docker",
    "KubernetesFlowRunner": "kubernetes",
}
#: Packagers of early Prefect 2 -> what does the same.
_PACKAGERS = {
    "FilePackager": "give the code's place to `flow.from_source(...)`",
    "DockerPackager": "build the image with `flow.deploy(image=...)`",
    "OrionPackager": "Prefect 3 does not keep code in the database, so give its place to `flow.from_source(...)`",
}
#: Arguments that only early Prefect 2 took.
EARLY = frozenset({"flow", "flow_location", "flow_runner", "packager"})


def is_early(call: ast.Call) -> bool:
    """Whether a call of `Deployment` or `DeploymentSpec` is spelled as in the first releases of Prefect 2."""
    return any(keyword.arg in EARLY for keyword in call.keywords)


def early_step(file: PythonFile, call: ast.Call) -> str:
    """What to write in place of `Deployment(...)` or `DeploymentSpec(...)`."""
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    parts = [f"Write `{_new_call(file, given)}`", *_rest(file, given)]
    return "; ".join(parts) + "."


def _new_call(file: PythonFile, given: dict[str, ast.expr]) -> str:
    name = file.source(given["name"]) if "name" in given else "..."
    pool = 'work_pool_name="..."'
    if "flow" in given:
        return f"{file.source(given['flow'])}.deploy(name={name}, {pool})"
    place = given.get("entrypoint", given.get("flow_location"))
    entrypoint = file.source(place) if place is not None else '"<file>:<function>"'
    return f'flow.from_source(source=".", entrypoint={entrypoint}).deploy(name={name}, {pool})'


def _rest(file: PythonFile, given: dict[str, ast.expr]) -> Iterator[str]:
    if "flow_location" in given and "flow" not in given:
        yield "the entrypoint is that file, a colon and the flow's function"
    if "flow_runner" in given:
        kind = _RUNNERS.get(_class(given["flow_runner"]))
        yield f"the flow runner becomes a work pool of type {kind}" if kind else "the flow runner becomes a work pool"
    if "packager" in given:
        yield _PACKAGERS.get(_class(given["packager"]), "the packager has no counterpart: give the code's place")
    if "schedule" in given and not (isinstance(given["schedule"], ast.Constant)):
        yield f"`schedule={' '.join(file.source(given['schedule']).split())}` becomes its schedule"


def _class(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
