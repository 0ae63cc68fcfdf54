from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.calls import known_calls
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

_HOOKS = frozenset({"on_cancellation", "on_completion", "on_crashed", "on_failure", "on_running"})
#: What hooks of tasks and of flows are called with.
_TASK, _FLOW = ("task", "task_run", "state"), ("flow", "flow_run", "state")
_GIVEN = {
    "prefect.tasks.task": _TASK,
    "prefect.tasks.Task": _TASK,
    "prefect.flows.flow": _FLOW,
    "prefect.flows.Flow": _FLOW,
}
_HEAD = "from prefect import flow\n\n\ndef tell({0}): ...\n\n\n@flow(on_failure=[{1}])\ndef etl(): ...\n"


class HookArguments(Rule):
    """A hook wants its arguments by name, or in another order

    Prefect 2 called hooks with `flow=`, `flow_run=` and `state=`, or `task=`, `task_run=` and `state=`, so that the
    order of their parameters did not matter.  Prefect 3 gives the three by position: `def tell(state, flow, flow_run)`
    takes the flow for a state, and `def tell(**given)` raises a TypeError, which only the log tells.

    It only reports.  Hooks behind `functools.partial` are looked at too, and those of other modules of the repository.
    """

    code = "PM421"
    name = "hook-arguments"
    reads_cells = True
    examples = (
        Example(_HEAD.format("state, flow, flow_run", "tell")),
        Example(_HEAD.format("**given", "tell")),
        Example(
            "from functools import partial\n\n"
            + _HEAD.format("channel, flow, flow_run, state", "partial(tell, channel='ops')")
        ),
        Example(_HEAD.format("flow, flow_run, state", "tell"), clean=True),
        Example(_HEAD.format("*given, **named", "tell"), clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not any(name in file.text.text for name in _HOOKS):
            return
        for hook, given in _hooks(context, file):
            if _is_misread(context, file, hook, given) and not is_served(context, file, hook):
                yield self.finding(
                    context, file.span(hook),
                    f"Prefect 3 gives `{file.source(hook)}` its arguments by position: {', '.join(given)}",
                    f"Begin its parameters with `{', '.join(given)}`.", reason="other code may call it as well",
                )  # fmt: skip


def _hooks(context: FileContext, file: PythonFile) -> Iterator[tuple[ast.expr, Sequence[str]]]:
    """The items of lists of hooks that flows and tasks are given, and what these are called with."""
    for known in known_calls(context, file):
        given = _GIVEN.get(known.called.removesuffix(".with_options"))
        for keyword in known.call.keywords if given is not None else ():
            if given is not None and keyword.arg in _HOOKS and isinstance(keyword.value, ast.List):
                yield from ((hook, given) for hook in keyword.value.elts)


def _is_misread(context: FileContext, file: PythonFile, hook: ast.expr, given: Sequence[str]) -> bool:
    """Whether a hook that Prefect 2 could call by name takes something else by position."""
    bound, named = 0, frozenset[str]()
    function = hook
    if isinstance(hook, ast.Call):
        meaning = file.meaning(hook.func)
        if meaning is None or meaning.name != "functools.partial" or not hook.args:
            return False
        function, bound = hook.args[0], len(hook.args) - 1
        named = frozenset(keyword.arg or "" for keyword in hook.keywords)
    arguments = _arguments(context, file, function)
    if arguments is None or arguments.vararg is not None or "" in named:
        return False
    first = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][bound:]
    every = {*first, *(one.arg for one in arguments.kwonlyargs)} - named
    was_called = set(given) <= every or (arguments.kwarg is not None and every <= set(given))
    return was_called and first[:3] != list(given)


def _arguments(context: FileContext, file: PythonFile, function: ast.expr) -> ast.arguments | None:
    """The parameters of a function of the repository's own."""
    if isinstance(function, ast.Lambda):
        return function.args
    found = resolve(context.project, file, function) if isinstance(function, (ast.Name, ast.Attribute)) else None
    node = found.node if isinstance(found, Definition) else None
    if not isinstance(found, Definition) or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    is_plain = not node.decorator_list and not isinstance(found.file.parents.get(node), ast.ClassDef)
    return node.args if is_plain else None
