"""Writer: the files that a plan needs beside the rewritten ones: prefect.yaml, work pools, their script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prefect_migrate.findings import Changes
from prefect_migrate.plan.chosen_pools import chosen_pools
from prefect_migrate.plan.model import Deployment, WorkPool
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.writers import work_pools
from prefect_migrate.writers.comments import lost_comments
from prefect_migrate.writers.prefect_yaml import merge_deployments
from prefect_migrate.writers.yaml_entries import Comments


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write, whole."""

    path: str
    text: str
    executable: bool = False


def plan_files(project: Project, changes: Sequence[Changes]) -> Iterator[PlannedFile]:
    """The files that the deployments which these changes migrate need, and the pools that they ask for."""
    to_yaml = [deployment for change in changes for deployment in change.to_yaml]
    in_place = [deployment for change in changes for deployment in change.in_place]
    yield from _prefect_yaml(project, to_yaml)
    pools = {pool.name: pool for change in changes for pool in change.pools}
    pools |= {d.pool.name: d.pool for d in (*in_place, *to_yaml) if d.pool is not None}
    pools |= {pool.name: pool for deployment in in_place for pool in chosen_pools(deployment)}
    yield from _work_pools(project, work_pools.creatable(pools.values()))


def prefect_yaml_path(deployment: Deployment) -> str:
    """The prefect.yaml of a deployment: in the directory that its entrypoint is relative to."""
    folder = deployment.working_directory
    return "prefect.yaml" if folder == "." else f"{folder}/prefect.yaml"


def _prefect_yaml(project: Project, deployments: Sequence[Deployment]) -> Iterator[PlannedFile]:
    by_path: dict[str, list[Deployment]] = {}
    for deployment in deployments:
        by_path.setdefault(prefect_yaml_path(deployment), []).append(deployment)
    for path, group in sorted(by_path.items()):
        in_python = [(index, d) for index, d in enumerate(group) if isinstance(d, PythonDeployment)]
        found = lost_comments(project, [deployment for _, deployment in in_python])
        by_index = {index: found[number] for number, (index, _) in enumerate(in_python)}
        comments: list[Comments] = [by_index.get(index, {}) for index in range(len(group))]
        yield PlannedFile(path, _merged(project, path, group, comments))


def prefect_yaml_text(project: Project, deployments: Sequence[Deployment]) -> str:
    """What the prefect.yaml of these deployments would hold.  Raises UnreadableYaml."""
    return _merged(project, prefect_yaml_path(deployments[0]), deployments, [])


def _merged(project: Project, path: str, deployments: Sequence[Deployment], comments: Sequence[Comments]) -> str:
    existing = project.text(path) if project.exists(path) else None
    return merge_deployments(existing.text if existing else None, deployments, comments)


def _work_pools(project: Project, pools: Sequence[WorkPool]) -> Iterator[PlannedFile]:
    if not pools:
        return
    for pool in pools:
        text = work_pools.template_text(pool)
        if text is not None:
            yield PlannedFile(work_pools.template_path(pool), text)
    existing = project.text(work_pools.SCRIPT) if project.exists(work_pools.SCRIPT) else None
    yield PlannedFile(work_pools.SCRIPT, work_pools.script(pools, existing.text if existing else None), executable=True)
