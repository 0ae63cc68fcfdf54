"""Errors of runs that the flow around them catches and lets go."""

from __future__ import annotations

import ast

from prefect_migrate.behaviour.runs import Function, outer_value
from prefect_migrate.names.known_types import STATE
from prefect_migrate.names.types import Typer
from prefect_migrate.source.python import PythonFile

#: What ends a program, or hands an error on.
_ENDS = frozenset({"exit", "_exit", "abort", "fail"})


def raises_here(file: PythonFile, typer: Typer, call: ast.Call) -> bool:
    """Whether a call of a task or a flow raises what its run fails with, itself or by `.result()` behind it."""
    if typer.type_of(call) == STATE:
        return False
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("submit", "map"):
        return True
    member = file.parents[outer_value(file, call)]
    return isinstance(member, ast.Attribute) and member.attr == "result"


def is_passed_over(file: PythonFile, call: ast.Call, function: Function) -> bool:
    """Whether an `except` of the function, or `contextlib.suppress`, catches the error and lets it go."""
    inner: ast.AST = call
    for outer in file.enclosing(call):
        if outer is function:
            return False
        if isinstance(outer, ast.Try) and inner in outer.body and any(map(_lets_go, outer.handlers)):
            return True
        if isinstance(outer, ast.With) and inner in outer.body and any(_suppresses(file, item) for item in outer.items):
            return True
        inner = outer
    return False


def _lets_go(handler: ast.ExceptHandler) -> bool:
    nodes = [node for statement in handler.body for node in ast.walk(statement)]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    ends = any(getattr(one, "attr", getattr(one, "id", None)) in _ENDS for one in calls)
    return not ends and not any(isinstance(node, ast.Raise) for node in nodes)


def _suppresses(file: PythonFile, item: ast.withitem) -> bool:
    if not isinstance(item.context_expr, ast.Call):
        return False
    meaning = file.meaning(item.context_expr.func)
    return meaning is not None and meaning.name == "contextlib.suppress"
