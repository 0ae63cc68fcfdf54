from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour.runs import function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix, ImportRequest
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW
from prefect_migrate.names.places import is_free
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import definition
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import prefect_calls

_SERVE = "prefect.flows.serve"
_FLOW = "\n\n\n@flow\ndef etl(): ...\n\n\nasync def main():\n    "


class ServeInLoop(Rule):
    """`serve` is called in a coroutine

    In Prefect 2 `serve(...)` and `flow.serve(...)` could be awaited.  In Prefect 3 they start a loop of their own, and
    raise a RuntimeError where one runs.  `await serve(...)` becomes `await aserve(...)`, where the target has it.

    It only reports `flow.serve(...)`.
    """

    code = "PM407"
    name = "serve-in-loop"
    reads_cells = True
    examples = (
        Example(
            f"from prefect import flow, serve{_FLOW}await serve(await etl.to_deployment('a'))\n",
            f"from prefect import aserve, flow{_FLOW}await aserve(await etl.to_deployment('a'))\n",
        ),
        Example(f"from prefect import flow, serve{_FLOW}await serve(await etl.to_deployment('a'))\n", target="3.0"),
        Example(f"from prefect import flow{_FLOW}await etl.serve('a')\n"),
        Example("from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\netl.serve('a')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "serve" not in file.text.text:
            return
        typer = typer_of(context, file)
        for call in prefect_calls(context.project, file, "serve"):
            if typer.callable_of(call.func) not in (_SERVE, f"{FLOW}.serve"):
                continue
            in_loop = isinstance(function_around(file, call), ast.AsyncFunctionDef)
            if in_loop and not is_served(context, file, call):
                yield self._finding(context, file, call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        span = file.span(call.func)
        what = f"`{file.source(call.func)}` can't run in a coroutine in Prefect 3"
        step = "Use `await aserve(await flow.to_deployment(...))`, or call it where no loop runs."
        if not _has_twin(context, file, call):
            reason = "nothing that can be awaited takes the same arguments"
            return self.finding(context, span, what, step, reason=reason)
        changes = Changes([Edit(*span, "aserve")], [ImportRequest("prefect", "aserve")])
        return self.finding(
            context, span, what, step, fix=Fix("Use aserve", lambda: changes),
            applicability=Applicability.SAFE, reason="it is the same function for coroutines",
        )  # fmt: skip


def _has_twin(context: FileContext, file: PythonFile, call: ast.Call) -> bool:
    """Whether it is an awaited `serve(...)`, and `aserve` can stand in its place."""
    named = isinstance(call.func, ast.Name) and call.func.id == "serve"
    known = definition("prefect.aserve", context.target) is not None
    return named and known and isinstance(file.parents[call], ast.Await) and is_free(file, "aserve", "prefect.aserve")
