from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import own_nodes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import FLOW
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule


class GeneratorFlow(Rule):
    """A flow with `yield` gives a generator

    Prefect 2 ran such a flow to its end and gave a list.  Prefect 3 gives a generator: nothing runs before somebody
    goes through it.

    It only reports, since the callers are the ones to change.
    """

    code = "PM409"
    name = "generator-flow"
    reads_cells = True
    examples = (
        Example("from prefect import flow\n\n\n@flow\ndef pages():\n    yield 1\n", others=ON_2),
        Example("from prefect import task\n\n\n@task\ndef pages():\n    yield 1\n", clean=True, others=ON_2),
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
            if not function.decorator_list or typer.decorated(function) != FLOW:
                continue
            found = next((node for node in own_nodes(function) if isinstance(node, (ast.Yield, ast.YieldFrom))), None)
            if found is not None and not is_served(context, file, found):
                what = f"`{function.name}` gives a generator in Prefect 3, where Prefect 2 gave a list"
                step = f"Call it as `list({function.name}(...))`, or return a list."
                yield self.finding(context, file.span(found), what, step, reason="its callers are the ones to change")
