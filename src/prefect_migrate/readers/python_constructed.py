"""Reader: the flow of a `Deployment(...)` that is put together by hand, which names it by file and function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from prefect_migrate.plan.model import Flow
from prefect_migrate.project import Project
from prefect_migrate.readers.places import normal
from prefect_migrate.readers.python_flows import flow_of
from prefect_migrate.source.python import PythonFile


def place_of_flow(project: Project, script: str, path: object, entrypoint: str) -> tuple[str, str, Flow | None]:
    """(working directory, entrypoint, flow) of `path=` and `entrypoint=`; the flow is None if it is not found.

    Both are relative to a directory that only the server or the agent knows, so it is looked for around the script.
    """
    file, _, function = entrypoint.replace("\\", "/").removeprefix("./").rpartition(":")
    here = str(PurePosixPath(script).parent)
    for folder in _folders(here, path):
        found = normal(folder, file)
        if found is not None and project.has_python(found):
            return folder, f"{PurePosixPath(file)}:{function}", _flow(project, found, function)
    return here, f"{PurePosixPath(file)}:{function}", None


def _folders(here: str, path: object) -> Iterator[str]:
    """Where the entrypoint may begin: `path` below the script's directory or one above it, else that itself."""
    above = [here, *map(str, PurePosixPath(here).parents)] if here != "." else [here]
    text = path.replace("\\", "/").strip("/") if isinstance(path, str) else ""
    is_below = bool(text) and not (isinstance(path, str) and path.startswith(("/", "~")))
    last = PurePosixPath(text).name
    if is_below:
        yield from (folder for base in above if (folder := normal(base, text)) is not None)
    elif text:
        # A directory of somebody's machine, which has the name of one of the repository.
        yield from (folder for folder in above if PurePosixPath(folder).name == last)
    yield from above


def _flow(project: Project, path: str, function: str) -> Flow | None:
    file = project.python(path)
    for node in file.tree.body if file is not None else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
            assert file is not None
            return flow_of(project, file, node)
    return None


def loads_of(file: PythonFile, name: str, statements: list[ast.stmt], method: str = "load") -> Iterator[ast.stmt]:
    """The statements that are nothing but `deployment.load()`, which takes settings over from the server.

    With another `method`, those that call it without arguments.
    """
    for statement in statements:
        value = statement.value if isinstance(statement, ast.Expr) else None
        call = value.value if isinstance(value, ast.Await) else value
        function = call.func if isinstance(call, ast.Call) and not call.args and not call.keywords else None
        if isinstance(function, ast.Attribute) and function.attr == method:
            owner = function.value
            if isinstance(owner, ast.Name) and owner.id == name:
                yield statement
