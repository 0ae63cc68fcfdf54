"""Reader: a dict that is filled step by step: `options["tags"] = [...]`, under an `if` too, `options.update(...)`."""

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
        found = [_pairs(one, name) for one in inner]
        pairs = [pair for each in found for pair in each]
        if not pairs:
            continue
        if not all(found) or any(key in fills.items | fills.conditional for key, _ in pairs):
            return None
        if test is not None and any(key not in _OPTIONAL for key, _ in pairs):
            return None
        fills.items |= dict(pairs) if test is None else {}
        fills.conditional |= {key: (test, value) for key, value in pairs} if test is not None else {}
        fills.statements.append(statement)
        known += len(inner)
    uses = [node for node in file.nodes if isinstance(node, ast.Name) and node.id == name]
    # its own statement and the call's `**name` are two more
    return fills if known and len(uses) == known + 2 else None


def written_items(node: ast.expr) -> dict[str, ast.expr] | None:
    """The items of `{"name": ...}` or `dict(name=...)`."""
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        known = all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys)
        return {str(key): value for key, value in zip(keys, node.values, strict=True)} if known else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        known = all(keyword.arg for keyword in node.keywords)
        return {str(keyword.arg): keyword.value for keyword in node.keywords} if known else None
    return None


def _pairs(statement: ast.stmt, name: str) -> list[tuple[str, ast.expr]]:
    """(key, value) of `name["key"] = value`, or of each item of `name.update(...)`; none of another statement."""
    pair = _pair(statement, name)
    return [pair] if pair is not None else list(_updates(statement, name).items())


def _updates(statement: ast.stmt, name: str) -> dict[str, ast.expr]:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "update":
        return {}
    if not isinstance(call.func.value, ast.Name) or call.func.value.id != name:
        return {}
    given = written_items(call.args[0]) if len(call.args) == 1 else {}
    if given is None or len(call.args) > 1 or not all(keyword.arg for keyword in call.keywords):
        return {}
    return given | {str(keyword.arg): keyword.value for keyword in call.keywords}


def _pair(statement: ast.stmt, name: str) -> tuple[str, ast.expr] | None:
    """(key, value) of `name["key"] = value`."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Subscript):
        return None
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    is_it = isinstance(target.value, ast.Name) and target.value.id == name and isinstance(key, str)
    return (str(key), statement.value) if is_it else None
