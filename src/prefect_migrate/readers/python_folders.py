"""Reader: the directory that Prefect 2 most likely ran a script in."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from prefect_migrate.project import Project
from prefect_migrate.readers.script_runs import script_runs
from prefect_migrate.source.python import PythonFile


def working_directory(project: Project, file: PythonFile, flow_path: str) -> str:
    """The directory, relative to the root, that Prefect 2 most likely ran the script in.

    Prefect 2 stores the flow's file relative to that directory, so it must hold both.  Building a deployment leaves a
    `.prefectignore` there; else the commands that run the script tell, and then its imports: the directory that the
    repository's own modules are found from.  Where they don't, it is the nearest that holds both.
    """
    nearest = PurePosixPath(file.path).parent
    while not PurePosixPath(flow_path).is_relative_to(nearest):
        nearest = nearest.parent
    marked = [folder for folder in (nearest, *nearest.parents) if project.exists(f"{folder}/.prefectignore")]
    bases = [PurePosixPath(base) for base in import_bases(project, file)]
    usable = [base for base in bases if nearest.is_relative_to(base)]
    if len(marked) == 1:
        return str(marked[0])
    run_in = [folder for folder in script_runs(project, file.path) if PurePosixPath(flow_path).is_relative_to(folder)]
    if run_in:
        usable = [base for base in usable if str(base) in run_in]
        nearest = PurePosixPath(run_in[0])
    return str(min(usable, key=lambda base: len(base.parts), default=nearest))


def directory_in_repository(flow_path: str, folder: str, first: str) -> str:
    """The directory that the script ran in, for a flow that is fetched from `folder` of the repository itself.

    Below that folder lies what Prefect 2 named from the script's directory, so both together must name the flow's
    file.  It is the `first` one where that is so, or where no directory makes it so.
    """
    found = [
        str(base)
        for base in PurePosixPath(flow_path).parents
        if PurePosixPath(folder, PurePosixPath(flow_path).relative_to(base)) == PurePosixPath(flow_path)
    ]
    return first if first in found or len(found) != 1 else found[0]


def import_bases(project: Project, file: PythonFile) -> set[str]:
    """The directories from which a file's imports of the repository's own modules are found."""
    bases: set[str | None] = set()
    for binding in file.scopes.import_bindings():
        node = binding.node
        if isinstance(node, ast.ImportFrom) and node.level:
            bases.add(_above_package(project, file, node.level))
        elif isinstance(node, ast.ImportFrom) and node.module:
            bases.add(_base_of(project, file, node.module))
        elif isinstance(node, ast.Import):
            bases |= {_base_of(project, file, alias.name) for alias in node.names}
    return {base for base in bases if base is not None}


def _base_of(project: Project, file: PythonFile, module: str) -> str | None:
    path = project.module_path(module, file.path)
    if path is None:
        return None
    pure = PurePosixPath(path)
    ups = len(module.split(".")) + (1 if pure.name == "__init__.py" else 0)
    return str(pure.parents[ups - 1])


def _above_package(project: Project, file: PythonFile, level: int) -> str | None:
    """The directory above the outermost package around a file that imports from its own package."""
    folder = PurePosixPath(file.path).parent
    for _ in range(level):
        if folder == PurePosixPath("."):
            return None
        folder = folder.parent
    while folder != PurePosixPath(".") and project.has_python(f"{folder}/__init__.py"):
        folder = folder.parent
    return str(folder)


def root_of(flow_path: str, file: str) -> str | None:
    """The directory in which the flow's file has a given name; None if that is another file."""
    if not file or f"/{flow_path}".endswith(f"/{file}"):
        return flow_path.removesuffix(file).rstrip("/") or "." if file else None
    return None
