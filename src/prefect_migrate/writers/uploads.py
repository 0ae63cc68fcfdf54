"""Writer: the upload that Prefect 2 did by itself when it built a deployment."""

from __future__ import annotations

from prefect_migrate.plan.obstacles import uploads
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.writers.entrypoints import folder_code
from prefect_migrate.writers.names import Names


def upload_lines(project: Project, deployment: PythonDeployment, names: Names, unit: str) -> list[str]:
    """The statement that puts the code where Prefect 2 did, on one line or two; none if it did not."""
    target = deployment.storage_target
    if target is None or target.upload is None or not uploads(deployment):
        return []
    block = names.use_all(target.upload, target.upload_imports)
    if deployment.awaited and ".load(" in block:
        block = f"(await {block.removeprefix('await ')})"
    arguments = ['local_path="."', *_to_path(deployment), *_ignore_file(project, deployment)]
    line = f"{'await ' if deployment.awaited else ''}{block}.put_directory({', '.join(arguments)})"
    if not target.asks:
        return [line]
    given = f"{block} is not None and " if target.optional else ""
    return [f'if {given}"put-directory" in {block}.get_block_capabilities():', f"{unit}{line}"]


def _to_path(deployment: PythonDeployment) -> list[str]:
    folder = folder_code(deployment)
    return [f"to_path={folder}"] if folder else []


def _ignore_file(project: Project, deployment: PythonDeployment) -> list[str]:
    given = deployment.arguments.get("ignore_file")
    if given is not None:
        return [] if given.literal is None else [f"ignore_file={given.text}"]
    folder = deployment.working_directory
    name = ".prefectignore" if folder == "." else f"{folder}/.prefectignore"
    return ['ignore_file=".prefectignore"'] if project.exists(name) else []
