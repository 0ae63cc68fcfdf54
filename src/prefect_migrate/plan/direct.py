"""Deployments that a `prefect deploy ENTRYPOINT --name …` registers with its own options."""

from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.hosts.sites import HOST_KINDS, read_sites, text_of
from prefect_migrate.plan.model import UNKNOWN, Plan, WorkPool
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.cli_deployments import joined
from prefect_migrate.readers.places import directories

#: Entrypoint relative to the scanned root, and name.
Deployed = tuple[str, str]


def deployed_directly(project: Project) -> dict[Deployed, str]:
    """Each with the place of its command, for the directories that this may run in."""
    found: dict[Deployed, str] = {}
    for file, command, parsed in _deploys(project):
        name, text = parsed.last("--name"), text_of(project, file)
        if name is None or name.value is None or not text:
            continue
        path, _, function = parsed.positionals[0].text.rpartition(":")
        for folder in directories(file.path, text.text, command):
            found.setdefault((f"{joined(folder, path)}:{function}", name.value.text), f"{file.path}:{command.line}")
    return found


def note_direct_pools(project: Project, plan: Plan) -> None:
    """The pools of such deployments are those of their queues as well: an agent of a queue serves them, too."""
    for _, _, parsed in _deploys(project):
        pool, queue = _given(parsed, "--pool"), _given(parsed, "--work-queue") or "default"
        if isinstance(pool, str) and isinstance(queue, str):
            plan.pools.setdefault(pool, WorkPool(pool, "", ours=False))
            found = plan.pools_of_queue.setdefault(queue, [])
            found += [pool] if pool not in found else []


def _given(parsed: Invocation, name: str) -> object:
    """An option's value: None if it is not given, UNKNOWN if only the run tells."""
    option = parsed.last(name)
    word = option.value if option is not None else None
    return None if word is None else UNKNOWN if word.value is None else word.value


def _deploys(project: Project) -> Iterator[tuple[ProjectFile, Command, Invocation]]:
    for file in project.of_kind(*HOST_KINDS):
        for command in read_sites(project, file) if b"deploy " in (file.data or b"") else ():
            parsed = parse(command, load_tree(3))
            if parsed.path == ("deploy",) and parsed.positionals and command.context != "text":
                yield file, command, parsed
