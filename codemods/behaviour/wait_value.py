from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import is_dropped, runs_in
from prefect_migrate.behaviour.waiting import has_state, reads_state, state_changes
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_FLOW = "from prefect import flow, task\n\n\n@task\ndef load():\n    return 1\n\n\n@flow\ndef etl():\n"


class WaitValue(Rule):
    """The value of `future.wait()` is used

    In Prefect 2 `wait` gave the final state, or None after its timeout.  In Prefect 3 it gives None every time, and
    `if future.wait():` is silently false.  `future.wait()` stays, and `future.state` is read after it;
    `task.submit().wait()` becomes `task.submit(return_state=True)`.  With a timeout the state may not be final, so
    that wants review.

    It only reports where the future has no name.
    """

    code = "PM402"
    name = "wait-value"
    reads_cells = True
    examples = (
        Example(
            f"{_FLOW}    future = load.submit()\n    state = future.wait()\n    return state\n",
            f"{_FLOW}    future = load.submit()\n    future.wait()\n    state = future.state\n    return state\n",
            others=ON_2,
        ),
        Example(
            f"{_FLOW}    futures = [load.submit() for _ in range(3)]\n    return [one.wait() for one in futures]\n",
            f"{_FLOW}    futures = [load.submit() for _ in range(3)]\n"
            "    return [one.wait() or one.state for one in futures]\n",
            others=ON_2,
        ),
        Example(
            f"{_FLOW}    return load.submit().wait()\n",
            f"{_FLOW}    return load.submit(return_state=True)\n",
            others=ON_2,
        ),
        Example(
            f"{_FLOW}    future = load.submit()\n    return bool(future.wait(5))\n",
            f"{_FLOW}    future = load.submit()\n    return bool(future.wait(5) or future.state)\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(f"{_FLOW}    return load.map()[0].wait()\n", others=ON_2),
        Example(
            f"{_FLOW}    one = load.submit()\n    one.wait()\n    [one.wait() for one in [one]]\n",
            clean=True,
            others=ON_2,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or ".wait" not in file.text.text or not was_on_2(context.project, context.config):
            return
        for call, kind in runs_in(context, file):
            if kind != "wait" or is_dropped(file, call) or reads_state(file, call):
                continue
            if not is_served(context, file, call):
                yield self._finding(context, file, call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        span = file.span(call)
        what, step = "`wait` gives no state in Prefect 3, but None", "Call `wait()`, then read `.state` of the future."
        if not has_state(call):
            return self.finding(context, span, what, step, reason="the future has no name to read the state from")
        timed = bool(call.args or call.keywords)
        return self.finding(
            context, span, what, step, fix=Fix("Read the state", lambda: state_changes(file, call)),
            applicability=Applicability.REVIEW if timed else Applicability.SAFE,
            reason="after a timeout there was no state in Prefect 2" if timed else "the state is final after `wait()`",
        )  # fmt: skip
