"""Modules that load a block while they are imported, which `prefect deploy` can't do.

It reads a flow's file in an event loop, where `Block.load(...)` gives a coroutine.  What fails in the file itself it
passes over; what fails in a module that the file imports ends the command.  `prefect deployment build` of Prefect 2,
and scripts, import in a thread without a loop.  (All of it was run on 2.20.26 and 3.8.8.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.project import Project
from prefect_migrate.source.at_import import runs_at_import
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import imported_modules
from prefect_migrate.symbols import dotted


def load_at_import(project: Project, path: str) -> str | None:
    """`file:line` of a block that importing a flow's file loads, in another module of the repository, and makes use of.

    None where there is none.
    """
    seen, stack = {path}, [path]
    while stack:
        current = stack.pop()
        file = project.python(current)
        if file is None:
            continue
        if current != path and (load := next(_loads(project, file), None)) is not None:
            return f"{current}:{load.lineno}"
        for module in _imports(file):
            found = project.module_path(module, current)
            if found is not None and found not in seen:
                seen.add(found)
                stack.append(found)
    return None


def _imports(file: PythonFile) -> Iterator[str]:
    """The modules that are imported with the file."""
    statements: list[ast.Import | ast.ImportFrom] = file.of_types(ast.Import, ast.ImportFrom)
    for node in statements:
        if runs_at_import(file, node):
            yield from imported_modules(node, file.package)


def _loads(project: Project, file: PythonFile) -> Iterator[ast.Call]:
    if ".load(" not in file.text.text or "refect" not in file.text.text:
        return
    for call in file.calls():
        is_load = isinstance(call.func, ast.Attribute) and call.func.attr == "load"
        if is_load and runs_at_import(file, call) and _is_block(project, file, call.func) and _is_used(file, call):
            yield call


def _is_block(project: Project, file: PythonFile, function: ast.expr) -> bool:
    found = dotted(project, file, function)
    owner = found.name.rpartition(".")[0].rpartition(".")[2] if found is not None else ""
    return found is not None and found.name.startswith("prefect") and owner[:1].isupper()


def _is_used(file: PythonFile, value: ast.expr) -> bool:
    """Whether what is loaded is used while the module is imported, by its name too."""
    outer = file.parents[value]
    if isinstance(outer, (ast.Attribute, ast.keyword, ast.Subscript)) or (
        isinstance(outer, ast.Call) and value in outer.args
    ):
        return True
    if not isinstance(outer, ast.Assign):
        return False
    names = {target.id for target in outer.targets if isinstance(target, ast.Name)}
    reads = [read for name in names for read in file.named(name) if isinstance(read.ctx, ast.Load)]
    return any(runs_at_import(file, read) and not isinstance(file.parents[read], ast.Expr) for read in reads)
