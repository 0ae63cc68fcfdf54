"""What is read from or set on an object that an annotation calls Prefect 2's `Deployment`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import OLD_DEPLOYMENT
from prefect_migrate.names.uses import nodes_of
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.reference import has_member
from prefect_migrate.source.python import PythonFile

_NEW = "prefect.deployments.runner.RunnerDeployment"
#: member -> what to do; those that both classes have are not here.
ADVICE = {
    "infra_overrides": "Use `job_variables`, in which dotted keys are nested.",
    "infrastructure": "Name the work pool that has its settings (`work_pool_name`); `job_variables` go over them.",
    "is_schedule_active": "Use `paused`, which says the opposite.",
    "load": "Say here what the server had; nothing is taken over from it.",
    "path": "Where the code lies is in `storage`, and in front of the entrypoint.",
    "schedule": "Use `schedules`, a list.",
    "storage": "It is one of `prefect.runner.storage` now: `BlockStorageAdapter(block)` makes one of a saved block.",
    "to_yaml": "No YAML file is written any more: put the deployment into prefect.yaml if one has to be read.",
    "update": "Set the attributes one by one.",
    "upload_to_storage": "Upload with the block's own `put_directory`.",
}
_OTHER = "A `RunnerDeployment` has nothing in its place: leave it out."


def lost_members_of_deployments(context: FileContext, file: PythonFile) -> Iterator[tuple[ast.Attribute, str]]:
    """(attribute, what to do) for members that a `RunnerDeployment` lacks, or takes something else for.

    Not those of the deployments that the file builds itself: their definition says what becomes of them.
    """
    built = {one.variable for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment)}
    typer = typer_of(context, file)
    for node in nodes_of(file).attributes:
        if isinstance(node.value, ast.Name) and node.value.id in built:
            continue
        if _is_lost(context, node) and typer.type_of(node.value) == OLD_DEPLOYMENT:
            yield node, ADVICE.get(node.attr, _OTHER)


def _is_lost(context: FileContext, node: ast.Attribute) -> bool:
    if node.attr == "storage":
        return isinstance(node.ctx, ast.Store)
    return not node.attr.startswith("_") and has_member(_NEW, node.attr, context.target) is False
