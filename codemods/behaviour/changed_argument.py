from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.mutation import changes_of
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import TASK
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule

_TASK = "from prefect import task\n\n\n@task\n"


class ChangedArgument(Rule):
    """A task changes a list or dict that it is given

    Prefect 2 gave each task run a copy of the collections among its arguments.  Prefect 3 gives the caller's own, and
    with `unmapped()` the same one to all runs: what a task adds or sets shows in the flow and in other runs.

    It only reports, where the parameter is annotated as a list, dict or set, or is changed by a method of lists.
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
            "from prefect import flow\n\n\n@flow\ndef add(rows: list):\n    rows.append(1)\n", clean=True, others=ON_2
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            if not function.decorator_list or typer.decorated(function) != TASK:
                continue
            for name, node in changes_of(function):
                if not is_served(context, file, node):
                    what = f"`{function.name}` changes `{name}`, which in Prefect 3 is the caller's own object"
                    step = f"Copy it first: `{name} = copy.deepcopy({name})`."
                    yield self.finding(context, file.span(node), what, step, reason="the caller may want the change")
