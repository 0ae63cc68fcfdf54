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
    "azure-pipelines.yml", "bitbucket-pipelines.yml",
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
    found: set[str] = set()
    users = {file.path.rpartition("/")[0] for file in project.files if _uses_prefect(file)}
    for name in PYTHON_FILES:
        for folder in users:
            nearest = next((path for path in _upwards(folder, name) if project.exists(path)), None)
            found.update((nearest,) if nearest is not None else ())
    if users:
        found.update(_workflows(project))
    return sorted(path for path in found if project.covers(path))


def _uses_prefect(file: ProjectFile) -> bool:
    if file.data is None:
        return False
    pattern = _IMPORTS if file.kind == kinds.PYTHON else _REQUIRES if file.kind in _MANIFESTS else None
    return pattern is not None and pattern.search(file.data) is not None


def _upwards(folder: str, name: str) -> Iterator[str]:
    while folder:
        yield f"{folder}/{name}"
        folder = folder.rpartition("/")[0]
    yield name


def _workflows(project: Project) -> list[str]:
    folder = project.root / _WORKFLOWS
    return [f"{_WORKFLOWS}/{path.name}" for path in sorted(folder.glob("*.y*ml"))]
