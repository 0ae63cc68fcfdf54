from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import all_arguments
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule

_TASKS = frozenset({"prefect.tasks.task", "prefect.tasks.Task", "prefect.tasks.Task.with_options"})


class CachePolicyText(Rule):
    """A cache policy is given as a text

    `cache_policy=` wants an object such as `prefect.cache_policies.INPUTS`.  A text is taken without a word when
    the task is defined, but it is no policy: the runs of the task fail when Prefect asks it for its isolation level.

    It only reports, since the text does not tell which policy was meant.
    """

    code = "PM314"
    name = "cache-policy-text"
    reads_cells = True
    examples = (
        Example("from prefect import task\n\n\n@task(cache_policy='task_input_hash')\ndef load(): ...\n"),
        Example(
            "from prefect import task\nfrom prefect.cache_policies import INPUTS\n\n\n"
            "@task(cache_policy=INPUTS)\ndef load(): ...\n",
            clean=True,
        ),
        Example("from mine import task\n\n\n@task(cache_policy='prefect')\ndef load(): ...\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for argument in all_arguments(context, file) if file is not None else ():
            value = argument.value
            is_text = isinstance(value, ast.JoinedStr) or (
                isinstance(value, ast.Constant) and isinstance(value.value, str)
            )
            if file is None or argument.name != "cache_policy" or argument.called not in _TASKS or not is_text:
                continue
            if not is_served(context, file, argument.node):
                message = "`cache_policy=` is a text and no cache policy: the task fails when it runs"
                step = "Give a policy of `prefect.cache_policies`: `INPUTS` is what `task_input_hash` did."
                yield self.finding(context, file.span(argument.node), message, step, reason="a text is no policy")
