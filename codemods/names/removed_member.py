from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.members import LostMember, lost_members
from prefect_migrate.names.messages import parameter_step, version
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

#: Fields that hold the same as those in their place.
_SAME = {"infra_overrides": "job_variables"}


class RemovedMember(Rule):
    """A method or an attribute of an object is gone

    Found on objects whose class the code tells for certain: what `task.submit()`, `task.map()`, the client and other
    functions of Prefect's give, what `get_client()` opens, flows and tasks by their decorators, blocks, contexts and
    states, parameters that are annotated with a class of Prefect's, and what a class puts into attributes of `self`.
    `future.get_state()` becomes the property `future.state`, and `infra_overrides` of a deployment that the client
    reads `job_variables`.

    It only reports all others, with what takes their place.
    """

    code = "PM321"
    name = "removed-member"
    reads_cells = True
    examples = (
        Example(
            """\
            from prefect import flow, task


            @task
            def load():
                return 1


            @flow
            async def etl():
                future = load.submit()
                state = await future.get_state()
                return state
            """,
            """\
            from prefect import flow, task


            @task
            def load():
                return 1


            @flow
            async def etl():
                future = load.submit()
                state = future.state
                return state
            """,
        ),
        Example(
            "from prefect import get_client\n\n\nasync def f():\n    async with get_client() as client:\n"
            "        await client.read_flow_run_notification_policies(None)\n",
        ),
        Example("def f(future):\n    return future.get_state()  # of prefect\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for lost in lost_members(context, file) if file is not None else ():
            if file is not None and lost.fact is not None and not is_served(context, file, lost.node):
                yield self._finding(context, file, lost)

    def _finding(self, context: FileContext, file: PythonFile, lost: LostMember) -> Finding:
        assert lost.fact is not None
        message = f"`{lost.owner}` has no `{lost.node.attr}` in {version(context.target)}"
        step = parameter_step(lost.fact)
        edit = _state_edit(file, lost.node) if lost.fact.member == "get_state" else None
        if lost.fact.member in _SAME:
            rename = Edit(*lost.span, _SAME[lost.fact.member])
            return self.finding(
                context, lost.span, message, step, reason="it holds the same under its new name",
                fix=Fix(step.rstrip("."), lambda: Changes([rename])), applicability=Applicability.SAFE,
            )  # fmt: skip
        if edit is None:
            return self.finding(context, lost.span, message, step, reason="what takes its place is used in another way")
        return self.finding(
            context, lost.span, message, step, reason="the property gives the same state",
            fix=Fix("Use .state", lambda: Changes([edit])), applicability=Applicability.SAFE,
        )  # fmt: skip


def _state_edit(file: PythonFile, node: ast.Attribute) -> Edit | None:
    """`await future.get_state()` as `future.state`."""
    call = file.parents[node]
    if not isinstance(call, ast.Call) or call.func is not node or call.args:
        return None
    awaiting = file.parents[call]
    whole = awaiting if isinstance(awaiting, ast.Await) else call
    return Edit(*file.span(whole), f"{file.source(node.value)}.state")
