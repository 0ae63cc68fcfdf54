"""Runs in code: calls of tasks and flows, the functions that they stand in, and what becomes of their outcome."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.types import FLOW, FUTURE, STATE, TASK, Typer
from prefect_migrate.source.python import PythonFile

Function = ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["submit", "map", "result", "wait"]
_OF_TASKS: tuple[Kind, ...] = ("submit", "map")
_OF_FUTURES: tuple[Kind, ...] = ("result", "wait")
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


def runs_in(context: FileContext, file: PythonFile) -> Iterator[tuple[ast.Call, Kind]]:
    """Calls of `submit` and `map` of a task, and of `result` and `wait` of a future, in the order of the source."""
    typer = typer_of(context, file)
    for call in file.calls():
        kind = kind_of(typer, call)
        if kind is not None:
            yield call, kind


def kind_of(typer: Typer, node: ast.AST) -> Kind | None:
    """Which of the calls that Prefect 3 made plain ones this is."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    for kinds, owner in ((_OF_TASKS, TASK), (_OF_FUTURES, FUTURE)):
        for kind in kinds:
            if node.func.attr == kind and typer.type_of(node.func.value) == owner:
                return kind
    return None


def is_future(context: FileContext, file: PythonFile, node: ast.expr) -> bool:
    """Whether a name, or an item of a list, holds what `submit` or `map` gave."""
    named = isinstance(node, (ast.Name, ast.Subscript))
    return named and typer_of(context, file).type_of(node) in (FUTURE, f"list[{FUTURE}]")


def function_around(file: PythonFile, node: ast.AST) -> Function | None:
    """The innermost function that a node stands in; None in a lambda, a class or at the top."""
    for outer in file.enclosing(node):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer
        if isinstance(outer, (ast.Lambda, ast.ClassDef)):
            return None
    return None


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body, those of functions and classes in it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)


def outer_value(file: PythonFile, node: ast.expr) -> ast.expr:
    """The expression that a value is no more than a part of: `await`, lists, comprehensions around it."""
    inner: ast.AST = node
    for outer in file.enclosing(node):
        part = isinstance(outer, (ast.Await, ast.Starred, *_DISPLAYS)) or (
            isinstance(outer, _COMPREHENSIONS) and outer.elt is inner
        )
        if not part:
            break
        inner = outer
    assert isinstance(inner, ast.expr)
    return inner


def is_dropped(file: PythonFile, node: ast.expr) -> bool:
    """Whether nothing is done with a value: the statement ends there."""
    return isinstance(file.parents[outer_value(file, node)], ast.Expr)


def without_await(file: PythonFile, node: ast.Await) -> Edit:
    """The edit that takes `await` away, with the parentheses that only it needed."""
    text, (start, end) = file.text.text, file.span(node)
    after = start + len("await")
    while text[after : after + 1] in (" ", "\t"):
        after += 1
    is_owner = isinstance(file.parents[node], (ast.Attribute, ast.Subscript))
    if is_owner and text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return Edit(start - 1, end + 1, text[after:end])
    return Edit(start, after, "")


# -- whether anybody looks at the outcome ----------------------------------------------------------------------------


def outcome_is_seen(context: FileContext, file: PythonFile, call: ast.Call, function: Function) -> bool:
    """Whether the flow fails, or may decide to, when this run fails: its result is taken, or handed on."""
    typer = typer_of(context, file)
    whole = outer_value(file, call)
    if isinstance(file.parents[whole], ast.Expr):
        return False
    name = _name_of(file, whole)
    if name is None:
        return _is_seen_in(file, typer, whole)
    loads = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return any(_is_seen_in(file, typer, outer_value(file, load)) for load in loads)


def _name_of(file: PythonFile, node: ast.expr) -> str | None:
    """The name that a statement gives the value."""
    parent = file.parents[node]
    targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
    is_plain = isinstance(parent, (ast.Assign, ast.AnnAssign)) and len(targets) == 1
    target = targets[0]
    return target.id if is_plain and isinstance(target, ast.Name) else None


def _is_seen_in(file: PythonFile, typer: Typer, value: ast.expr) -> bool:
    parent = file.parents[value]
    if isinstance(parent, ast.Expr):
        return False
    if isinstance(parent, ast.keyword):
        parent = file.parents[parent]
    if isinstance(parent, ast.Call) and parent.func is not value:
        return not (_is_upstream(typer, parent) or typer.callable_of(parent.func) == "prefect.futures.wait")
    if not isinstance(parent, ast.Attribute):
        return True
    call = file.parents[parent]
    if not isinstance(call, ast.Call) or call.func is not parent:
        return typer.type_of(value) != STATE
    if parent.attr == "wait":
        return not is_dropped(file, call)
    return _raises(call) if parent.attr == "result" else typer.type_of(value) != STATE


def _is_upstream(typer: Typer, call: ast.Call) -> bool:
    """Whether a run that is handed to this call only keeps another one from starting."""
    return kind_of(typer, call) in _OF_TASKS


def _raises(call: ast.Call) -> bool:
    """Whether `.result()` raises what the run failed with."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "raise_on_failure"]
    return not any(isinstance(value, ast.Constant) and value.value is False for value in given)


def is_child(typer: Typer, call: ast.Call) -> bool:
    """Whether a call runs a task or a flow, or hands a task in to be run."""
    return kind_of(typer, call) in _OF_TASKS or typer.type_of(call.func) in (TASK, FLOW)
