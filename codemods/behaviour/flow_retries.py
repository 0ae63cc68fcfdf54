from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.caching import is_cached_anew, is_never_cached, keeps_results
from prefect_migrate.behaviour.runs import Function, child_calls, child_of
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASKS = "from prefect import flow, task\n\n\n@task{0}\ndef load(): ...\n\n\n@task{0}\ndef send(rows): ...\n\n\n"
_ETL = "def etl():\n    send(load())\n"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class FlowRetries(Rule):
    """A flow that is tried again runs all of its tasks again

    When a flow with `retries=` failed, Prefect 2 kept what its tasks and flows had completed, and ran only the others
    again.  Prefect 3 runs all of them again, but for tasks whose results are kept: with `persist_result=True` a task
    gives what it gave before.  It is cached by its inputs then, so that two calls with the same ones run once.

    It only reports, at `retries=`, where the flow has more than one run that may have completed, and names those that
    say nothing of results and caching themselves.
    """

    code = "PM419"
    name = "flow-retries"
    reads_cells = True
    examples = (
        Example(_TASKS.format("") + "@flow(retries=2)\n" + _ETL, others=ON_2),
        Example(_TASKS.format("") + "@flow(retries=2)\ndef etl():\n    load.map([1, 2]).wait()\n", others=ON_2),
        Example(_TASKS.format("(persist_result=True)") + "@flow(retries=2)\n" + _ETL, clean=True, others=ON_2),
        Example(_TASKS.format("") + "@flow(retries=0)\n" + _ETL, clean=True, others=ON_2),
        Example(_TASKS.format("") + "@flow(retries=2)\ndef etl():\n    return load()\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "retries" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            retries = _retries(function) if function.decorator_list and typer.decorated(function) == FLOW else None
            names = _run_again(context, file, typer, function) if retries is not None else []
            if retries is not None and names and not is_served(context, file, retries):
                listed = ", ".join(f"`{name}`" for name in names[:3]) + (" and others" if len(names) > 3 else "")
                yield self.finding(
                    context, file.span(retries),
                    f"When `{function.name}` is tried again, Prefect 3 runs {listed} again, completed or not",
                    "Give tasks that must not run twice `persist_result=True`, and no `refresh_cache` or `NO_CACHE`.",
                    reason="to run them again may do no harm",
                )  # fmt: skip


def _retries(function: Function) -> ast.keyword | None:
    """`retries=` of the decorator, if it may be more than none and the flow does not keep results for its tasks."""
    decorator = function.decorator_list[0]
    if not isinstance(decorator, ast.Call) or keeps_results(decorator):
        return None
    found = next((keyword for keyword in decorator.keywords if keyword.arg == "retries"), None)
    is_none = found is not None and isinstance(found.value, ast.Constant) and not found.value.value
    return None if is_none else found


def _run_again(context: FileContext, file: PythonFile, typer: Typer, function: Function) -> list[str]:
    """The tasks and flows that a flow calls and that nothing keeps the results of."""
    calls = child_calls(typer, function)
    if len(calls) == 1 and not _is_many(file, function, calls[0]) and _is_in(file, calls[0], function.body[-1]):
        return []
    children = [child_of(call) for call in calls]
    again = (one for one in children if is_cached_anew(context, file, one) or is_never_cached(context, file, one))
    return list(dict.fromkeys(map(file.source, again)))


def _is_many(file: PythonFile, function: Function, call: ast.Call) -> bool:
    """Whether a call is one of `map`, or stands in a loop."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "map":
        return True
    around = file.enclosing(call)
    return any(isinstance(outer, _LOOPS) and _is_in(file, outer, function) for outer in around)


def _is_in(file: PythonFile, node: ast.AST, outer: ast.AST) -> bool:
    return node is outer or outer in file.enclosing(node)
