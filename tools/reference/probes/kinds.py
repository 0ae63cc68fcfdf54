"""Which class of the package a callable gives or a field holds, as annotations say.  Run with the other probes."""

from __future__ import annotations

import ast
import collections.abc
import inspect
import sys
import types
import typing
from functools import cache
from typing import Any

_LISTS = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_AWAITED = {collections.abc.Coroutine: -1, collections.abc.Awaitable: 0}


@cache
def names_of(module: str) -> dict[str, Any]:
    """The names of a module, with those that only type checkers see."""
    loaded = sys.modules.get(module)
    found = dict(vars(loaded)) if loaded is not None else {}
    try:
        tree = ast.parse(inspect.getsource(loaded)) if loaded is not None else ast.Module([], [])
    except (OSError, TypeError, SyntaxError):
        return found
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                if isinstance(statement, (ast.Import, ast.ImportFrom)):
                    _bring(statement, found)
    return found


def _bring(statement: ast.Import | ast.ImportFrom, found: dict[str, Any]) -> None:
    try:
        exec(compile(ast.Module([statement], []), "<imports>", "exec"), found)
    except Exception:
        return


def kind_of_result(value: Any, package: str) -> str | None:
    """What a function gives: a class as `module:Class`, `list[...]` of it, or `=` for one of the receiver's own."""
    function = inspect.unwrap(getattr(value, "__func__", value))
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        return None
    annotations = getattr(function, "__annotations__", {})
    return kind_of(annotations.get("return"), getattr(function, "__module__", ""), package)


def kind_of(hint: Any, module: str, package: str) -> str | None:
    """The class that an annotation means, less None and what is awaited."""
    for _ in range(3):
        # A quoted annotation below `from __future__ import annotations` is a text within a text.
        hint = hint.__forward_arg__ if isinstance(hint, typing.ForwardRef) else hint
        if isinstance(hint, str):
            try:
                hint = eval(hint, dict(names_of(module)))
            except Exception:
                return None
    return _kind(hint, module, package)


def _kind(hint: Any, module: str, package: str) -> str | None:
    if getattr(hint, "__name__", "") == "Self" or str(hint).endswith(".Self"):
        return "="
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return kind_of(arguments[0], module, package)
    if origin in (typing.Union, types.UnionType):
        found = {kind_of(one, module, package) for one in arguments if one is not type(None)}
        return found.pop() if len(found) == 1 else None
    if not arguments and origin is not None:
        return None
    if origin in _AWAITED:
        return kind_of(arguments[_AWAITED[origin]], module, package)
    if origin in _LISTS:
        inner = kind_of(arguments[0], module, package) if len(set(arguments) - {...}) == 1 else None
        return f"list[{inner}]" if inner not in (None, "=") else None
    cls = (getattr(hint, "__pydantic_generic_metadata__", None) or {}).get("origin") or origin or hint
    if inspect.isclass(cls) and cls.__module__.partition(".")[0] == package:
        return f"{cls.__module__}:{cls.__qualname__}"
    return None
