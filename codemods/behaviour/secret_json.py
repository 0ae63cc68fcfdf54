from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.types import Typer
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force

_SECRET = "prefect.blocks.system.Secret"
_IMPORTS = "import json\n\nfrom prefect.blocks.system import Secret\n\n"


class SecretJson(Rule):
    """The JSON of a Secret is read a second time

    In Prefect 2 `Secret.get()` gave the text that was saved.  Prefect 3 reads a text that is JSON: `get()` gives a
    dict, a list or a number, and `json.loads` of that raises a TypeError.

    It only reports, since what is saved is on a server.
    """

    code = "PM410"
    name = "secret-json"
    reads_cells = True
    examples = (
        Example(f"{_IMPORTS}key = json.loads(Secret.load('key').get())\n", others=ON_2),
        Example(f"{_IMPORTS}found = Secret.load('key')\ntext = found.get()\nkey = json.loads(text)\n", others=ON_2),
        Example(f"{_IMPORTS}key = Secret.load('key').get()\nprint(json.dumps(key))\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "loads" not in file.text.text or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        for call in file.calls():
            meaning = file.meaning(call.func)
            reads = meaning is not None and meaning.name == "json.loads" and len(call.args) == 1
            if reads and _is_secret(file, typer, call.args[0]) and not is_served(context, file, call):
                what = "`get` of a Secret that holds JSON gives what it says in Prefect 3, no text"
                step = "Take what `get()` gives as it is; a check with `isinstance(value, str)` serves both versions."
                yield self.finding(context, file.span(call), what, step, reason="the Secret is on a server")


def _is_secret(file: PythonFile, typer: Typer, node: ast.expr) -> bool:
    """Whether it is what `get()` of a Secret gives, by a name too."""
    if isinstance(node, ast.Name):
        binding = binding_in_force(file, node)
        value = binding.value if binding is not None else None
        return value is not None and not isinstance(value, ast.Name) and _is_secret(file, typer, value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "get":
        return False
    return typer.type_of(node.func.value) == _SECRET
