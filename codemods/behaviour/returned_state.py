from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import Function, is_only_submitted, own_nodes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import STATE, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule

_TASK = "from prefect import flow, task\nfrom prefect.states import Completed, Failed\n\n\n@task\ndef check(n):\n"
_FLOW = "\n\n@flow\ndef etl():\n    "


class ReturnedState(Rule):
    """A task that returns a state gives the state when it is called

    Where a task returned `Failed(...)`, calling it raised an error in Prefect 2, and where it returned
    `Completed(data=5)`, it gave 5.  In Prefect 3 the call gives the state: a flow goes on after a task that failed, and
    computes with a state in the place of a value.  `submit` and `.result()` do as before, as flows do; so a task that
    its file only submits or maps is left alone.

    It only reports: return the value, and raise an error, or have callers look at the state.
    """

    code = "PM420"
    name = "returned-state"
    reads_cells = True
    examples = (
        Example(f"{_TASK}    if n:\n        return Failed(message='no')\n{_FLOW}check(1)\n", others=ON_2),
        Example(f"{_TASK}    return Completed(data=n)\n{_FLOW}return check(1) + 1\n", others=ON_2),
        Example(f"{_TASK}    return Completed(data=n)\n{_FLOW}check.submit(1).result()\n", clean=True, others=ON_2),
        Example(
            "from prefect import flow\nfrom prefect.states import Failed\n\n\n@flow\ndef etl():\n"
            "    return Failed(message='no')\n",
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "return" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if not function.decorator_list or typer.decorated(function) != TASK or is_only_submitted(file, function):
                continue
            for returned in _states(typer, function):
                if not is_served(context, file, returned):
                    yield self.finding(
                        context, file.span(returned),
                        f"A call of `{function.name}` gives this state in Prefect 3, and no value or error",
                        "Return the value and raise an error, or look at the state where the task is called.",
                        reason="its callers may have to change",
                    )  # fmt: skip


def _states(typer: Typer, function: Function) -> list[ast.expr]:
    returned = [node.value for node in own_nodes(function) if isinstance(node, ast.Return) and node.value is not None]
    states = [value for value in returned if typer.type_of(value) == STATE]
    return sorted(states, key=lambda value: (value.lineno, value.col_offset))
