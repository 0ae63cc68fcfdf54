"""A project's requirements with the prefect packages swapped."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Options of a requirements file that take part in finding packages; the user named them, so they stay.
_SOURCES = ("--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--no-index", "--pre")


@dataclass(slots=True)
class Requirements:
    """What a project needs besides Prefect.

    `lines` can be given to an installer as they are; `names` are the packages that the project has a say about;
    `notes` tell what could not be carried over.
    """

    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def read_requirements(root: Path) -> Requirements:
    """All `requirements*.txt` in the root, and `[project] dependencies` of its pyproject.toml."""
    found = Requirements()
    for path in sorted(root.glob("requirements*.txt")):
        _read_file(path, found, set())
    for line in _pyproject_dependencies(root / "pyproject.toml", found):
        _add(line, found, "pyproject.toml")
    found.lines = list(dict.fromkeys(found.lines))
    return found


def _read_file(path: Path, found: Requirements, seen: set[Path]) -> None:
    if path.resolve() in seen:
        return
    seen.add(path.resolve())
    try:
        lines = list(_logical_lines(path.read_text("utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        found.notes.append(f"{path.name}: not read ({error})")
        return
    for line in lines:
        option, _, value = line.replace("=", " ", 1).partition(" ")
        if option in ("-r", "--requirement"):
            _read_file(path.parent / value.strip(), found, seen)
        elif option in _SOURCES:
            found.lines.append(line)
        elif option in ("-c", "--constraint"):
            found.notes.append(f"{path.name}: `{line}` is left out, its pins may hold the other Prefect")
        else:
            _add(line, found, path.name)


def _logical_lines(text: str) -> Iterator[str]:
    """Lines without comments, hashes and continuations."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        line = re.sub(r"(^|\s)#.*", "", line)
        line = re.sub(r"\s--hash[= ]\S+", "", line).strip()
        if line:
            yield line


def _add(line: str, found: Requirements, where: str) -> None:
    """Take a requirement over; Prefect itself goes, and of its integrations the version."""
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        found.notes.append(f"{where}: `{line}` is left out, only packages with a name are installed")
        return
    name = canonicalize_name(requirement.name)
    if name == "prefect":
        return
    found.names.add(name)
    if name.startswith("prefect-") and not requirement.url:
        # An integration's version belongs to one Prefect; the resolver finds the one that fits this engine's.
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        marker = f" ; {requirement.marker}" if requirement.marker else ""
        line = f"{name}{extras}{marker}"
    found.lines.append(line)


def _pyproject_dependencies(path: Path, found: Requirements) -> list[str]:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found.notes.append(f"pyproject.toml: not read ({error})")
        return []
    if "poetry" in data.get("tool", {}):
        found.notes.append("pyproject.toml: dependencies of poetry are not installed; use --prefect2-python")
    dependencies = data.get("project", {}).get("dependencies", [])
    return [line for line in dependencies if isinstance(line, str)]


def without(constraints: str, names: set[str]) -> str:
    """A constraints file without the packages that the project has a say about, whose wish comes first."""
    kept = []
    for line in constraints.splitlines():
        match = re.match(r"[A-Za-z0-9][\w.-]*", line)
        if match is None or canonicalize_name(match.group()) not in names:
            kept.append(line)
    return "\n".join(kept) + "\n"
