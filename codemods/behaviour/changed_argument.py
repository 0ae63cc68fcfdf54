from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.mutation import changes_of
from prefect_migrate.behaviour.runs import Function, function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_TASK = "from prefect import task\n\n\n@task\n"


class ChangedArgument(Rule):
    """A task or flow changes a list or dict that it is given

    Prefect 2 gave each task run a copy of the collections among its arguments.  Prefect 3 gives the caller's own, and
    with `unmapped()` the same one to all runs: what a task adds or sets shows in the flow and in other runs.

    It only reports, where the parameter is annotated as a list, dict or set, or is changed by a method of lists.  Of
    flows, a parameter with an annotation is copied in both; the others count where the file calls the flow.
    """

    code = "PM411"
    name = "changed-argument"
    reads_cells = True
    examples = (
        Example(f"{_TASK}def mark(row: dict):\n    row['done'] = True\n    return row\n", others=ON_2),
        Example(f"{_TASK}def add(rows):\n    rows.append(1)\n    return rows\n", others=ON_2),
        Example(
            f"{_TASK}def mark(row: dict):\n    row = dict(row)\n    row['done'] = True\n    return row\n",
            clean=True,
            others=ON_2,
        ),
        Example(f"{_TASK}def mark(frame):\n    frame['done'] = True\n    return frame\n", clean=True, others=ON_2),
        Example(
            "from prefect import flow\n\n\n@flow\ndef add(rows):\n    rows.append(1)\n\n\n@flow\ndef etl():\n"
            "    rows = []\n    add(rows)\n",
            others=ON_2,
        ),
        Example(
            "from prefect import flow\n\n\n@flow\ndef add(rows: list):\n    rows.append(1)\n", clean=True, others=ON_2
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            kind = typer.decorated(function) if function.decorator_list else None
            if kind not in (TASK, FLOW) or (kind == FLOW and not _is_called(file, function)):
                continue
            for name, node in changes_of(function):
                is_copied = kind == FLOW and _is_annotated(function, name)
                if not is_copied and not is_served(context, file, node):
                    what = f"`{function.name}` changes `{name}`, which in Prefect 3 is the caller's own object"
                    step = f"Copy it first: `{name} = copy.deepcopy({name})`."
                    yield self.finding(context, file.span(node), what, step, reason="the caller may want the change")


def _is_called(file: PythonFile, function: Function) -> bool:
    """Whether a function of the file calls a flow by its name."""
    calls = (call for call in file.calls() if isinstance(call.func, ast.Name) and call.func.id == function.name)
    return any(function_around(file, call) is not None for call in calls)


def _is_annotated(function: Function, name: str) -> bool:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return any(argument.arg == name and argument.annotation is not None for argument in arguments)
