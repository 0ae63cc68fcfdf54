from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.syntax import stands_loose

_GET = frozenset({"prefect.variables.Variable.get", "prefect.variables.Variable.aget"})
_IMPORT = "from prefect.variables import Variable\n\n"
_FIELDS = frozenset({"value", "tags", "id", "created", "updated"})


class VariableValue(Rule):
    """`Variable.get` gives the value itself

    In Prefect 2 it gave a variable, with the text in `.value`.  In Prefect 3 it gives the bare value, and `.value`
    raises an AttributeError; so do `.tags` and other fields, which it only reports.
    """

    code = "PM405"
    name = "variable-value"
    reads_cells = True
    examples = (
        Example(
            f'{_IMPORT}url = Variable.get("url").value\n',
            f'{_IMPORT}url = Variable.get("url")\n',
        ),
        Example(
            f'{_IMPORT}\nasync def f():\n    return (await Variable.get("url")).value\n',
            f'{_IMPORT}\nasync def f():\n    return await Variable.get("url")\n',
        ),
        Example(
            f'{_IMPORT}found = Variable.get("url")\nprint(found.value)\n',
            f'{_IMPORT}found = Variable.get("url")\nprint(found)\n',
        ),
        Example(f'{_IMPORT}print(Variable.get("url").tags)\n'),
        Example(f'{_IMPORT}print(Variable.get("url").lower())\n', clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "Variable" not in file.text.text:
            return
        typer = typer_of(context, file)
        for node in file.of_type(ast.Attribute):
            is_field = node.attr in _FIELDS and isinstance(node.ctx, ast.Load)
            if is_field and _is_variable(file, typer, node.value) and not is_served(context, file, node):
                yield self._finding(context, file, node)

    def _finding(self, context: FileContext, file: PythonFile, node: ast.Attribute) -> Finding:
        span = file.span(node)
        what = f"`Variable.get` gives the value itself in Prefect 3, which has no `{node.attr}`"
        if node.attr != "value" or "#" in file.text.text[file.span(node.value)[1] : span[1]]:
            step = "Read the variable with `get_client().read_variable_by_name(...)`, if you need more than its value."
            return self.finding(context, span, what, step, reason="only the value is there")
        edit = Edit(file.span(node.value)[1], span[1], "")
        if isinstance(node.value, ast.Await):
            edit = _bare(file, node, node.value)
        return self.finding(
            context, span, what, "Leave `.value` out.", fix=Fix("Leave .value out", lambda: Changes([edit])),
            applicability=Applicability.SAFE, reason="the value is what `.value` was",
        )  # fmt: skip


def _bare(file: PythonFile, node: ast.Attribute, awaiting: ast.Await) -> Edit:
    """`(await x).value` as `await x`, its parentheses only where something is done with it."""
    inner = file.source(awaiting)
    return Edit(*file.span(node), inner if stands_loose(file.parents, node) else f"({inner})")


def _is_variable(file: PythonFile, typer: Typer, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        binding = binding_in_force(file, node)
        value = binding.value if binding is not None else None
        return value is not None and not isinstance(value, ast.Name) and _is_variable(file, typer, value)
    inner = node.value if isinstance(node, ast.Await) else node
    return isinstance(inner, ast.Call) and typer.callable_of(inner.func) in _GET
