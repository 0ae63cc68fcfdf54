"""Plain functions of a file that its flows and tasks call."""

from __future__ import annotations

import ast
from collections.abc import Collection

from prefect_migrate.behaviour.runs import Function, function_around
from prefect_migrate.names.strings import last_name
from prefect_migrate.source.python import PythonFile

#: What runs a coroutine that it is given.
_RUNNERS = frozenset({"run", "run_until_complete", "run_coroutine_threadsafe", "run_coro_as_sync", "async_to_sync"})


def callers_of_helpers(file: PythonFile, hosts: Collection[ast.FunctionDef]) -> dict[ast.FunctionDef, ast.FunctionDef]:
    """Undecorated function that is not async -> one of `hosts` that calls it, maybe by way of others.

    A call whose value goes to what runs coroutines does not count.
    """
    calls = [
        (outer, helper)
        for call in file.calls()
        if (helper := _helper(file, call)) is not None
        and (outer := function_around(file, call))
        and not is_run(file, call)
    ]
    found: dict[ast.FunctionDef, ast.FunctionDef] = {}
    while more := {
        helper: host for outer, helper in calls if helper not in found and (host := _host(outer, hosts, found))
    }:
        found |= more
    return found


def _host(
    outer: Function, hosts: Collection[ast.FunctionDef], found: dict[ast.FunctionDef, ast.FunctionDef]
) -> ast.FunctionDef | None:
    if not isinstance(outer, ast.FunctionDef):
        return None
    return outer if outer in hosts else found.get(outer)


def _helper(file: PythonFile, call: ast.Call) -> ast.FunctionDef | None:
    bindings = file.bindings_of(call.func) if isinstance(call.func, ast.Name) else []
    node = bindings[0].node if len(bindings) == 1 else None
    return node if isinstance(node, ast.FunctionDef) and not node.decorator_list else None


def is_at_top(file: PythonFile, node: ast.AST) -> bool:
    """Whether a statement of the file itself has the node, be it in `if __name__ == "__main__":`."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    return not any(isinstance(outer, inner) for outer in file.enclosing(node))


def is_run(file: PythonFile, call: ast.Call) -> bool:
    """Whether the coroutine that a call gives is awaited, or handed to what runs it."""
    parent = file.parents[call]
    return isinstance(parent, ast.Await) or (isinstance(parent, ast.Call) and last_name(parent.func) in _RUNNERS)
