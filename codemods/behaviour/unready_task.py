from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.outcomes import name_is_seen
from prefect_migrate.behaviour.runs import function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FUTURE, STATE, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_UPSTREAM = (FUTURE, STATE, f"list[{FUTURE}]", f"list[{STATE}]", f"dict[{FUTURE}]")
_TASKS = (
    "from prefect import allow_failure, flow, task\n\n\n@task\ndef load(x=0):\n    return x\n\n\n@flow\ndef etl():\n"
)


class UnreadyTask(Rule):
    """A task that is called gives None if a run that it needs has failed

    `load(future)` and `load(wait_for=[future])` wait for that run.  If it fails, the task does not run: Prefect 2
    raised `UnfinishedRun` there, and the flow failed.  In Prefect 3 the call gives None and the flow goes on, so it may
    end as Completed.  `load.submit(future).result()` raises in both, and calls of flows do as well.

    It only reports, and says nothing where the flow takes the result of that run itself, or allows its failure.
    """

    code = "PM415"
    name = "unready-task"
    reads_cells = True
    examples = (
        Example(f"{_TASKS}    future = load.submit(1)\n    return load(future)\n", others=ON_2),
        Example(f"{_TASKS}    future = load.submit(1)\n    load(2, wait_for=[future])\n", others=ON_2),
        Example(f"{_TASKS}    futures = load.map([1, 2])\n    return load(x=futures)\n", others=ON_2),
        Example(f"{_TASKS}    state = load(1, return_state=True)\n    return load(state)\n", others=ON_2),
        Example(
            f"{_TASKS}    future = load.submit(1)\n    future.result()\n    return load(future)\n",
            clean=True,
            others=ON_2,
        ),
        Example(
            f"{_TASKS}    future = load.submit(1)\n    return load(allow_failure(future))\n", clean=True, others=ON_2
        ),
        Example(f"{_TASKS}    return load.submit(load.submit(1)).result()\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = Typer(context.project, file, context.target, exact=True)
        for call in _calls_of_tasks(context, file):
            if typer.type_of(call.func) != TASK or typer.type_of(call) == STATE:
                continue
            needed = next(_needed(context, file, typer, call), None)
            if needed is not None and not is_served(context, file, call):
                what = (
                    f"Prefect 3 gives None here if the run of `{file.source(needed)}` fails; Prefect 2 raised an error"
                )
                step = "Take its `.result()`, or write `.submit(...).result()`, if the flow has to fail with it."
                yield self.finding(
                    context, file.span(call), what, step, reason="a failure may be meant to be passed over"
                )


def _calls_of_tasks(context: FileContext, file: PythonFile) -> Iterator[ast.Call]:
    """Those that may be, told by the types that all rules share."""
    typer = typer_of(context, file)
    return (call for call in file.calls() if (call.args or call.keywords) and typer.type_of(call.func) == TASK)


def _needed(context: FileContext, file: PythonFile, typer: Typer, call: ast.Call) -> Iterator[ast.expr]:
    """What the task waits for, of which nothing else in the function would raise the failure."""
    function = function_around(file, call)
    for value in _parts([*call.args, *(keyword.value for keyword in call.keywords)]):
        if typer.type_of(value) in _UPSTREAM:
            is_seen = isinstance(value, ast.Name) and function and name_is_seen(context, file, value.id, function)
            if not is_seen:
                yield value


def _parts(values: list[ast.expr]) -> Iterator[ast.expr]:
    """The values, and in their place the items of lists and dicts that are written out."""
    for value in values:
        if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            yield from _parts(value.elts)
        elif isinstance(value, ast.Dict):
            yield from _parts(value.values)
        else:
            yield value
