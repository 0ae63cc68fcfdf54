from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.behaviour import ON_2
from prefect_migrate.behaviour.runs import async_kind, function_around
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.problems import is_served
from prefect_migrate.names.strings import last_name
from prefect_migrate.names.types import FLOW, TASK
from prefect_migrate.pins.survey import was_on_2
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

#: What runs a coroutine that it is given.
_RUNNERS = frozenset({"run", "run_until_complete", "run_coroutine_threadsafe", "run_coro_as_sync", "async_to_sync"})
_SHELL = "from prefect import flow\nfrom prefect_shell import shell_run_command\n\n\n@flow\ndef etl():\n"
_CHILD = "from prefect import flow, task\n\n\n@task\nasync def load():\n    return 1\n\n\n@flow\n"


class AsyncChild(Rule):
    """An async task or flow is called in a flow that is not async

    Prefect 2 ran it and gave its result.  Prefect 3 gives a coroutine, which nothing runs: no error, and no run.  Many
    tasks of the integrations are async: `shell_run_command`, `email_send_message`.

    A task becomes `task.submit(...).result()` with `--unsafe`, which waits for it and raises what it raises.  It only
    reports flows, and tasks in tasks: what is around them would have to become async.
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
        for call in file.calls() if hosts else ():
            outer = function_around(file, call)
            kind = async_kind(context, file, call.func) if outer in hosts else None
            if kind is None or _is_run(file, call) or is_served(context, file, call):
                continue
            assert isinstance(outer, ast.FunctionDef)
            what = f"`{file.source(call.func)}` is async: called in `{outer.name}`, Prefect 3 does not run it"
            step = f"Make `{outer.name}` async and await it; a task may be submitted: `.submit(...).result()`."
            fix = _submitted(file, call) if kind == TASK and hosts[outer] == FLOW else None
            if fix is not None:
                yield self.finding(
                    context, file.span(call), what, step, fix=fix,
                    applicability=Applicability.REVIEW, reason="it runs beside the flow, which waits for it",
                )  # fmt: skip
            else:
                reason = "whoever calls the flow would have to await it as well"
                yield self.finding(context, file.span(call), what, step, reason=reason)


def _submitted(file: PythonFile, call: ast.Call) -> Fix | None:
    """`task.submit(...).result()`; with `return_state=True`, the state that `submit` gives then."""
    (_, function), (_, end) = file.span(call.func), file.span(call)
    states = [keyword.value for keyword in call.keywords if keyword.arg in ("return_state", None)]
    gives_state = any(isinstance(value, ast.Constant) and value.value is True for value in states)
    if states and not gives_state:
        return None
    edits = [Edit(function, function, ".submit"), *([] if gives_state else [Edit(end, end, ".result()")])]
    return Fix("Submit it, and wait for it", lambda: Changes(edits))


def _is_run(file: PythonFile, call: ast.Call) -> bool:
    parent = file.parents[call]
    return isinstance(parent, ast.Await) or (isinstance(parent, ast.Call) and last_name(parent.func) in _RUNNERS)
