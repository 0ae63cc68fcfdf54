"""In which directory a command runs, as far as the file that holds it tells."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from prefect_migrate.commands.model import Command

_CD = re.compile(
    r"(?:^|[\n;&|({]|\bdo\b|\bthen\b)[ \t]*@?(?:cd|pushd|Set-Location)[ \t]+(?:/d[ \t]+)?"
    r"(\"(?:\$\([^)\n]*\)|[^\"\n])*\"|'[^'\n]*'|\$\([^)\n]*\)[^\s;&|)]*|[^\s;&|)]+)"
)
_HERE = re.compile(r"\$\(\s*dirname\b[^)]*\)|\$\{?(?:SCRIPT_?DIR|DIR|BASH_SOURCE)\b[^/]*|%~dp0|\$PSScriptRoot")
_LINE = re.compile(r"(?<!\\)\r?\n")


def directories(path: str, text: str, command: Command) -> list[str]:
    """The directories that a command of a file may run in, relative to the scanned root, the likeliest first.

    A `cd` before it counts; else the root, then where the file lies, then those between.
    """
    return directories_at(path, text, command.statement[0] or command.start, make=command.dialect == "make")


def directories_at(path: str, text: str, start: int, *, make: bool) -> list[str]:
    """The same for a command that begins at `start`."""
    own = str(PurePosixPath(path).parent)
    bases = [] if own == "." else ([own, "."] if make else [".", own])
    bases = bases or ["."]
    bases += [str(folder) for folder in PurePosixPath(own).parents if str(folder) not in bases]
    target = _changed_directory(text, start, make=make)
    if target is None:
        return bases
    if _HERE.search(target):
        rest = _HERE.sub("", target, count=1).strip("/\\ ")
        return [found for found in [normal(own, rest)] if found is not None] or bases
    if "$" in target or "%" in target or target.startswith(("/", "~")):
        return bases
    found = [normal(base, target) for base in bases]
    return [folder for folder in found if folder is not None] + bases


def _changed_directory(text: str, end: int, *, make: bool) -> str | None:
    """The last `cd` before a command; in a makefile each line starts anew."""
    start = 0
    if make:
        ends = [match.end() for match in _LINE.finditer(text, 0, end)]
        start = ends[-1] - 1 if ends else 0
    found = list(_CD.finditer(text, start, end))
    return found[-1][1].strip("\"'") if found else None


def normal(base: str, path: str) -> str | None:
    """A directory below the scanned root, None for one outside of it."""
    parts: list[str] = []
    for part in PurePosixPath(base, path.replace("\\", "/")).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or "."
