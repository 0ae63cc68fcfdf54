from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.caching import is_cached_anew, keeps_results
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

_TASK = "from prefect import flow, task\n\n\n@task{0}\ndef send(n):\n    print(n)\n\n\n"


class FlowCaching(Rule):
    """The tasks of a flow that keeps its results are cached in Prefect 3

    In Prefect 2 `persist_result=True` of a flow, or its `result_storage=` or `result_serializer=`, concerned the flow.
    In Prefect 3 the tasks and flows that it calls take it over, and what is kept is cached: a task that is called twice
    with the same inputs in one run of the flow runs once.

    It only reports, at the flow: a task that has to run every time wants `cache_policy=NO_CACHE`.  Tasks that say
    themselves whether they are kept or cached are left out.
    """

    code = "PM412"
    name = "flow-caching"
    reads_cells = True
    examples = (
        Example(_TASK.format("") + "@flow(persist_result=True)\ndef etl():\n    send(1)\n", others=ON_2),
        Example(
            _TASK.format("") + '@flow(result_serializer="json")\ndef etl():\n    send.submit(1).wait()\n', others=ON_2
        ),
        Example(
            _TASK.format("(persist_result=False)") + "@flow(persist_result=True)\ndef etl():\n    send(1)\n",
            clean=True,
            others=ON_2,
        ),
        Example(_TASK.format("") + "@flow\ndef etl():\n    send(1)\n", clean=True, others=ON_2),
        Example(_TASK.format("") + "@flow(persist_result=True)\ndef etl():\n    return 1\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "result" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if not function.decorator_list or typer.decorated(function) != FLOW:
                continue
            decorator = function.decorator_list[0]
            if not isinstance(decorator, ast.Call) or not keeps_results(decorator):
                continue
            names = _cached(context, file, typer, function)
            if names and not is_served(context, file, decorator):
                yield self._finding(context, file, decorator, function, names)

    def _finding(
        self, context: FileContext, file: PythonFile, decorator: ast.Call, function: Function, names: list[str]
    ) -> Finding:
        listed = ", ".join(f"`{name}`" for name in names[:3]) + (" and others" if len(names) > 3 else "")
        what = f"`{function.name}` keeps its results, so Prefect 3 keeps and caches what {listed} gave it as well"
        step = "Give the tasks that have to run every time `cache_policy=NO_CACHE` of `prefect.cache_policies`."
        return self.finding(context, file.span(decorator), what, step, reason="to run them once may be what is wanted")


def _cached(context: FileContext, file: PythonFile, typer: Typer, function: Function) -> list[str]:
    """The tasks and flows that a flow calls and that take its persistence over."""
    children = [child_of(call) for call in child_calls(typer, function)]
    names = [file.source(child) for child in children if is_cached_anew(context, file, child)]
    return list(dict.fromkeys(names))
