"""Reader: `**options` whose dict is written down in the repository."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.plan.model import UNKNOWN, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.python_fills import fills_of, written_items
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scope import Scope
from prefect_migrate.source.values import is_mutated, value_of
from prefect_migrate.symbols import Definition, resolve

#: Functions that give the same again, so that a value may be written in another place.
_STEADY = frozenset({"timedelta", "datetime", "dict", "list", "str", "load", "getenv", "get"})
#: What is read from the tree of its own file.
_IN_PLACE = frozenset({"flow", "schedule", "schedules", "infrastructure", "storage", "triggers"})


@dataclass(frozen=True, slots=True)
class Splat:
    """`number`: which of the call's `**` it is; `items`: argument -> its expression; `values` are theirs.

    `fills` are the statements that put more into its dict, which go with it.
    """

    number: int
    items: dict[str, ast.expr]
    values: dict[str, Value]
    fills: tuple[ast.stmt, ...] = ()


def read_splats(project: Project, file: PythonFile, call: ast.Call) -> Iterator[Splat]:
    """The `**` of a call that can be known."""
    for number, node in enumerate(keyword.value for keyword in call.keywords if keyword.arg is None):
        pairs = _pairs(project, file, node)
        fills: tuple[ast.stmt, ...] = ()
        if pairs is None:
            pairs, fills = _filled(project, file, node, call)
        if pairs is not None:
            items = {name: item for name, (item, _) in pairs.items()}
            yield Splat(number, items, {name: value for name, (_, value) in pairs.items()}, fills)


def _pairs(project: Project, file: PythonFile, node: ast.expr) -> dict[str, tuple[ast.expr, Value]] | None:
    """Argument -> (expression, value); None if only running the code could tell."""
    items = written_items(node)
    if items is not None:
        return {name: (item, value_of(project, file, item)) for name, item in items.items()}
    found = resolve(project, file, node)
    if not isinstance(found, Definition) or found.value is None or is_mutated(found.file, found.binding.name):
        return None
    items = written_items(found.value)
    if items is None:
        return None
    if found.file is not file:
        return _of_other_module(project, found.file, items)
    scopes = found.binding.scope, file.scopes.scope_of(node)
    if not all(may_move(item, *scopes) for item in items.values()):
        return None
    return {name: (item, value_of(project, file, item)) for name, item in items.items()}


def _filled(
    project: Project, file: PythonFile, node: ast.expr, call: ast.Call
) -> tuple[dict[str, tuple[ast.expr, Value]] | None, tuple[ast.stmt, ...]]:
    """The same of a dict of this file that is filled before the call; and the statements that do so."""
    found = resolve(project, file, node)
    items = written_items(found.value) if isinstance(found, Definition) and found.value is not None else None
    if items is None or not isinstance(found, Definition) or found.file is not file or not isinstance(node, ast.Name):
        return None, ()
    fills = fills_of(file, node.id, found.value, call) if found.value is not None else None
    scopes = found.binding.scope, file.scopes.scope_of(node)
    if fills is None or fills.conditional.keys() & items.keys():
        return None, ()
    items = items | fills.items
    parts = [*items.values(), *(part for pair in fills.conditional.values() for part in pair)]
    if not all(may_move(part, *scopes) for part in parts):
        return None, ()
    pairs = {name: (item, value_of(project, file, item)) for name, item in items.items()}
    for name, (test, value) in fills.conditional.items():
        text = f"{file.source(value)} if {file.source(test)} else None"
        chosen = ast.IfExp(test, value, ast.Constant(None))
        pairs[name] = (chosen, Value(text))
    return pairs, tuple(fills.statements)


def may_move(node: ast.expr, there: Scope, here: Scope) -> bool:
    """Whether an expression says the same where the call stands as where the dict does."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            bindings = there.lookup(part.id)
            if len(bindings) > 1 or here.lookup(part.id) != bindings:
                return False
        elif isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if not name[:1].isupper() and name not in _STEADY:
                return False
        elif isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Lambda)):
            return False
    return True


def _of_other_module(
    project: Project, file: PythonFile, items: dict[str, ast.expr]
) -> dict[str, tuple[ast.expr, Value]] | None:
    """Plain values, which need no name of the module that they stand in."""
    found: dict[str, tuple[ast.expr, Value]] = {}
    for name, item in items.items():
        literal = value_of(project, file, item).literal
        if name in _IN_PLACE or not _is_plain(literal):
            return None
        found[name] = ast.parse(repr(literal), mode="eval").body, Value(repr(literal), literal)
    return found


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is not UNKNOWN and isinstance(value, (str, int, float, bool, type(None)))
