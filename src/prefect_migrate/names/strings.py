"""Dotted names in strings: what `mock.patch`, `import_module`, `monkeypatch.setattr` and their like are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prefect_migrate.source.python import PythonFile

_DOTTED = re.compile(r"prefect(?:_[a-z]+)*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*(?:\.\w+)*)?")
#: Functions that import what the string names.
_IMPORTERS = frozenset(
    {"import_module", "import_string", "import_object", "import_from_string", "importorskip", "__import__", "locate",
     "resolve_name", "find_spec", "from_qualified_name", "load_object", "load_class", "lazy_import"}
)  # fmt: skip
#: Functions that put something else in the place of what the string names, such as `mock.patch`.
_PATCHERS = frozenset({"patch", "setattr", "delattr", "multiple", "object", "spy"})
#: Functions whose string is something else: a logger, an event, a variable.
_OTHERS = frozenset(
    {"getLogger", "get_logger", "getChild", "emit_event", "getenv", "get", "debug", "info", "warning", "error", "print"}
)
#: Functions that take an object and the name of an attribute of it.
_ATTRIBUTE_TAKERS = frozenset({"setattr", "delattr", "getattr", "object", "spy"})
_CREATING = (("raising", False), ("create", True))


@dataclass(frozen=True, slots=True)
class StringUse:
    """A dotted name in a string; `loose` when nothing shows that it is imported."""

    name: str
    node: ast.Constant
    loose: bool = False


def dotted_strings(strings: Iterable[ast.Constant], calls: Iterable[ast.Call]) -> Iterator[StringUse]:
    """The strings that are a dotted name of Prefect's and no more."""
    names = {id(node): name for node in strings if (name := _dotted(node.value))}
    if not names:
        return
    called = {id(argument): call for call in calls for argument in _arguments(call) if id(argument) in names}
    for node in strings:
        name, call = names.get(id(node)), called.get(id(node))
        function = last_name(call.func) if call is not None else None
        if name is not None and function not in _OTHERS and not (call is not None and _creates(call)):
            yield StringUse(name, node, loose=function not in _IMPORTERS | _PATCHERS)


def _dotted(value: object) -> str | None:
    return value.replace(":", ".") if isinstance(value, str) and _DOTTED.fullmatch(value) else None


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _creates(call: ast.Call) -> bool:
    """Whether a patch says that its goal need not be there: `raising=False`, `create=True`."""
    return any(
        isinstance(keyword.value, ast.Constant) and (keyword.arg, keyword.value.value) in _CREATING
        for keyword in call.keywords
    )


def is_patched(file: PythonFile, node: ast.AST) -> bool:
    """Whether a string is given to `mock.patch` or the like."""
    parent = file.parents[node]
    call = file.parents[parent] if isinstance(parent, ast.keyword) else parent
    return isinstance(call, ast.Call) and last_name(call.func) in _PATCHERS


def is_part_of_text(file: PythonFile, node: ast.AST) -> bool:
    """Whether a string is a docstring or a piece of an f-string."""
    return isinstance(file.parents[node], (ast.Expr, ast.JoinedStr))


def last_name(function: ast.expr) -> str | None:
    """`patch` of `mock.patch`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def names_an_attribute(call: ast.Call) -> bool:
    """Whether a call is `setattr(owner, "name", ...)` or the like; `getattr` with a default asks, it does not need."""
    name = last_name(call.func)
    return (
        name in _ATTRIBUTE_TAKERS
        and len(call.args) >= 2
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[1].value, str)
        and not (name == "getattr" and len(call.args) > 2)
        and not _creates(call)
    )
