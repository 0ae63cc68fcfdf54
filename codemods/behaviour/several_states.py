from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.outcomes import name_is_seen
from prefect_migrate.behaviour.runs import Function, function_around, own_nodes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, FUTURE, STATE
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

_SEVERAL = (f"list[{FUTURE}]", f"list[{STATE}]")
_FLOWS = (
    "from prefect import flow, task\n\n\n@task\ndef load(n):\n    return n\n\n\n"
    "@flow\ndef part():\n    return {0}\n\n\n@flow\ndef etl():\n    {1}\n"
)


class SeveralStates(Rule):
    """A flow that returns several runs raises nothing where it is called

    A flow that returns a list of futures or states, as `return load.map(rows)` does, fails if one of them has failed.
    In Prefect 2 whoever called it got that error.  In Prefect 3 the run is Failed, but the call gives the states: the
    flow around it goes on and may end as Completed, and a script ends well.

    `--unsafe` makes the call raise as it did: `part(return_state=True).result()`.  It only reports a call that is
    handed on before it is awaited, and one of a flow that is not async in a coroutine.
    """

    code = "PM423"
    name = "several-states"
    reads_cells = True
    examples = (
        Example(
            _FLOWS.format("load.map([1, 2])", "part()"),
            _FLOWS.format("load.map([1, 2])", "part(return_state=True).result()"),
            unsafe=True,
            others=ON_2,
        ),
        Example(
            _FLOWS.format("load.submit(1), load.submit(2)", "return part()").replace("def etl", "async def etl"),
            others=ON_2,
        ),
        Example(_FLOWS.format("load.submit(1)", "part()"), clean=True, others=ON_2),
        Example(_FLOWS.format("[load.submit(1), 2]", "part()"), clean=True, others=ON_2),
        Example(_FLOWS.format("load.map([1, 2])", "part(return_state=True)"), clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for call in file.calls():
            if typer.type_of(call.func) != FLOW or typer.type_of(call) == STATE:
                continue
            found = resolve(context.project, file, call.func)
            if isinstance(found, Definition) and _gives_several(context, found) and not is_served(context, file, call):
                yield self._finding(context, file, call, found.node)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call, flow: ast.AST) -> Finding:
        name = file.source(call.func)
        what = f"`{name}` returns several runs: if one failed, Prefect 3 gives them here, and Prefect 2 raised an error"
        step = f"Ask for its state, whose result raises the error: `{name}(..., return_state=True).result()`."
        reason = "to go on may be what is wanted"
        whole = _whole(file, call, is_async=isinstance(flow, ast.AsyncFunctionDef))
        if whole is None:
            return self.finding(context, file.span(call), what, step, reason=reason)
        return self.finding(
            context, file.span(call), what, step, fix=Fix("Raise its error", lambda: _changes(file, call, whole)),
            applicability=Applicability.REVIEW, reason=reason,
        )  # fmt: skip


def _gives_several(context: FileContext, found: Definition) -> bool:
    """Whether a flow returns a list of runs, none of which it would fail with before."""
    node, file = found.node, found.file
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    typer = Typer(context.project, file, context.target, exact=True)
    values = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return) and inner.value is not None]
    return any(_is_several(typer, value) and not _is_seen(context, file, value, node) for value in values)


def _is_several(typer: Typer, value: ast.expr) -> bool:
    if isinstance(value, (ast.List, ast.Tuple)) and value.elts:
        return all(typer.type_of(item) in (FUTURE, STATE) for item in value.elts)
    return typer.type_of(value) in _SEVERAL


def _is_seen(context: FileContext, file: PythonFile, value: ast.expr, flow: Function) -> bool:
    items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    return all(isinstance(one, ast.Name) and name_is_seen(context, file, one.id, flow, besides=one) for one in items)


def _whole(file: PythonFile, call: ast.Call, *, is_async: bool) -> ast.expr | None:
    """The call with its `await`; None if it can't be told what the caller does with it."""
    outer, function = file.parents[call], function_around(file, call)
    if any(keyword.arg in (None, "return_state") for keyword in call.keywords):
        return None
    if is_async:
        return outer if isinstance(outer, ast.Await) else None
    return None if isinstance(function, ast.AsyncFunctionDef) else call


def _changes(file: PythonFile, call: ast.Call, whole: ast.expr) -> Changes:
    # A scan must not pay for LibCST, which comes with this module.
    from prefect_migrate.changes.calls import CallEditor

    editor = CallEditor(file.source(call), newline=file.text.newline, width=10**6)
    editor.add("return_state", "True")
    text = editor.code(file.source(call.func))
    text = f"await (await {text}).result()" if isinstance(whole, ast.Await) else f"{text}.result()"
    return Changes([Edit(*file.span(whole), text)])
