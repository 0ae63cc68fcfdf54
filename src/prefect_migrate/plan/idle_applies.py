"""`.apply(upload=...)` away from the definition: where it uploads nothing that building did not upload already."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from prefect_migrate.plan.obstacles import has_storage
from prefect_migrate.readers.python_deployments import PythonDeployment, constant_of
from prefect_migrate.source.python import PythonFile


def note_idle_applies(deployments: Iterable[PythonDeployment]) -> None:
    """Fill in `idle_applies`: a call counts if it does for all deployments that come to it."""
    reached: dict[ast.Call, list[tuple[PythonFile, PythonDeployment]]] = {}
    for deployment in deployments:
        for file, call in applies_elsewhere(deployment):
            reached.setdefault(call, []).append((file, deployment))
    idle = {call for call, found in reached.items() if all(_is_idle(file, one, call) for file, one in found)}
    for call in idle:
        for _, deployment in reached[call]:
            deployment.idle_applies |= {call}


def applies_elsewhere(deployment: PythonDeployment) -> Iterator[tuple[PythonFile, ast.Call]]:
    """The `.apply(upload=...)` that its object comes to, other than the ones that go with the definition."""
    known = [*deployment.apply_calls, *deployment.traced_applies]
    for file, attribute in deployment.trail.attributes:
        call = file.parents[attribute]
        if attribute.attr == "apply" and isinstance(call, ast.Call) and call.func is attribute and call not in known:
            yield file, call


def _is_idle(file: PythonFile, deployment: PythonDeployment, call: ast.Call) -> bool:
    if call.args or [keyword.arg for keyword in call.keywords] != ["upload"]:
        return False
    value = call.keywords[0].value
    if any(isinstance(node, (ast.Call, ast.Await, ast.NamedExpr, ast.Yield)) for node in ast.walk(value)):
        return False
    if constant_of(file, value) in (False, None) or not has_storage(deployment):
        return True
    skip = deployment.arguments.get("skip_upload")
    uploaded = deployment.kind == "build_from_flow" and (skip is None or skip.literal in (False, None))
    return uploaded and not {"path", "storage"} & set(deployment.late)
