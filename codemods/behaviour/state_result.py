from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import function_around, outer_value
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import STATE
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASK = "from prefect import flow, task\n\n\n@task\ndef load():\n    return 1\n\n\n@flow\n"


class StateResult(Rule):
    """`state.result()` in a coroutine is not awaited

    In Prefect 2 `result` gave what the state held, whatever called it.  In Prefect 3 it gives a coroutine to code that
    is async, and has to be awaited there.
    """

    code = "PM406"
    name = "state-result"
    reads_cells = True
    examples = (
        Example(
            f"{_TASK}async def etl():\n    state = load(return_state=True)\n    return state.result()\n",
            f"{_TASK}async def etl():\n    state = load(return_state=True)\n    return await state.result()\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(f"{_TASK}def etl():\n    return load(return_state=True).result()\n", clean=True, others=ON_2),
        Example(
            f"{_TASK}async def etl():\n    return await load(return_state=True).result()\n", clean=True, others=ON_2
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or ".result" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for call in file.calls():
            function = call.func
            if not isinstance(function, ast.Attribute) or function.attr != "result":
                continue
            if typer.type_of(function.value) != STATE or not _runs_at_once(file, call):
                continue
            if not is_served(context, file, call):
                yield self._finding(context, file, call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        span = file.span(call)
        tight = isinstance(file.parents[call], (ast.Attribute, ast.Subscript))
        text = f"(await {file.source(call)})" if tight else f"await {file.source(call)}"
        return self.finding(
            context, span, "`result` of a state gives a coroutine here in Prefect 3", "Await it.",
            fix=Fix("Await it", lambda: Changes([Edit(*span, text)])), applicability=Applicability.REVIEW,
            reason="Prefect 2 may have given an object that stood for the result",
        )  # fmt: skip


def _runs_at_once(file: PythonFile, call: ast.Call) -> bool:
    """Whether the coroutine is made in async code, and not handed to something that may await it."""
    inside = any(isinstance(outer, (ast.Lambda, ast.GeneratorExp)) for outer in file.enclosing(call))
    whole = outer_value(file, call)
    handed_on = whole is not call or isinstance(file.parents[call], (ast.Call, ast.Await))
    return isinstance(function_around(file, call), ast.AsyncFunctionDef) and not inside and not handed_on
