from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour.gathering import Gathering, gatherings
from prefect_migrate.behaviour.runs import is_future, runs_in, without_await
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_ASYNC = "from prefect import flow, task\n\n\n@task\nasync def load(n):\n    return n\n\n\n@flow\nasync def etl():\n"


class AwaitedFuture(Rule):
    """A submitted task, or its future, is awaited

    In Prefect 2 `submit` and `map` of an async task, and `result` and `wait` of its future, were coroutines.  In
    Prefect 3 they are plain calls for every task, and `await` on what they give raises a TypeError; so does
    `asyncio.gather` over them.  The `await` goes; `gather` becomes the list that it gave.

    It only reports what hands them to asyncio in other ways, such as `create_task` and `wait_for`.
    """

    code = "PM401"
    name = "awaited-future"
    reads_cells = True
    examples = (
        Example(
            f"{_ASYNC}    future = await load.submit(1)\n    return await future.result()\n",
            f"{_ASYNC}    future = load.submit(1)\n    return future.result()\n",
        ),
        Example(
            f"import asyncio\n\n{_ASYNC}    return await asyncio.gather(*[load.submit(n) for n in range(3)])\n",
            f"{_ASYNC}    return [load.submit(n) for n in range(3)]\n",
        ),
        Example(f"import asyncio\n\n{_ASYNC}    return await asyncio.wait_for(load.submit(1), 5)\n"),
        Example(f"import asyncio\n\n{_ASYNC}    return await asyncio.gather(load(1), load(2))\n", clean=True),
        Example("from prefect import flow\n\n\nasync def f(pool):\n    await pool.submit(1)\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None:
            return
        for call, kind in runs_in(context, file):
            parent = file.parents[call]
            if isinstance(parent, ast.Await) and not is_served(context, file, call):
                what = f"`{kind}` gives nothing to await in Prefect 3"
                yield self._fixed(context, file.span(parent), what, [without_await(file, parent)])
        for node in file.of_type(ast.Await):
            if is_future(context, file, node.value) and not is_served(context, file, node):
                what = f"`{file.source(node.value)}` is a future at once in Prefect 3, and can't be awaited"
                yield self._fixed(context, file.span(node), what, [without_await(file, node)])
        for gathering in gatherings(context, file):
            if not is_served(context, file, gathering.call):
                yield self._of_gathering(context, file, gathering)

    def _of_gathering(self, context: FileContext, file: PythonFile, gathering: Gathering) -> Finding:
        what = f"`{gathering.name}` gets what is no coroutine in Prefect 3"
        if gathering.replacement is not None:
            span = file.span(gathering.whole)
            return self._fixed(context, span, what, [Edit(*span, gathering.replacement)])
        step = "Call it without asyncio: the task runs already, and `.result(timeout=...)` waits for it."
        reason = "what asyncio adds has no counterpart that keeps its form"
        return self.finding(context, file.span(gathering.call), what, step, reason=reason)

    def _fixed(self, context: FileContext, span: tuple[int, int], what: str, edits: list[Edit]) -> Finding:
        return self.finding(
            context, span, what, "Take the `await` away: the call waits itself, or gives the future at once.",
            fix=Fix("Don't await it", lambda: Changes(edits)), applicability=Applicability.SAFE,
            reason="the code tells that it is a task, or a future of one",
        )  # fmt: skip
