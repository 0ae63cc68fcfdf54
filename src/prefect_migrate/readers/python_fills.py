"""Reader: a dict of options that is filled step by step: `options["tags"] = [...]`, under an `if` too."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from prefect_migrate.source.python import PythonFile

#: Arguments that may as well be None where they are not given.
_OPTIONAL = frozenset({"schedule", "tags", "description", "parameters", "work_queue_name"})


@dataclass(slots=True)
class Fills:
    """What is put into a dict after it was written down.

    `items` are those that always are, `conditional` those that only are where a test holds: (test, value).
    """

    items: dict[str, ast.expr] = field(default_factory=dict)
    conditional: dict[str, tuple[ast.expr, ast.expr]] = field(default_factory=dict)
    statements: list[ast.stmt] = field(default_factory=list)


def fills_of(file: PythonFile, name: str, written: ast.expr, call: ast.Call) -> Fills | None:
    """How a dict is filled between its statement and the call that spreads it; None if not all of it can be told."""
    first, last = file.statement_of(written), file.statement_of(call)
    body = file.body_of(first)
    if last not in body or body.index(last) < body.index(first):
        return None
    fills, known = Fills(), 0
    for statement in body[body.index(first) + 1 : body.index(last)]:
        test = statement.test if isinstance(statement, ast.If) and not statement.orelse else None
        inner = statement.body if isinstance(statement, ast.If) and test is not None else [statement]
        pairs = [pair for one in inner if (pair := _pair(one, name)) is not None]
        if not pairs:
            continue
        if len(pairs) != len(inner) or any(key in fills.items | fills.conditional for key, _ in pairs):
            return None
        if test is not None and any(key not in _OPTIONAL for key, _ in pairs):
            return None
        fills.items |= dict(pairs) if test is None else {}
        fills.conditional |= {key: (test, value) for key, value in pairs} if test is not None else {}
        fills.statements.append(statement)
        known += len(pairs)
    uses = [node for node in file.nodes if isinstance(node, ast.Name) and node.id == name]
    # its own statement and the call's `**name` are two more
    return fills if known and len(uses) == known + 2 else None


def _pair(statement: ast.stmt, name: str) -> tuple[str, ast.expr] | None:
    """(key, value) of `name["key"] = value`."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Subscript):
        return None
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    is_it = isinstance(target.value, ast.Name) and target.value.id == name and isinstance(key, str)
    return (str(key), statement.value) if is_it else None
