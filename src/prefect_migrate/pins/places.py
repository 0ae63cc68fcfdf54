"""Files that are looked for by name, near those that use Prefect; they need not mention it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prefect_migrate.discovery import kinds
from prefect_migrate.project import Project, ProjectFile

#: What says which Python a project runs on.
PYTHON_FILES = (
    ".python-version", ".tool-versions", "runtime.txt", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile",
    "Dockerfile", "tox.ini", "noxfile.py", "environment.yml", "environment.yaml", ".gitlab-ci.yml",
    "azure-pipelines.yml", "bitbucket-pipelines.yml", "pixi.toml",
)  # fmt: skip
_WORKFLOWS = ".github/workflows"
_IMPORTS = re.compile(rb"^[ \t]*(?:from|import)[ \t]+prefect(?:_\w+)?\b", re.MULTILINE)
_REQUIRES = re.compile(rb"(?<![\w./-])prefect(?:[-_][a-z]+)*(?![\w./-])")
_MANIFESTS = frozenset({kinds.REQUIREMENTS, kinds.PYPROJECT, kinds.PIPFILE, kinds.SETUP})


def folders_above(paths: Iterable[str]) -> list[str]:
    """The folders of the files and all those above them, the root ("") first."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)


def near_users(project: Project) -> list[str]:
    """The files of `PYTHON_FILES` that hold for the code that uses Prefect: for each, the nearest one upwards."""
    users = {file.path.rpartition("/")[0] for file in project.files if uses_prefect(file)}
    if not users:
        return []
    folders = folders_above(f"{folder}/" for folder in users)
    there = {path for folder in folders for path in _named_in(folder) if project.exists(path)}
    pairs = [(folder, name) for folder in users for name in PYTHON_FILES]
    found = {next((path for path in _upwards(*pair) if path in there), "") for pair in pairs}
    return sorted(path for path in (*found, *_workflows(project)) if path and project.covers(path))


def is_manifest(file: ProjectFile) -> bool:
    """Whether the file says what a project requires."""
    return file.kind in _MANIFESTS


def uses_prefect(file: ProjectFile) -> bool:
    """Whether Python imports Prefect, or a manifest names it or one of its integrations."""
    if file.data is None:
        return False
    pattern = _IMPORTS if file.kind == kinds.PYTHON else _REQUIRES if file.kind in _MANIFESTS else None
    return pattern is not None and pattern.search(file.data) is not None


def _named_in(folder: str) -> Iterator[str]:
    return (f"{folder}/{name}" if folder else name for name in PYTHON_FILES)


def _upwards(folder: str, name: str) -> Iterator[str]:
    while folder:
        yield f"{folder}/{name}"
        folder = folder.rpartition("/")[0]
    yield name


def _workflows(project: Project) -> list[str]:
    folder = project.root / _WORKFLOWS
    return [f"{_WORKFLOWS}/{path.name}" for path in sorted(folder.glob("*.y*ml"))]
