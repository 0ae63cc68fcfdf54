"""Runs in code: calls of tasks and flows, the functions that they stand in, and what becomes of their outcome."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, FUTURE, TASK
from prefect_migrate.names.types import Typer
from prefect_migrate.reference import integration
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tree import children_of
from prefect_migrate.symbols import Definition, resolve

Function = ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["submit", "map", "result", "wait"]
_OF_TASKS: tuple[Kind, ...] = ("submit", "map")
_OF_FUTURES: tuple[Kind, ...] = ("result", "wait")
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


def runs_in(context: FileContext, file: PythonFile) -> Iterator[tuple[ast.Call, Kind]]:
    """Calls of `submit` and `map` of a task, and of `result` and `wait` of a future, in the order of the source."""
    if "runs" not in context.shared:
        typer = typer_of(context, file)
        kinds = ((call, kind_of(typer, call)) for call in file.calls())
        context.shared["runs"] = [(call, kind) for call, kind in kinds if kind is not None]
    yield from context.shared["runs"]


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
            waiting += children_of(node)


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


def is_child(typer: Typer, call: ast.Call) -> bool:
    """Whether a call runs a task or a flow, or hands a task in to be run."""
    return kind_of(typer, call) in _OF_TASKS or typer.type_of(call.func) in (TASK, FLOW)


def child_calls(typer: Typer, function: Function) -> list[ast.Call]:
    """The calls in a function that run a task or a flow, or hand a task in to be run, in the order of the source."""
    calls = [node for node in own_nodes(function) if isinstance(node, ast.Call) and is_child(typer, node)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def child_of(call: ast.Call) -> ast.expr:
    """What is called, or handed in to be run."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_TASKS:
        return call.func.value
    return call.func


def is_only_submitted(file: PythonFile, function: Function) -> bool:
    """Whether the file has uses of a task, and all are `.submit` or `.map`."""
    uses = [node for node in file.of_type(ast.Name) if node.id == function.name and isinstance(node.ctx, ast.Load)]
    owners = [file.parents[use] for use in uses]
    return bool(uses) and all(isinstance(owner, ast.Attribute) and owner.attr in _OF_TASKS for owner in owners)


def async_kind(context: FileContext, file: PythonFile, function: ast.expr) -> str | None:
    """FLOW or TASK, if what is called is an async one, of the repository or of an integration."""
    typer = typer_of(context, file)
    kind = typer.type_of(function)
    if kind not in (FLOW, TASK):
        return None
    found = resolve(context.project, file, function)
    if isinstance(found, Definition):
        return kind if isinstance(found.node, ast.AsyncFunctionDef) else None
    name = typer.name_of(function) or ""
    fact = integration(name) if name.startswith("prefect_") else None
    return kind if fact is not None and name in fact.async_runs else None
