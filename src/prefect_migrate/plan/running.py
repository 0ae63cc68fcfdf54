"""Which statements run, once, whenever a script does."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from prefect_migrate.project import Project
from prefect_migrate.readers.python_trail import calls_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.symbols import dotted

_MAX_DEPTH = 5
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")


def runs_with_the_script(project: Project, file: PythonFile, statement: ast.stmt, depth: int = 0) -> bool:
    """Whether a statement stands at the module's top, right under `if __name__ == "__main__":`, or in a function that
    is called from there and nowhere else."""
    parent = file.parents[statement]
    if isinstance(parent, ast.If) and is_main_guard(parent):
        return statement in parent.body and isinstance(file.parents[parent], ast.Module)
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and depth < _MAX_DEPTH:
        call = _only_call(project, file, parent) if _runs_through(parent, statement) else None
        return call is not None and runs_with_the_script(project, file, file.statement_of(call), depth + 1)
    return isinstance(parent, ast.Module)


def _only_call(project: Project, file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | None:
    """The one place that uses a function: `deploy()` as a statement of the same file, `asyncio.run(deploy())` or
    `await deploy()` of a coroutine."""
    if not isinstance(file.parents[function], ast.Module) or function.decorator_list:
        return None
    calls = list(calls_of(project, file, function))
    if len(calls) != 1 or calls[0][0] is not file:
        return None
    call = calls[0][1]
    reads = [node for node in file.named(function.name) if isinstance(node.ctx, ast.Load)]
    runner = _runner(project, file, call) if isinstance(function, ast.AsyncFunctionDef) else call
    is_statement = runner is not None and isinstance(file.parents[runner], ast.Expr) and reads == [call.func]
    return call if is_statement and not call.args and not call.keywords else None


def _runner(project: Project, file: PythonFile, call: ast.Call) -> ast.expr | None:
    """What runs the coroutine that a call gives."""
    outer = file.parents[call]
    if isinstance(outer, ast.Await):
        return outer
    if not isinstance(outer, ast.Call) or outer.args != [call] or outer.keywords:
        return None
    meaning = dotted(project, file, outer.func)
    return outer if meaning is not None and meaning.name == "asyncio.run" and not meaning.guard else None


def _runs_through(function: ast.FunctionDef | ast.AsyncFunctionDef, statement: ast.stmt) -> bool:
    """Whether the function comes to the statement: nothing before it ends it, and it is no generator."""
    before = function.body[: function.body.index(statement)]
    ends = (ast.Return, ast.Raise, ast.Assert)
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function)):
        return False
    return not any(isinstance(node, ends) for inner in before for node in ast.walk(inner))


def is_entry_point(project: Project, file: PythonFile, name: str) -> bool:
    """Whether a manifest may name a function of the file as a command: `deploy = "package.deploying:main"`."""
    folders = PurePosixPath(file.path).parents
    texts = (project.text((folder / manifest).as_posix()) for folder in folders for manifest in _MANIFESTS)
    return any(text is not None and f":{name}" in text.text.replace(": ", ":") for text in texts)
