"""The build, push and pull steps whose names are gone: nothing imports a pull step before a run starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from prefect_migrate import reference
from prefect_migrate.readers.prefect_yaml import PrefectFile, Step
from prefect_migrate.source.yaml_tree import Scalar

CORE_STEPS = frozenset(
    {"git_clone", "pull_from_remote_storage", "pull_with_block", "run_shell_script", "pip_install_requirements",
     "set_working_directory"}
)  # fmt: skip
_RENAMED = {"git_clone_project": "git_clone"}
_OLD = re.compile(r"prefect(?:_\w+)?(?:\.\w+)*\.projects\.\w|prefect\.(?:\w+\.)*git_clone_project$")
_KEY = re.compile(r"^[ \t]*-?[ \t]*[\"']?(prefect(?:_\w+)?(?:\.\w+)+)[\"']?:", re.MULTILINE)
DOCKER_BUILD = "prefect_docker.deployments.steps.build_docker_image"
DOCKER_PUSH = "prefect_docker.deployments.steps.push_docker_image"
OLD_DOCKER_BUILD = "prefect_docker.projects.steps.build_docker_image"


def old_names(text: str) -> Iterator[tuple[int, str]]:
    """Where a text that is no YAML has a key which only Prefect 2 knows as a step, and the key."""
    for match in _KEY.finditer(text):
        if is_old(match[1]):
            yield match.start(1), match[1]


def is_old(name: str) -> bool:
    """Whether a step's name is one that only Prefect 2 has."""
    return name in _of_integrations() or _OLD.match(name) is not None


def new_name(name: str) -> str | None:
    """The name of a step in Prefect 3, None if it is not known."""
    known = _of_integrations()
    if name in known:
        return known[name]
    moved = name.replace(".projects.", ".deployments.", 1)
    head, _, last = moved.rpartition(".")
    last = _RENAMED.get(last, last)
    if head.startswith("prefect.deployments.steps"):
        return f"{head}.{last}" if last in CORE_STEPS else None
    return moved if moved in known.values() else None


@cache
def _of_integrations() -> dict[str, str]:
    return {old: new for fact in reference.integrations().values() for old, new in fact.steps.items()}


def pushes(step: Step) -> bool | None:
    """Whether a step that builds an image pushes it as well, which the one of Prefect 3 can't; None if not known."""
    item = step.arguments.get("push") if step.arguments else None
    if item is None:
        return step.name == OLD_DOCKER_BUILD
    value = item.value.value if isinstance(item.value, Scalar) else None
    return value if isinstance(value, bool) else None


def is_docker_build(step: Step) -> bool:
    return step.name in (DOCKER_BUILD, OLD_DOCKER_BUILD)


def outputs_used(file: PrefectFile, step: Step) -> dict[tuple[int, int], str]:
    """Where the file uses outputs of a step that builds an image -> what they are called in Prefect 3."""
    new = {"image_name": "image", "image_tag": "tag"} if step.name == OLD_DOCKER_BUILD else {"image_tag": "tag"}
    ident = step.arguments.get("id") if step.arguments else None
    prefix = re.escape(ident.value.text) if ident and isinstance(ident.value, Scalar) else "(?!)"
    pattern = re.compile(rf"\{{\{{\s*(?:{prefix}\.)?({'|'.join(new)})\s*\}}\}}")
    return {match.span(1): new[match[1]] for match in pattern.finditer(file.text.text)}
