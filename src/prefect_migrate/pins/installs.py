"""What a Dockerfile or a workflow installs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import DOCKERFILE
from prefect_migrate.pins.places import is_manifest, uses_prefect
from prefect_migrate.pins.report import why_frozen
from prefect_migrate.pins.survey import pins_of

#: A container or a workflow that doesn't mention Prefect matters if it installs the project: a file of requirements,
#: a folder, a wheel or what a variable holds, and not just packages by their names.
INSTALLS = re.compile(
    r"\bpip[\d.]* install\b(?:[^\n\\]|\\\r?\n)*?"
    r"(?:\s[\"']?(?:-r|-e|--requirements?|--editable|\.{1,2}(?=[\s\"'/\[]|$))|[$%{]|\.whl\b|\.txt\b)"
    r"|\b(?:poetry (?:install|sync)|uv (?:sync|run)|pipenv (?:install|sync)|pdm (?:install|sync)|tox|nox|hatch run)\b"
)
_REQUIREMENTS = re.compile(r"(?:-r|--requirements?)(?:[ =]|(?=[\w./]))[\"']?(?P<path>[\w./-]+)")
_NAMED = re.compile(r"(?<![\w/.-])[\w./-]*(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)(?![\w.-])")


def keeps_prefect_2(context: FileContext) -> str:
    """Why the image can't move yet: a file that it installs pins Prefect 2 and can't be moved without a look."""
    if context.file.kind != DOCKERFILE:
        return ""
    folder = PurePosixPath(context.path).parent
    named = {found for name in _NAMED.findall(context.text.text) for found in (str(folder / name), name)}
    for file in context.project.files:
        if file.path in named:
            other = FileContext(context.project, file, context.plan, context.config)
            for pin in pins_of(other):
                if pin.holds_back and (why := why_frozen(other, pin)):
                    return f"{file.path}, which it installs, keeps {pin.text}, as {why}"
    return ""


def installs_prefect(context: FileContext, install: re.Match[str]) -> bool:
    """Whether what one of `INSTALLS` found may bring Prefect: not if the file that it names is known not to."""
    line = context.text.text[install.start() : context.text.text.find("\n", install.end()) + 1 or None]
    named = [match["path"] for match in _REQUIREMENTS.finditer(line)]
    return not named or any(_may_hold_prefect(context, path) for path in named)


def takes_manifest(context: FileContext) -> bool:
    """Whether a Dockerfile names a manifest of the repository that requires Prefect."""
    users = {file.path for file in context.project.files if is_manifest(file) and uses_prefect(file)}
    return any(path in users for path in _named_manifests(context))


def _named_manifests(context: FileContext) -> Iterator[str]:
    """The files that a Dockerfile means: the nearest upwards; a copy's name is that of the file copied."""
    folders = [str(folder) for folder in PurePosixPath(context.path).parents]
    copied: set[str] = set()
    for name in sorted(set(_NAMED.findall(context.text.text)), key=lambda name: name.count("/"), reverse=True):
        places = (str(PurePosixPath(folder, name)) for folder in folders)
        found = next((place for place in places if context.project.exists(place)), None)
        base = PurePosixPath(name).name
        if found is not None and ("/" in name or base not in copied):
            copied.add(base)
            yield found


def _may_hold_prefect(context: FileContext, path: str) -> bool:
    project, name = context.project, PurePosixPath(path).name
    holders = {file.path for file in project.files if PurePosixPath(file.path).name == name}
    if holders and context.file.kind != DOCKERFILE:
        return True  # a job may run in any directory
    folder = PurePosixPath(context.path).parent
    written = re.findall(rf"(?<![\w./-])[\w./-]*(?<![\w-]){re.escape(name)}(?![\w.-])", context.text.text)
    places = {str(PurePosixPath(base, spelled.lstrip("/"))) for spelled in written for base in (folder, "")}
    there = {place for place in places if project.exists(place)}
    return not there or any(place in holders or b"-r " in (project.read(place) or b"") for place in there)
