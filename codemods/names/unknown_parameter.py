from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import all_arguments, unknown
from prefect_migrate.names.messages import version
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule


class UnknownParameter(Rule):
    """Prefect takes no such keyword

    The function, method or class is there, but the target's signature has no such parameter: something of Prefect 1,
    of an early Prefect 3, or made up.  It raises a TypeError; a filter drops it without a word, and lets everything
    through.  Looked up in the signatures of what the target really has; callables with `**kwargs` take anything and are
    never reported, nor are pydantic models but filters, requests to the server, schedules and serializers.

    It only reports, with a parameter that is spelled alike if there is one.
    """

    code = "PM312"
    name = "unknown-parameter"
    reads_cells = True
    examples = (
        Example(
            "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n"
            "etl.deploy('nightly', work_pool_name='p', cron='0 3 * * *', timezone='UTC')\n"
        ),
        Example("from prefect import task\n\n\n@task(max_retries=3)\ndef load(): ...\n"),
        Example("from prefect.client.schemas.filters import FlowFilterName\n\nFlowFilterName(any=['etl'])\n"),
        Example("from prefect import task\n\n\n@task\ndef load(): ...\n\n\nload(max_retries=1)\n", clean=True),
        Example("from prefect import get_client\n\nget_client(_sync=True)\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None:
            return
        for argument in all_arguments(context, file):
            found = unknown(argument, context.target)
            if found is None or is_served(context, file, argument.node):
                continue
            names = [parameter.name for parameter in found.parameters if parameter.kind in ("", "k")]
            close = get_close_matches(argument.name, names, 1)
            step = f"`{close[0]}=` may be meant." if close else "Leave it out, or look up what it was meant to do."
            message = f"`{argument.called}` has no parameter `{argument.name}` in {version(context.target)}"
            yield self.finding(context, file.span(argument.node), message, step, reason="nothing tells what was meant")
