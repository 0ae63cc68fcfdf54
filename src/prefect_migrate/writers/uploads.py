"""Writer: the upload that Prefect 2 did by itself when it built a deployment."""

from __future__ import annotations

from prefect_migrate.plan.obstacles import uploads
from prefect_migrate.plan.pushing import ignore_file_of
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.writers.entrypoints import folder_code
from prefect_migrate.writers.literals import text_literal
from prefect_migrate.writers.names import Names


def upload_lines(
    project: Project, deployment: PythonDeployment, names: Names, unit: str, width: int = 10**6
) -> list[str]:
    """The lines of the statement that puts the code where Prefect 2 did, none if it did not.

    `unit` is one step of indentation; a line longer than `width` is broken.
    """
    target = deployment.storage_target
    if target is None or target.upload is None or not uploads(deployment):
        return []
    block = names.use_all(target.upload, target.upload_imports)
    if deployment.awaited and ".load(" in block:
        block = f"(await {block.removeprefix('await ')})"
    arguments = ['local_path="."', *_to_path(deployment), *_ignore_file(project, deployment)]
    call = f"{'await ' if deployment.awaited else ''}{block}.put_directory("
    given = f"{block} is not None and " if target.optional else ""
    test = [f'if {given}"put-directory" in {block}.get_block_capabilities():'] if target.asks else []
    lines = [f"{call}{', '.join(arguments)})"]
    indent = unit if test else ""
    if len(indent + lines[0]) > width:
        lines = [call, *(f"{unit}{argument}," for argument in arguments), ")"]
    return [*test, *(f"{indent}{line}" for line in lines)]


def _to_path(deployment: PythonDeployment) -> list[str]:
    folder = folder_code(deployment)
    return [f"to_path={folder}"] if folder else []


def _ignore_file(project: Project, deployment: PythonDeployment) -> list[str]:
    given = deployment.arguments.get("ignore_file")
    if given is not None and not given.known:
        return [f"ignore_file={given.text}"]
    name = ignore_file_of(project, deployment)
    if name is None:
        return []
    return [f"ignore_file={text_literal(name) if given is None else given.text}"]
