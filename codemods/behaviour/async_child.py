from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.helpers import callers_of_helpers, is_at_top, is_run
from prefect_migrate.behaviour.runs import async_kind, function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, TASK
from prefect_migrate.names.problems import is_served
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_SHELL = "from prefect import flow\nfrom prefect_shell import shell_run_command\n\n\n@flow\ndef etl():\n"
_CHILD = "from prefect import flow, task\n\n\n@task\nasync def load():\n    return 1\n\n\n@flow\n"


class AsyncChild(Rule):
    """An async task or flow is called in a flow that is not async

    Prefect 2 ran it and gave its result.  Prefect 3 gives a coroutine, which nothing runs: no error, and no run.  Many
    tasks of the integrations are async: `shell_run_command`, `email_send_message`.

    A task becomes `task.submit(...).result()` with `--unsafe`, which waits for it and raises what it raises.  It only
    reports flows, and tasks in tasks: what is around them would have to become async.  So it does for calls in plain
    functions that a flow of the same file calls, and for tasks that the file calls outside of any flow.
    """

    code = "PM403"
    name = "async-child"
    reads_cells = True
    examples = (
        Example(
            f"{_CHILD}def etl():\n    load()\n",
            f"{_CHILD}def etl():\n    load.submit().result()\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"{_SHELL}    return shell_run_command(command='ls')\n",
            f"{_SHELL}    return shell_run_command.submit(command='ls').result()\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(
            f"{_CHILD}def etl():\n    load(return_state=True)\n",
            f"{_CHILD}def etl():\n    load.submit(return_state=True)\n",
            unsafe=True,
            others=ON_2,
        ),
        Example(f"{_CHILD}def etl():\n    load(**{{'return_state': True}})\n", others=ON_2),
        Example(f"{_CHILD}def etl():\n    helper()\n\n\ndef helper():\n    return load()\n", others=ON_2),
        Example(f"{_CHILD}async def etl():\n    await load()\n", clean=True, others=ON_2),
        Example(f"{_CHILD}def etl():\n    load.submit().result()\n", clean=True, others=ON_2),
        Example(f"import asyncio\n{_CHILD}def etl():\n    asyncio.run(load())\n", clean=True, others=ON_2),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not was_on_2(context.project, context.config):
            return
        typer = typer_of(context, file)
        hosts = {
            function: kind
            for function in file.of_type(ast.FunctionDef)
            if (kind := typer.decorated(function)) in (FLOW, TASK)
        }
        helpers = callers_of_helpers(file, hosts) if hosts else {}
        for call in file.calls():
            outer = function_around(file, call)
            is_alone = outer is None and not file.is_notebook and is_at_top(file, call)
            kind = async_kind(context, file, call.func) if is_alone or outer in hosts or outer in helpers else None
            if kind is None or (is_alone and kind == FLOW) or is_run(file, call) or is_served(context, file, call):
                continue
            yield self._finding(context, file, call, kind, hosts, helpers)

    def _finding(
        self, context: FileContext, file: PythonFile, call: ast.Call, kind: str,
        hosts: Mapping[ast.FunctionDef, str], helpers: Mapping[ast.FunctionDef, ast.FunctionDef],
    ) -> Finding:  # fmt: skip
        what, outer = f"`{file.source(call.func)}` is async: called", function_around(file, call)
        if not isinstance(outer, ast.FunctionDef):
            step = "Give it to `asyncio.run(...)`, or call it in a flow."
            return self.finding(
                context, file.span(call), f"{what} outside of a flow, Prefect 3 does not run it", step,
                reason="`asyncio.run` does not run inside a loop that runs already",
            )  # fmt: skip
        around = f", which `{helpers[outer].name}` calls" if outer in helpers else ""
        what = f"{what} in `{outer.name}`{around}, Prefect 3 does not run it"
        step = f"Make `{outer.name}` async and await it; a task may be submitted: `.submit(...).result()`."
        fix = _submitted(file, call) if kind == TASK and hosts.get(outer) == FLOW else None
        if fix is None:
            reason = "whoever calls the flow would have to await it as well"
            if around:
                reason = f"`{outer.name}` may be called outside of a flow as well"
            return self.finding(context, file.span(call), what, step, reason=reason)
        return self.finding(
            context, file.span(call), what, step, fix=fix,
            applicability=Applicability.REVIEW, reason="it runs beside the flow, which waits for it",
        )  # fmt: skip


def _submitted(file: PythonFile, call: ast.Call) -> Fix | None:
    """`task.submit(...).result()`; with `return_state=True`, the state that `submit` gives then."""
    (_, function), (_, end) = file.span(call.func), file.span(call)
    states = [keyword.value for keyword in call.keywords if keyword.arg in ("return_state", None)]
    gives_state = any(isinstance(value, ast.Constant) and value.value is True for value in states)
    if states and not gives_state:
        return None
    edits = [Edit(function, function, ".submit"), *([] if gives_state else [Edit(end, end, ".result()")])]
    return Fix("Submit it, and wait for it", lambda: Changes(edits))
