"""Commands that run inside an image, which must hold the prefect.yaml that they read now."""

from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.discovery.kinds import DOCKERFILE, kind_of
from prefect_migrate.hosts.dockerfile import runs_at_build
from prefect_migrate.plan.image_paths import Image, images_of, landings
from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.plan.registrations import among
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import APPLY, CliBuild, CliCommand, joined


def note_missing_files(project: Project, plan: Plan) -> None:
    """A doubt for each deployment whose command is in an image without the file that has its entry."""
    moved = [item for item in plan.deployments if item.is_prefect_2 and item.target == "prefect-yaml"]
    images = images_of(project) if moved else []
    for deployment in moved if images else ():
        entries = joined(deployment.working_directory, "prefect.yaml")
        for path in dict.fromkeys(_places(plan, deployment)):
            holding = _images_with(path, images)
            if holding and not any(_lands(image, entries) for image in holding):
                image = holding[0].path
                deployment.doubts.append(f"the image of {image} has no {entries}, which {path} needs: copy it too")


def note_image_builds(project: Project, plan: Plan) -> None:
    """A doubt for each deployment whose command runs while an image is built, where Prefect 2 needed no server."""
    for deployment in plan.deployments:
        if deployment.is_prefect_2 and deployment.target is not None:
            for path, position in _commands(plan, deployment):
                text = project.text(path) if kind_of(path) == DOCKERFILE else None
                if text is not None and runs_at_build(text.text, position):
                    deployment.doubts.append("it deploys while the image is built, which needs the server and the pool")
                    break


def _places(plan: Plan, deployment: Deployment) -> Iterator[str]:
    """The files whose commands deploy it."""
    yield from (path for path, _ in _commands(plan, deployment))


def _commands(plan: Plan, deployment: Deployment) -> Iterator[tuple[str, int]]:
    """Where the commands stand that deploy it."""
    if isinstance(deployment, CliBuild) and deployment.deploys:
        yield deployment.site.path, deployment.invocation.start
    for command in plan.commands:
        stays = isinstance(command, CliCommand) and command.verb == APPLY and not command.goes
        if isinstance(command, CliCommand) and stays and among(deployment, command.deployments):
            yield command.site.path, command.invocation.start


def _images_with(path: str, images: list[Image]) -> list[Image]:
    if kind_of(path) == DOCKERFILE:
        return [image for image in images if image.path == path]
    return [image for image in images if _lands(image, path)]


def _lands(image: Image, path: str) -> bool:
    return any(True for _ in landings(image, path))
