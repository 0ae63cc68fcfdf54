from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.strings import last_name
from prefect_migrate.names.types import FLOW, TASK
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

#: What runs a coroutine that it is given.
_RUNNERS = frozenset({"run", "run_until_complete", "run_coroutine_threadsafe", "run_coro_as_sync", "async_to_sync"})
_CHILD = "from prefect import flow, task\n\n\n@task\nasync def load():\n    return 1\n\n\n@flow\n"


class AsyncChild(Rule):
    """An async task or flow is called in a flow that is not async

    Prefect 2 ran it and gave its result.  Prefect 3 gives a coroutine, which nothing runs: no error, and no run.

    It only reports, since the flow and all that call it would become async.
    """

    code = "PM403"
    name = "async-child"
    reads_cells = True
    examples = (
        Example(f"{_CHILD}def etl():\n    load()\n", others=ON_2),
        Example(f"{_CHILD}async def etl():\n    await load()\n", clean=True, others=ON_2),
        Example(f"{_CHILD}def etl():\n    load.submit().result()\n", clean=True, others=ON_2),
        Example(f"import asyncio\n{_CHILD}def etl():\n    asyncio.run(load())\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        hosts = {function for function in file.of_type(ast.FunctionDef) if typer.decorated(function) in (FLOW, TASK)}
        for call in file.calls() if hosts else ():
            outer = function_around(file, call)
            if not isinstance(outer, ast.FunctionDef) or outer not in hosts:
                continue
            kind = typer.type_of(call.func)
            if kind not in (FLOW, TASK) or not _is_async(context, file, call.func) or _is_run(file, call):
                continue
            if not is_served(context, file, call):
                what = f"`{file.source(call.func)}` is async: called in `{outer.name}`, Prefect 3 does not run it"
                step = f"Make `{outer.name}` async and await it; a task may be submitted: `.submit(...).result()`."
                reason = "whoever calls the flow would have to await it as well"
                yield self.finding(context, file.span(call), what, step, reason=reason)


def _is_async(context: FileContext, file: PythonFile, function: ast.expr) -> bool:
    found = resolve(context.project, file, function)
    return isinstance(found, Definition) and isinstance(found.node, ast.AsyncFunctionDef)


def _is_run(file: PythonFile, call: ast.Call) -> bool:
    parent = file.parents[call]
    return isinstance(parent, ast.Await) or (isinstance(parent, ast.Call) and last_name(parent.func) in _RUNNERS)
