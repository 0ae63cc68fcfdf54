"""Reader: the directories in which other files of the repository run a Python script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from weakref import WeakKeyDictionary

from prefect_migrate.discovery import kinds
from prefect_migrate.project import Project
from prefect_migrate.readers.places import directories_at, normal

#: The files whose commands are run.
_COMMANDS = frozenset(
    {kinds.MAKE, kinds.SHELL, kinds.BATCH, kinds.POWERSHELL, kinds.JUSTFILE, kinds.YAML, kinds.DOCKERFILE, kinds.GROOVY,
     kinds.TOML, kinds.INI}
)  # fmt: skip
_PROGRAM = r"\b(?:i?python[\d.]*|(?:uv|poetry|pdm|pipenv|hatch) run)(?:\.exe)?"
#: `python -u etl/deploy.py`, `["python", "etl/deploy.py"]`
_SCRIPT = re.compile(
    _PROGRAM + r"""(?:["']?[\s,]+["']?(?!-m\b)-\w+)*["']?[\s,]+["']?((?:[\w.-]+[/\\])*[\w.-]+\.py)(?![\w.])"""
)
_MODULE = re.compile(_PROGRAM + r"""(?:["']?[\s,]+["']?-[a-ln-zA-Z]\w*)*["']?[\s,]+["']?-m["']?[\s,]+["']?([\w.]+)""")


class _Run(NamedTuple):
    is_prose: bool
    directories: list[str]
    #: As the command has it, relative to the directory.
    script: str


#: Per project: generation of its files, and the name of a script -> its runs.
_RUNS: WeakKeyDictionary[Project, tuple[int, dict[str, list[_Run]]]] = WeakKeyDictionary()


def script_runs(project: Project, path: str) -> list[str]:
    """The directories, relative to the root, that a script at `path` is run in.

    Prose counts where no command runs it.
    """
    known = _RUNS.get(project)
    if known is None or known[0] != project.generation:
        known = _RUNS[project] = project.generation, _index(project)
    found: tuple[list[str], list[str]] = [], []
    for run in known[1].get(PurePosixPath(path).name, []):
        found[run.is_prose].extend(_first(folder for folder in run.directories if normal(folder, run.script) == path))
    return list(dict.fromkeys(found[0] or found[1]))


def _first(folders: Iterator[str]) -> list[str]:
    return [folder for folder in (next(folders, None),) if folder is not None]


def _index(project: Project) -> dict[str, list[_Run]]:
    runs: dict[str, list[_Run]] = {}
    for path in sorted(project.paths_of(*_COMMANDS, kinds.MARKDOWN)):
        for run in _runs_in(project, path):
            runs.setdefault(PurePosixPath(run.script).name, []).append(run)
    return runs


def _runs_in(project: Project, path: str) -> Iterator[_Run]:
    data = project.read(path) or b""
    if b"python" not in data and b" run" not in data:
        return
    text = data.decode("utf-8", "replace")
    kind = kinds.kind_of(path)
    for pattern in (_SCRIPT, _MODULE):
        for match in pattern.finditer(text):
            script = match[1].replace("\\", "/") if pattern is _SCRIPT else match[1].replace(".", "/") + ".py"
            folders = directories_at(path, text, match.start(), make=kind == kinds.MAKE)
            yield _Run(kind == kinds.MARKDOWN, folders, script)
