from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.rules import Example, PythonRule

_TYPE = "prefect-agent"


class AgentPoolType(PythonRule):
    """Python makes a work pool of the type for agents

    Prefect 3's server still takes a pool of type `prefect-agent`, and no worker can be started for it.  Found where
    the type is a keyword, a key of a request's body, or what a parameter is by default.  The fix makes it `process`,
    which is how agents ran flows without a block; it is for review, because only you know what its flows run on.
    """

    code = "PM205"
    name = "agent-pool-type"
    reads_cells = True
    examples = (
        Example(
            "from prefect.client.schemas.actions import WorkPoolCreate\n\n"
            "pool = WorkPoolCreate(name='etl', type='prefect-agent')\n",
            "from prefect.client.schemas.actions import WorkPoolCreate\n\n"
            "pool = WorkPoolCreate(name='etl', type='process')\n",
            unsafe=True,
        ),
        Example(
            'from prefect import get_client\n\n\nasync def make(name, type: str = "prefect-agent"): ...\n',
            'from prefect import get_client\n\n\nasync def make(name, type: str = "process"): ...\n',
            unsafe=True,
        ),
        Example("# Prefect 2\nbody = {'name': 'etl', 'type': 'prefect-agent'}\n"),
        Example("# Prefect 2\nKINDS = {'prefect-agent': {'type': 'prefect-agent'}}\n", clean=True),
        Example("# Prefect 2\ncontainer = {'name': 'prefect-agent'}\nrun(image='prefect-agent')\n", clean=True),
    )

    def visit_Call(self, node: ast.Call, context: FileContext) -> Iterator[Finding]:
        for keyword in node.keywords:
            yield from self._check(keyword.arg, keyword.value, context)

    def visit_Dict(self, node: ast.Dict, context: FileContext) -> Iterator[Finding]:
        if context.python is not None and _is_named(context.python.parents[node], node):
            return  # what a table of the types says of each
        for key, value in zip(node.keys, node.values, strict=True):
            yield from self._check(key.value if isinstance(key, ast.Constant) else None, value, context)

    def visit_FunctionDef(self, node: ast.FunctionDef, context: FileContext) -> Iterator[Finding]:
        yield from self._check_defaults(node.args, context)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef, context: FileContext) -> Iterator[Finding]:
        yield from self._check_defaults(node.args, context)

    def _check_defaults(self, arguments: ast.arguments, context: FileContext) -> Iterator[Finding]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
        for parameter, default in [*defaults, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
            yield from self._check(parameter.arg, default, context)

    def _check(self, name: object, value: ast.expr | None, context: FileContext) -> Iterator[Finding]:
        is_type = isinstance(name, str) and name.rpartition("_")[2] == "type"
        if not is_type or not isinstance(value, ast.Constant) or value.value != _TYPE or context.python is None:
            return
        start, end = context.python.span(value)
        source = context.python.text.text[start:end]
        fixed = source.replace(_TYPE, "process")
        yield self.finding(
            context, (start, end), f"`{_TYPE}` is the type of agents' work pools, which no worker polls",
            "Make it `process`, or the type of what the pool's flows run on.",
            fix=Fix("Make it process", lambda: Changes([Edit(start, end, fixed)])),
            applicability=Applicability.REVIEW, reason="nothing here tells what the pool's flows run on",
        )  # fmt: skip


def _is_named(outer: ast.AST, value: ast.Dict) -> bool:
    """Whether a dict has the type as the key of another one."""
    if not isinstance(outer, ast.Dict):
        return False
    keys = [key for key, item in zip(outer.keys, outer.values, strict=True) if item is value]
    return any(isinstance(key, ast.Constant) and key.value == _TYPE for key in keys)
