"""Definitions of one deployment in several places: the last to be registered counts, which prefect.yaml can't say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.readers.cli_deployments import joined
from prefect_migrate.readers.python_deployments import PythonDeployment

_Key = tuple[object, object]


def check_twins(deployments: Iterable[PythonDeployment], plan: Plan) -> None:
    """Keep from prefect.yaml what is defined twice, in Python or by an entry for another flow of the same name.

    An entry for the same flow is for the writer to compare.
    """
    places: dict[_Key, list[Deployment]] = {}
    for definition in deployments:
        if (key := _key(definition)) is not None:
            places.setdefault(key, []).append(definition)
    for entry_key, entry in _entries(plan):
        places.setdefault(entry_key, []).append(entry)
    for twins in places.values():
        for deployment in twins:
            if isinstance(deployment, PythonDeployment) and deployment.target == "prefect-yaml":
                _check(deployment, [twin for twin in twins if twin is not deployment])


def _check(deployment: PythonDeployment, twins: list[Deployment]) -> None:
    flow = deployment.flow
    own = (flow.site.path, flow.function) if flow is not None else None
    other = next((twin for twin in twins if twin.kind != "prefect_yaml" or _place(twin) != own), None)
    if other is not None:
        deployment.target = None
        deployment.obstacles.append(
            f"line {other.site.line} of {other.site.path} defines it too, and the last one counts"
        )


def _key(deployment: Deployment) -> _Key | None:
    if deployment.flow is None or not deployment.name.known or not deployment.flow.name.known:
        return None
    return deployment.flow.name.literal, deployment.name.literal


def _entries(plan: Plan) -> Iterator[tuple[_Key, Deployment]]:
    names = {(flow.site.path, flow.function): flow.name for flow in plan.flows}
    for entry in plan.deployments:
        name = names.get(_place(entry)) if entry.kind == "prefect_yaml" and entry.name.known else None
        if name is not None and name.known:
            yield (name.literal, entry.name.literal), entry


def _place(entry: Deployment) -> tuple[str, str]:
    path, _, function = (entry.entrypoint or "").rpartition(":")
    return joined(entry.working_directory, path), function
