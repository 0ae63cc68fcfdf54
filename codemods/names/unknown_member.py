from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.members import lost_members
from prefect_migrate.names.messages import version
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import members_of
from prefect_migrate.rules import Example, Rule


class UnknownMember(Rule):
    """A flow, a task, a state or a client has no such attribute

    The object is one of Prefect's for certain, and its class in the target has no such method or attribute: something
    of Prefect 1 (`flow.run()`, `flow.register()`), or made up.  The call fails with an AttributeError.

    It only reports, with a member that is spelled alike if there is one.
    """

    code = "PM322"
    name = "unknown-member"
    reads_cells = True
    examples = (
        Example("from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\netl.register(project_name='x')\n"),
        Example("from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\netl.mark = 1\nprint(etl.mark)\n", clean=True),
        Example("from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\netl.serve('x')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for lost in lost_members(context, file) if file is not None else ():
            if file is None or lost.fact is not None or is_served(context, file, lost.node):
                continue
            close = get_close_matches(lost.node.attr, members_of(lost.owner, context.target) or (), 1)
            step = f"`.{close[0]}` may be meant." if close else "Remove it, or look up what it was meant to be."
            message = f"`{lost.owner}` has no `{lost.node.attr}` in {version(context.target)}"
            yield self.finding(context, lost.span, message, step, reason="nothing tells what was meant")
