"""Manifests that definitions in Python write beside registering themselves (`build_from_flow(output=...)`)."""

from __future__ import annotations

from pathlib import PurePosixPath

from prefect_migrate.plan.model import Plan
from prefect_migrate.readers.cli_deployments import APPLY, CliCommand
from prefect_migrate.readers.deployment_yaml import Manifest
from prefect_migrate.readers.places import normal
from prefect_migrate.readers.python_deployments import PythonDeployment


def written_by_python(plan: Plan, manifest: Manifest) -> PythonDeployment | None:
    """The definition that writes a manifest and is registered without it; None where a command reads the file."""
    if _is_applied(plan, PurePosixPath(manifest.site.path).name):
        return None
    found = (one for one in plan.deployments if isinstance(one, PythonDeployment) and _writes(one, manifest))
    return next(found, None)


def _is_applied(plan: Plan, name: str) -> bool:
    commands = [one for one in plan.commands if isinstance(one, CliCommand) and one.verb == APPLY]
    words = [word.text for command in commands for word in command.parsed.positionals]
    return any(PurePosixPath(word).name == name or "*" in word for word in words)


def _writes(deployment: PythonDeployment, manifest: Manifest) -> bool:
    output = deployment.arguments.get("output")
    applied = deployment.applied or any(attribute.attr == "apply" for _, attribute in deployment.trail.attributes)
    if output is None or not isinstance(output.literal, str) or not applied:
        return False
    here = PurePosixPath(deployment.site.path).parent
    places = [normal(str(folder), output.literal) for folder in (here, *here.parents)]
    return manifest.site.path in places and deployment.name.literal == manifest.name.literal
