from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.messages import version
from prefect_migrate.names.models import known_bases
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import lineage, signature
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

#: The only method that users write and Prefect calls with more than it did.
_METHOD = "prepare_for_flow_run"
_OWNER = "prefect.workers.base.BaseJobConfiguration"
_CLASS = "from prefect.workers.base import BaseJobConfiguration\n\n\nclass Configuration(BaseJobConfiguration):\n"


class OldOverride(Rule):
    """A worker's configuration overrides `prepare_for_flow_run` for fewer arguments than it gets

    From 3.2 on Prefect gives it the work pool and the worker's name, from 3.6 on the worker's id too.  One that takes
    the flow run, the deployment and the flow only is called a second time without them, with a deprecation warning:
    the labels and variables that tell of pool and worker are not there, and `worker.submit(flow)` fails with a
    TypeError.

    It only reports: what the method of yours does with them, and with the arguments of `super()`, is for you to say.
    """

    code = "PM318"
    name = "old-override"
    reads_cells = True
    examples = (
        Example(f"{_CLASS}    def prepare_for_flow_run(self, flow_run, deployment=None, flow=None): ...\n"),
        Example(
            f"{_CLASS}    def prepare_for_flow_run(self, flow_run, deployment=None, flow=None, **others): ...\n",
            clean=True,
        ),
        Example(
            "import prefect\n\n\nclass Configuration:\n    def prepare_for_flow_run(self, flow_run): ...\n", clean=True
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for node in file.functions if file is not None else ():
            if file is None or node.name != _METHOD or node.args.kwarg or not node.args.args:
                continue
            missing = _missing(context, file, node)
            if missing and not is_served(context, file, node):
                names = ", ".join(f"`{name}`" for name in missing)
                span = (file.span(node.args.args[0])[0], file.span(node.args.args[-1])[1])
                yield self.finding(
                    context, span, f"`{_METHOD}` does not take {names}, which {version(context.target)}"
                    " gives it", "Take them, with None for default, and hand them on to `super()`.",
                    reason="what it does with them is for you to say",
                )  # fmt: skip


def _missing(context: FileContext, file: PythonFile, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    owner = file.parents.get(node)
    if not isinstance(owner, ast.ClassDef) or not any(
        _OWNER in lineage(base.name, context.target) for base in known_bases(context, file, owner)
    ):
        return ()
    found = signature(f"{_OWNER}.{_METHOD}", context.target)
    taken = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return tuple(one for one in (found.positional if found else ()) if one not in taken | {"self"})
