"""Deployments that a `prefect deploy ENTRYPOINT --name …` registers with its own options."""

from __future__ import annotations

from prefect_migrate.commands.parse import parse
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.hosts.sites import HOST_KINDS, read_sites, text_of
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import joined
from prefect_migrate.readers.places import directories

#: Entrypoint relative to the scanned root, and name.
Deployed = tuple[str, str]


def deployed_directly(project: Project) -> dict[Deployed, str]:
    """Each with the place of its command, for the directories that this may run in."""
    found: dict[Deployed, str] = {}
    for file in project.of_kind(*HOST_KINDS):
        for command in read_sites(project, file) if b"deploy " in (file.data or b"") else ():
            parsed = parse(command, load_tree(3))
            name, text = parsed.last("--name"), text_of(project, file)
            if parsed.path != ("deploy",) or name is None or name.value is None or not parsed.positionals or not text:
                continue
            path, _, function = parsed.positionals[0].text.rpartition(":")
            for folder in directories(file.path, text.text, command):
                found.setdefault((f"{joined(folder, path)}:{function}", name.value.text), f"{file.path}:{command.line}")
    return found
