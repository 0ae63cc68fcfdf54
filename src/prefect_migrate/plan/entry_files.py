"""Whether `prefect deploy` finds the flow of an entrypoint: one that it does not find keeps all others from it."""

from __future__ import annotations

from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import joined


def entry_problem(project: Project, folder: str, entrypoint: str) -> str:
    """Why the flow of an entrypoint can't be loaded in a folder; "" if it can, as far as its file tells."""
    file, _, name = entrypoint.rpartition(":")
    file = file.removeprefix("./")
    path = joined(folder, file)
    if not file or not project.exists(path):
        return f"the flow's file `{file}` is not in this repository, and `prefect deploy` loads it"
    python = project.python(path) if project.has_python(path) else None
    if python is None or not name.isidentifier():
        return ""
    module = python.scopes.module
    if module.stars or module.lookup(name):
        return ""
    return f"the flow's file `{file}` has no `{name}`, and `prefect deploy` loads it"
