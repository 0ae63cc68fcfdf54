"""Where in its image a run finds the flow's file.

Prefect 2 copied what lies in the deployment's path, /opt/prefect/flows if none was given, into the directory that the
container starts in, and looked for the entrypoint there.  So `flows/etl.py` was found both where
`COPY . /opt/prefect/flows` and where `COPY flows /opt/prefect/flows` puts it: the second lies in the right place even
without the copy.  Prefect 3's step only goes to one directory, and the Dockerfiles tell which.
"""

from __future__ import annotations

import fnmatch
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from prefect_migrate.discovery.kinds import DOCKERFILE
from prefect_migrate.hosts.dockerfile import Instruction, instructions
from prefect_migrate.plan.model import Block, Deployment, Plan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.cli_deployments import joined
from prefect_migrate.readers.python_chosen_infrastructure import blocks_of
from prefect_migrate.readers.python_deployments import PythonDeployment

#: Where Prefect 2 looked for code in an image when nothing else was said.
IMAGE_PATH = "/opt/prefect/flows"
#: Where Prefect's images start.
_START = "/opt/prefect"


@dataclass(slots=True)
class Image:
    """One stage of a Dockerfile."""

    path: str
    start: str
    #: (sources, destination)
    copies: list[tuple[list[str], str]] = field(default_factory=list)


def note_image_paths(project: Project, plan: Plan) -> None:
    """Fill in `image_path` of the deployments whose code lies in an image."""
    images = images_of(project)
    for deployment in plan.deployments:
        block = deployment.infrastructure or _chosen_image(deployment)
        if not deployment.is_prefect_2 or block is None or block.cls == "Process" or deployment.storage is not None:
            continue
        given = deployment.arguments.get("path")
        base = given.literal if given is not None and given.literal not in (None, "") else IMAGE_PATH
        if isinstance(base, str) and base.startswith("/"):
            _choose(deployment, base, images)


def _chosen_image(deployment: Deployment) -> Block | None:
    """One of the blocks that name an image, where only running the code tells which is taken."""
    choices = deployment.choices if isinstance(deployment, PythonDeployment) else None
    return next((block for block in blocks_of(choices) if block is not None and block.cls != "Process"), None)


def images_of(project: Project) -> list[Image]:
    """The stages of all Dockerfiles."""
    return [image for file in project.of_kind(DOCKERFILE) for image in _images(project, file)]


def _choose(deployment: Deployment, base: str, images: list[Image]) -> None:
    own = deployment.arguments.get("entrypoint")
    entrypoint = own.literal if own is not None and isinstance(own.literal, str) else deployment.entrypoint
    file = (entrypoint or "").rpartition(":")[0].removeprefix("./")
    if not file or file.startswith("/"):
        return
    source = joined(deployment.working_directory, file)
    landed = [(image, place) for image in images for place in landings(image, source)]
    places = {place for _, place in landed}
    starts = sorted({image.start for image, place in landed if place == str(PurePosixPath(image.start, file))})
    if str(PurePosixPath(base, file)) in places:
        return
    if starts:
        deployment.image_path = starts[0]
    elif landed:
        image, place = landed[0]
        deployment.doubts.append(f"a run looks for {base}/{file}, and {image.path} puts it to {place}")
    elif PurePosixPath(base).name == PurePosixPath(file).parts[0]:
        deployment.image_path = str(PurePosixPath(base).parent)
        deployment.doubts.append(f"only the image tells whether {base} holds {file}, or just what is in {base}")


def landings(image: Image, source: str) -> Iterator[str]:
    """Where in the image a file of the repository lies, be it built from the root or from the Dockerfile's folder."""
    for context in dict.fromkeys((str(PurePosixPath(image.path).parent), ".")):
        for sources, destination in image.copies:
            for pattern in sources:
                origin = joined(context, pattern.lstrip("/") or ".")
                into = destination.endswith("/") or len(sources) > 1 or "*" in pattern
                if source == origin or ("*" in pattern and fnmatch.fnmatchcase(source, origin)):
                    name = PurePosixPath(source).name
                    yield str(PurePosixPath(destination, name) if into else PurePosixPath(destination))
                elif origin == ".":
                    yield str(PurePosixPath(destination, source))
                elif source.startswith(f"{origin}/"):
                    yield str(PurePosixPath(destination, source[len(origin) + 1 :]))


# -- Dockerfiles -----------------------------------------------------------------------------------------------------


def _images(project: Project, file: ProjectFile) -> Iterator[Image]:
    text = project.text(file.path)
    stages: dict[str, Image] = {}
    image = Image(file.path, "/")
    if text is None:
        return
    for instruction in instructions(text.text):
        words = _words(text.text, instruction)
        if instruction.keyword == "FROM" and words:
            image = _stage(file.path, words, stages)
            yield image
        elif instruction.keyword == "WORKDIR" and words:
            image.start = str(PurePosixPath(image.start, words[0]))
        elif instruction.keyword in ("COPY", "ADD") and len(words) > 1 and not _from_a_stage(text.text, instruction):
            slash = "/" if words[-1].endswith("/") or words[-1] == "." else ""
            image.copies.append((words[:-1], str(PurePosixPath(image.start, words[-1])) + slash))


def _from_a_stage(text: str, instruction: Instruction) -> bool:
    """`COPY --from=…`: what it copies is not of the repository."""
    return "--from=" in text[text.rfind("\n", 0, instruction.start) + 1 : instruction.start]


def _stage(path: str, words: list[str], stages: dict[str, Image]) -> Image:
    before = stages.get(words[0].lower())
    start = before.start if before else _START if "prefecthq/prefect" in words[0] else "/"
    image = Image(path, start, list(before.copies) if before else [])
    if len(words) > 2 and words[1].lower() == "as":
        stages[words[2].lower()] = image
    return image


def _words(text: str, instruction: Instruction) -> list[str]:
    """The words of an instruction, as a line or as a list."""
    body = text[instruction.start : instruction.end].strip().replace("\\\n", " ")
    if body.startswith("["):
        body = body.strip("[]").replace('",', '" ')
    try:
        return shlex.split(body, comments=True)
    except ValueError:
        return []
