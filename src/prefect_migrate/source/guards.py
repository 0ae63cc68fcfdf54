"""Guards: what runs only when an import or a check of Prefect's version says so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

GuardKind = Literal["import-guard", "version-guard", "type-checking"]

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
_BROAD_ERRORS = frozenset({"AttributeError", "Exception", "BaseException"})
#: What a handler says with, and what it leaves with.
_SAYS = frozenset(
    {"print", "echo", "secho", "log", "debug", "info", "warn", "warning", "error", "exception", "critical"}
)
_EXITS = frozenset({"exit", "_exit", "quit"})
_VERSION_FLAG = re.compile(r"prefect.*(version|v?[23])|version.*prefect", re.IGNORECASE)


def is_import_guard(node: ast.Try) -> bool:
    """A `try` made to survive a failing import; a broad handler counts only around bare imports.

    Where every handler only says so and leaves, nothing that follows runs without the import.
    """
    if not any(isinstance(part, (ast.Import, ast.ImportFrom)) for part in node.body):
        return False
    if all(gives_up(handler) for handler in node.handlers):
        return False
    caught = {name for handler in node.handlers for name in _caught(handler)}
    if caught & _IMPORT_ERRORS:
        return True
    only_imports = all(isinstance(part, (ast.Import, ast.ImportFrom, ast.Assign)) for part in node.body)
    return only_imports and bool(caught & _BROAD_ERRORS)


def gives_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler at most says something, and then leaves: no other way is taken instead."""
    *before, last = handler.body
    return all(_is_call_of(part, _SAYS) for part in before) and _leaves(last)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Raise) or _is_call_of(statement, _EXITS)


def _is_call_of(statement: ast.stmt, names: frozenset[str]) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in names


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [kind.id for kind in types if isinstance(kind, ast.Name)]


def guard_of_test(test: ast.expr) -> GuardKind | None:
    """What an `if` protects: a test of TYPE_CHECKING or of Prefect's version."""
    words = list(_words(test))
    if "TYPE_CHECKING" in words:
        return "type-checking"
    return "version-guard" if _VERSION_FLAG.search(" ".join(words)) else None


def _words(test: ast.expr) -> Iterator[str]:
    """Names, attributes and strings of a test, such as `prefect`, `__version__`, `3.0`."""
    if isinstance(test, ast.Attribute):
        yield from _words(test.value)
        yield test.attr
    elif isinstance(test, ast.Name):
        yield test.id
    elif isinstance(test, ast.Constant):
        yield str(test.value)
    else:
        for child in ast.iter_child_nodes(test):
            if isinstance(child, ast.expr):
                yield from _words(child)
