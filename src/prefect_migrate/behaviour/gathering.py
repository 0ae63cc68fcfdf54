"""Futures that are handed to asyncio, which takes coroutines only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.behaviour.runs import kind_of
from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FUTURE
from prefect_migrate.names.types import Typer
from prefect_migrate.source.python import PythonFile

_TAKES_COROUTINES = frozenset(
    f"asyncio.{name}"
    for name in ("gather", "create_task", "ensure_future", "wait_for", "wait", "as_completed", "shield", "run")
)


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """A call of asyncio's; `whole` is what `replacement` stands for, which is None where there is none."""

    name: str
    call: ast.Call
    whole: ast.expr
    replacement: str | None


def gatherings(context: FileContext, file: PythonFile) -> Iterator[Gathering]:
    """The calls that hand something to asyncio which is no coroutine any more."""
    if "asyncio" not in file.text.text:
        return
    typer = typer_of(context, file)
    for call in file.calls():
        meaning = file.meaning(call.func)
        if meaning is None or meaning.name not in _TAKES_COROUTINES:
            continue
        plain = [is_plain(typer, argument) for argument in call.args]
        if any(plain):
            parent = file.parents[call]
            awaited = isinstance(parent, ast.Await) and meaning.name == "asyncio.gather"
            whole = parent if isinstance(parent, ast.Await) and awaited else call
            text = _as_list(file, call) if awaited and all(plain) and not call.keywords else None
            yield Gathering(meaning.name, call, whole, text)


def is_plain(typer: Typer, node: ast.expr) -> bool:
    """Whether an argument is what a plain call of Prefect 3 gives, or a list of such."""
    if isinstance(node, ast.Starred):
        node = node.value
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        return is_plain(typer, node.elt)
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(is_plain(typer, item) for item in node.elts)
    return kind_of(typer, node) is not None or typer.type_of(node) in (FUTURE, f"list[{FUTURE}]")


def _as_list(file: PythonFile, call: ast.Call) -> str | None:
    """What `await asyncio.gather(...)` gave: the list of its arguments; None if a comment would be lost."""
    first, last = file.span(call.args[0])[0], file.span(call.args[-1])[1]
    head, tail = file.text.text[file.span(call.func)[1] : first], file.text.text[last : file.span(call)[1]]
    if "#" in head + tail:
        return None
    only = call.args[0].value if len(call.args) == 1 and isinstance(call.args[0], ast.Starred) else None
    if isinstance(only, (ast.ListComp, ast.List)):
        return file.source(only)
    if isinstance(only, ast.GeneratorExp):
        return f"[{file.source(only)[1:-1]}]"
    return f"[{file.text.text[first:last]}]"
