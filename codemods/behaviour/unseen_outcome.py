from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.outcomes import outcome_is_seen
from prefect_migrate.behaviour.passed_over import is_passed_over, raises_here
from prefect_migrate.behaviour.runs import Function, is_child, own_nodes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, STATE
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASK = "from prefect import flow, task\n\n\n@task\ndef load():\n    return 1\n\n\n@flow\ndef etl():\n"


class UnseenOutcome(Rule):
    """A flow that returns nothing does not fail with a run that it starts

    In Prefect 2 a flow without a return value took its state from its task runs: one that failed made it fail.  In
    Prefect 3 only a returned value or a raised exception counts, so the flow is Completed though a submitted task, or
    one with `return_state=True`, has failed, or one whose error an `except` passes over.

    It only reports: whether a failure matters is the author's to say.
    """

    code = "PM404"
    name = "unseen-outcome"
    reads_cells = True
    examples = (
        Example(f"{_TASK}    load.submit()\n", others=ON_2),
        Example(f"{_TASK}    future = load.submit()\n    future.wait()\n", others=ON_2),
        Example(f"{_TASK}    state = load(return_state=True)\n    print(state.is_failed())\n", others=ON_2),
        Example(f"{_TASK}    state = load.submit().wait()\n    print(state.is_failed())\n", others=ON_2),
        Example(
            f"{_TASK}    if load.submit().wait().is_failed():\n        raise ValueError\n", clean=True, others=ON_2
        ),
        Example(f"{_TASK}    load.submit().result()\n", clean=True, others=ON_2),
        Example(f"{_TASK}    future = load.submit()\n    return future\n", clean=True, others=ON_2),
        Example(f"{_TASK}    try:\n        load()\n    except ValueError:\n        print('no')\n", others=ON_2),
        Example(f"{_TASK}    try:\n        load()\n    except ValueError:\n        raise\n", clean=True, others=ON_2),
        Example(f"{_TASK}    load()\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if function.decorator_list and typer.decorated(function) == FLOW and not _returns(function):
                yield from self._of_flow(context, file, typer, function)

    def _of_flow(self, context: FileContext, file: PythonFile, typer: Typer, function: Function) -> Iterator[Finding]:
        calls = [node for node in own_nodes(function) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            starts = is_child(typer, call) and (_is_submitted(call) or typer.type_of(call) == STATE)
            step = "Call `.result()` on it, or return it, if the flow has to fail with it."
            is_unseen = starts and not outcome_is_seen(context, file, call, function)
            if not is_unseen and is_child(typer, call) and raises_here(file, typer, call):
                step = "Raise the error once more, if the flow has to fail with it."
                is_unseen = is_passed_over(file, call, function)
            if is_unseen and not is_served(context, file, call):
                what = f"`{function.name}` returns nothing, so a failure of this run does not make it fail any more"
                reason = "a failure may be meant to be passed over"
                yield self.finding(context, file.span(call), what, step, reason=reason)


def _is_submitted(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("submit", "map")


def _returns(function: Function) -> bool:
    """Whether the flow gives a value, or is a generator."""
    for node in own_nodes(function):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        is_none = isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value is None
        if isinstance(node, ast.Return) and node.value is not None and not is_none:
            return True
    return False
