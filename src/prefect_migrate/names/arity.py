"""Calls that do not fit what they call: an argument too many or too few, or a module that is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import KnownCall, known_calls, typer_of
from prefect_migrate.names.positions import misplaced
from prefect_migrate.names.problems import is_own_module
from prefect_migrate.reference import Signature, definition, lineage, names_of, signature
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile


@dataclass(frozen=True, slots=True, eq=False)
class Unfit:
    """A call of `called` that fails at `node`: `most` arguments may stand there, `missing` ones are not given."""

    called: str
    node: ast.expr
    most: int | None = None
    missing: tuple[str, ...] = ()


def unfit_calls(context: FileContext, file: PythonFile) -> Iterator[Unfit]:
    """The calls of a file whose number of arguments is certain, and wrong for the target."""
    for known in known_calls(context, file):
        if known.through or _is_expected_to_fail(file, known.call) or is_own_module(context, known.called):
            continue
        found = signature(known.called, context.target)
        if found is None:
            if _is_module(known.called, context.target):
                yield Unfit(known.called, known.call.func)
        elif not _is_of_the_class(context, file, known):
            yield from _judge(known, found, context.target)


def _judge(known: KnownCall, found: Signature, target: Target) -> Iterator[Unfit]:
    call = known.call
    if any(isinstance(node, ast.Starred) for node in call.args):
        return
    if len(call.args) > len(found.positional) and all(one.kind != "*" for one in found.parameters):
        # What another rule says more about: the argument meant something in Prefect 2.
        if misplaced(known, target) is None:
            yield Unfit(known.called, call.args[len(found.positional)], most=len(found.positional))
    elif missing := _missing(call, found):
        yield Unfit(known.called, call.func, missing=missing)


def _missing(call: ast.Call, found: Signature) -> tuple[str, ...]:
    """The required parameters that a call does not give; a field `schema_` is given by its alias `schema`, too.

    Where a keyword is wrong, that is what other rules report.
    """
    if any(keyword.arg is None or not found.accepts(keyword.arg) for keyword in call.keywords):
        return ()
    given = {(keyword.arg or "").strip("_") for keyword in call.keywords} | set(found.positional[: len(call.args)])
    wanted = (one.name for one in found.parameters if not one.optional and one.kind in ("", "/", "k"))
    return tuple(name for name in wanted if name not in given and name.strip("_") not in given)


def _is_module(called: str, target: Target) -> bool:
    """Whether the name is a module's and no function's or class's; only Prefect's own are known in full."""
    return called.startswith("prefect.") and names_of(called, target) is not None and definition(called, target) is None


def _is_of_the_class(context: FileContext, file: PythonFile, known: KnownCall) -> bool:
    """`Flow.serve(etl, "x")`: a method that is taken from its class gets its object as the first argument."""
    by_name = typer_of(context, file).name_of(known.call.func) is not None
    return by_name and bool(lineage(known.called.rpartition(".")[0], context.target))


def _is_expected_to_fail(file: PythonFile, call: ast.Call) -> bool:
    """Whether a test says that it raises something."""
    return any(
        isinstance(item.context_expr, ast.Call)
        and getattr(item.context_expr.func, "attr", getattr(item.context_expr.func, "id", "")) in _RAISES
        for outer in file.enclosing(call)
        if isinstance(outer, (ast.With, ast.AsyncWith))
        for item in outer.items
    )


_RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex", "suppress"})
