"""Writer: what becomes of a generated manifest, and who else names it."""

from __future__ import annotations

from os import fsencode
from pathlib import PurePosixPath

from prefect_migrate.cli_rules import check_entry
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Changes
from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.registrations import is_document
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import CliBuild, CliCommand
from prefect_migrate.readers.deployment_yaml import Manifest


def manifest_changes(context: FileContext, manifest: Manifest, *, keep: bool) -> Changes:
    """The entry in prefect.yaml; the file goes unless it is to be kept.  Raises CannotFix."""
    if manifest.made_by is not None:
        check_entry(context, manifest.made_by)  # what writes it must go, too
        return Changes(deletes=True)
    check_entry(context, manifest)
    return Changes(to_yaml=[manifest], deletes=not keep)


def references(project: Project, plan: Plan, manifest: Manifest) -> list[str]:
    """`path:line` of each mention of the file by name, outside of commands that are rewritten with it."""
    name = PurePosixPath(manifest.site.path).name
    found = []
    for file in project.files:
        if file.path == manifest.site.path or file.data is None or fsencode(name) not in file.data:
            continue
        text = project.text(file.path)
        start = -1 if text is None else text.text.find(name)
        while text is not None and start >= 0:
            if not _is_rewritten(plan, file.path, start):
                found.append(f"{file.path}:{text.position(start)[0]}")
            start = text.text.find(name, start + 1)
    return found


def _is_rewritten(plan: Plan, path: str, offset: int) -> bool:
    """Whether the mention stands in a command that goes, or gets another one in its place."""
    if is_document(path):
        return False
    commands = [c for c in plan.commands if isinstance(c, CliCommand) and c.site.path == path and not c.obstacles]
    invocations = [c.invocation for c in commands if not any(d.obstacles for d in c.deployments)]
    builds = [d for d in plan.deployments if isinstance(d, CliBuild) and d.site.path == path and not d.obstacles]
    invocations += [build.invocation for build in builds]
    return any(command.editable and command.start <= offset < command.end for command in invocations)
