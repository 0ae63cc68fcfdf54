"""What a test before it tells of a name: `if isinstance(x, State): x.result()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.source.python import PythonFile


def tested_names(file: PythonFile) -> dict[str, list[ast.Call]]:
    """name -> the calls of `isinstance` that ask for its class."""
    found: dict[str, list[ast.Call]] = {}
    for call in file.calls():
        asks = isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2
        if asks and isinstance(call.args[0], ast.Name):
            found.setdefault(call.args[0].id, []).append(call)
    return found


def class_before(file: PythonFile, node: ast.Name, calls: list[ast.Call]) -> ast.expr | None:
    """The class that `isinstance` has found a name to be of where it stands; the nearest test counts."""
    child: ast.AST = node
    for outer in file.enclosing(node):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            return None
        for test in _true_before(outer, child):
            for call in calls:
                if _holds(test, call) and not _bound_within(file, node, test, outer):
                    return call.args[1]
        child = outer
    return None


def _true_before(outer: ast.AST, child: ast.AST) -> Iterator[ast.expr]:
    """The conditions that hold wherever `child`, a part of `outer`, is worked out."""
    if isinstance(outer, (ast.If, ast.While, ast.IfExp)):
        if child in (outer.body if isinstance(outer.body, list) else [outer.body]):
            yield outer.test
    elif isinstance(outer, ast.BoolOp) and isinstance(outer.op, ast.And) and child in outer.values:
        yield from outer.values[: outer.values.index(child)]
    elif isinstance(outer, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and child is outer.elt:
        yield from (test for generator in outer.generators for test in generator.ifs)


def _holds(test: ast.expr, call: ast.Call) -> bool:
    """Whether a condition is the call, or cannot be true without it."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_holds(value, call) for value in test.values)
    return test is call


def _bound_within(file: PythonFile, node: ast.Name, test: ast.expr, outer: ast.AST) -> bool:
    """Whether the name gets another value after the test."""
    end = getattr(outer, "end_lineno", None) or node.lineno
    lines = (getattr(binding.node, "lineno", 0) for binding in file.bindings_of(node))
    return isinstance(outer, ast.stmt) and any(test.lineno < line <= end for line in lines)
