from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import is_only_submitted, own_nodes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule


class GeneratorFlow(Rule):
    """A flow or task with `yield` gives a generator

    Prefect 2 ran it to its end and gave a list.  Prefect 3 gives a generator: nothing runs before somebody goes through
    it, and `return_state=True` gives no state.  `submit` gives a list in both, so a task that its file only submits or
    maps is left alone.

    It only reports, since the callers are the ones to change.
    """

    code = "PM409"
    name = "generator-flow"
    reads_cells = True
    examples = (
        Example("from prefect import flow\n\n\n@flow\ndef pages():\n    yield 1\n", others=ON_2),
        Example("from prefect import task\n\n\n@task\ndef pages():\n    yield 1\n\n\npages()\n", others=ON_2),
        Example(
            "from prefect import task\n\n\n@task\ndef pages():\n    yield 1\n\n\npages.submit()\n",
            clean=True,
            others=ON_2,
        ),
        Example(
            "from prefect import flow\n\n\n@flow\ndef pages():\n    def inner():\n        yield 1\n\n"
            "    return list(inner())\n",
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "yield" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for function in file.functions:
            kind = typer.decorated(function) if function.decorator_list else None
            if kind not in (FLOW, TASK) or (kind == TASK and is_only_submitted(file, function)):
                continue
            found = next((node for node in own_nodes(function) if isinstance(node, (ast.Yield, ast.YieldFrom))), None)
            if found is not None and not is_served(context, file, found):
                what = f"`{function.name}` gives a generator in Prefect 3, where Prefect 2 gave a list"
                step = f"Call it as `list({function.name}(...))`, or return a list."
                yield self.finding(context, file.span(found), what, step, reason="its callers are the ones to change")
