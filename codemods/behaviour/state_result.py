from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import function_around, outer_value
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import STATE
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASK = "from prefect import flow, task\n\n\n@task\ndef load():\n    return 1\n\n\n@flow\n"


class StateResult(Rule):
    """`state.result()` in a coroutine is not awaited

    In Prefect 2 `result` gave what the state held, whatever called it.  In Prefect 3 it gives a coroutine to code that
    is async, and has to be awaited there.  It gives the value itself then: `await state.result().get()`, which asked
    the object that stood for the value, becomes `await state.result()`.
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
        Example(
            f"{_TASK}async def etl():\n    state = load(return_state=True)\n    return await state.result().get()\n",
            f"{_TASK}async def etl():\n    state = load(return_state=True)\n    return await state.result()\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"{_TASK}async def etl():\n    state = load(return_state=True)\n    return state.result().get()\n",
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
        span, get = file.span(call), _get(file, call)
        what = "`result` of a state gives a coroutine here in Prefect 3"
        if get is not None and not isinstance(file.parents[get], ast.Await):
            step = "Await it, and leave out `.get()`: it gives the value itself."
            return self.finding(context, span, what, step, reason="what is done with `.get()` is not seen here")
        tight = isinstance(file.parents[call], (ast.Attribute, ast.Subscript))
        text = f"(await {file.source(call)})" if tight else f"await {file.source(call)}"
        edit = Edit(*span, text) if get is None else Edit(span[1], file.span(get)[1], "")
        return self.finding(
            context, span, what, "Await it." if get is None else "Leave out `.get()`: what is awaited is the value.",
            fix=Fix("Await it", lambda: Changes([edit])), applicability=Applicability.REVIEW,
            reason="Prefect 2 may have given an object that stood for the result",
        )  # fmt: skip


def _get(file: PythonFile, call: ast.Call) -> ast.Call | None:
    """The `.get()` that asks for the value of what a call gives."""
    attribute = file.parents[call]
    get = file.parents[attribute] if isinstance(attribute, ast.Attribute) and attribute.attr == "get" else None
    return get if isinstance(get, ast.Call) and get.func is attribute and not (get.args or get.keywords) else None


def _runs_at_once(file: PythonFile, call: ast.Call) -> bool:
    """Whether the coroutine is made in async code, and not handed to something that may await it."""
    inside = any(isinstance(outer, (ast.Lambda, ast.GeneratorExp)) for outer in file.enclosing(call))
    whole = outer_value(file, call)
    handed_on = whole is not call or isinstance(file.parents[call], (ast.Call, ast.Await))
    return isinstance(function_around(file, call), ast.AsyncFunctionDef) and not inside and not handed_on
