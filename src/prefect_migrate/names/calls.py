"""Calls of Prefect's functions, methods and classes, and how the target takes their arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.context import FileContext
from prefect_migrate.names.types import Typer
from prefect_migrate.reference import ParameterFact, Signature, lineage, parameter, signature
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

#: What makes a keyword fail, or do nothing.
_GONE = frozenset({"removed", "ignored", "swallowed"})
_PYDANTIC = "pydantic.main.BaseModel"
#: Their parameters are those of the user's function.
_OPEN = ("prefect.flows.Flow.__call__", "prefect.tasks.Task.__call__")


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One keyword that a callable is given; `node` is the keyword, or the key of a dict that is splatted."""

    called: str
    name: str
    value: ast.expr | None
    node: ast.AST
    call: ast.Call
    direct: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class KnownCall:
    """A call whose callable is known."""

    called: str
    call: ast.Call
    partial: bool = False


def known_calls(context: FileContext, file: PythonFile) -> Iterator[KnownCall]:
    """The calls of a file that are calls of Prefect's, `functools.partial` of them included."""
    key = "known-calls"
    if key not in context.shared:
        context.shared[key] = list(_find_calls(context, file))
    yield from context.shared[key]


def _find_calls(context: FileContext, file: PythonFile) -> Iterator[KnownCall]:
    typer = Typer(context.project, file, context.target)
    for node in file.nodes:
        if not isinstance(node, ast.Call) or not (node.keywords or node.args):
            continue
        called = typer.callable_of(node.func)
        if called is not None and called not in _OPEN:
            yield KnownCall(called, node)
        elif node.args and _is_partial(context, file, node.func):
            inner = typer.callable_of(node.args[0])
            if inner is not None:
                yield KnownCall(inner, node, partial=True)


def _is_partial(context: FileContext, file: PythonFile, function: ast.expr) -> bool:
    meaning = file.meaning(function)
    return meaning is not None and meaning.name == "functools.partial"


def arguments_of(context: FileContext, file: PythonFile, known: KnownCall) -> Iterator[Argument]:
    """Every keyword that the call gives, those of a literal dict behind `**` included."""
    for keyword in known.call.keywords:
        if keyword.arg is not None:
            yield Argument(known.called, keyword.arg, keyword.value, keyword, known.call, not known.partial)
        else:
            yield from _splatted(context, file, known, keyword.value)


def _splatted(context: FileContext, file: PythonFile, known: KnownCall, value: ast.expr) -> Iterator[Argument]:
    found = value if isinstance(value, (ast.Dict, ast.Call)) else None
    here = True
    if found is None:
        definition = resolve(context.project, file, value)
        if isinstance(definition, Definition) and isinstance(definition.value, (ast.Dict, ast.Call)):
            found, here = definition.value, definition.file is file
    for name, node, inner in _items(found):
        yield Argument(known.called, name, inner, node if here else value, known.call, direct=False)


def _items(node: ast.expr | None) -> Iterator[tuple[str, ast.AST, ast.expr]]:
    """(key, where it stands, value) of `{"key": value}` or `dict(key=value)`."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key, value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword, keyword.value


def gone(argument: Argument, target: Target) -> ParameterFact | None:
    """The fact about a keyword that Prefect 2 took and the target does not."""
    fact = parameter(argument.called, argument.name, target)
    found = signature(argument.called, target)
    if fact is None or fact.what not in _GONE or (found is not None and _takes(found, argument.name)):
        return None
    return fact


def unknown(argument: Argument, target: Target) -> Signature | None:
    """The target's signature, if it would raise a TypeError for a keyword that Prefect 2 had not either."""
    found = signature(argument.called, target) if argument.called.startswith("prefect.") else None
    if found is None or argument.name.startswith("_") or found.accepts(argument.name):
        return None
    is_model = _PYDANTIC in lineage(argument.called, target)
    return None if is_model or parameter(argument.called, argument.name, target) is not None else found


def _takes(found: Signature, name: str) -> bool:
    return any(parameter.name == name and parameter.kind in ("", "k") for parameter in found.parameters)
