"""Whether a use stands under a guard that serves both versions of Prefect already."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import guard_of_test

#: served: an alternative takes over under Prefect 3; broken: a guard is there, but nothing stands in for the name.
GuardState = Literal["served", "broken"]
_CATCHES_ATTRIBUTES = frozenset({"AttributeError", "Exception", "BaseException"})


def guard_state(file: PythonFile, node: ast.AST, fails: Callable[[str], bool]) -> GuardState | None:
    """What guards a use; `fails` tells of a dotted name whether the target lacks it.  None: no guard at all."""
    child = node
    for outer in file.enclosing(node):
        state = _state_in(file, outer, child, fails)
        if state is not None:
            return state
        child = outer
    return None


def _state_in(file: PythonFile, outer: ast.AST, child: ast.AST, fails: Callable[[str], bool]) -> GuardState | None:
    if isinstance(outer, ast.Try):
        return _in_try(outer, child, fails)
    if isinstance(outer, (ast.If, ast.IfExp)) and child is not outer.test:
        return _in_if(file, outer, child)
    if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and _left_before(outer.body, child):
        return "served"
    if isinstance(outer, (ast.With, ast.AsyncWith)):
        return _in_with(outer)
    return None


def _in_with(outer: ast.With | ast.AsyncWith) -> GuardState | None:
    names = [_failure_of(item.context_expr) for item in outer.items]
    return "served" if "raises" in names else "broken" if "suppress" in names else None


def _in_try(outer: ast.Try, child: ast.AST, fails: Callable[[str], bool]) -> GuardState | None:
    handlers = [handler for handler in outer.handlers if _is_import_handler(handler, outer)]
    if not handlers:
        return None
    if child in outer.body:
        alternative = any(_serves(handler.body, fails) for handler in handlers)
        return "served" if alternative else "broken"
    if child in handlers:
        # Python gets here only when the first choice is not there.
        return "broken" if any(fails(name) for name in _imported(outer.body)) else "served"
    return None


def _is_import_handler(handler: ast.ExceptHandler, outer: ast.Try) -> bool:
    caught = set(_caught(handler))
    if caught & {"ImportError", "ModuleNotFoundError", "AttributeError"}:
        return True
    only_imports = all(isinstance(part, (ast.Import, ast.ImportFrom, ast.Assign)) for part in outer.body)
    return only_imports and bool(caught & _CATCHES_ATTRIBUTES)


def _caught(handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        yield "BaseException"
        return
    for kind in handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]:
        yield kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "")


def _serves(body: list[ast.stmt], fails: Callable[[str], bool]) -> bool:
    """Whether a handler gives the names another meaning, instead of giving up or doing nothing."""
    if any(isinstance(part, ast.Raise) for part in body) or any(_exits(part) for part in body):
        return False
    imports = list(_imported(body))
    if imports:
        return not any(fails(name) for name in imports)
    kinds = (ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Return)
    return any(isinstance(part, kinds) for part in body)


def _exits(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("exit", "quit", "_exit", "skip", "fail")


def _imported(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The dotted names of Prefect's that some statements import."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")


def _in_if(file: PythonFile, outer: ast.If | ast.IfExp, child: ast.AST) -> GuardState | None:
    if any(_asks_prefect(file, node) for node in ast.walk(outer.test)):
        return "served"
    body = outer.body if isinstance(outer.body, list) else [outer.body]
    if child in body and _is_of_old_pythons(outer.test):
        return "served"
    if guard_of_test(outer.test) != "version-guard":
        return None
    return "served" if isinstance(outer, ast.IfExp) or outer.orelse else "broken"


def _is_of_old_pythons(test: ast.expr) -> bool:
    """`sys.version_info < (3, 8)`, alone or with more: no Python that Prefect 3 runs on gets there."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(_is_of_old_pythons, test.values))
    if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Lt)):
        return False
    limit = test.comparators[0]
    parts = [getattr(part, "value", None) for part in limit.elts[:2]] if isinstance(limit, ast.Tuple) else []
    asked = getattr(test.left, "attr", getattr(test.left, "id", ""))
    return asked == "version_info" and len(parts) == 2 and parts[0] == 3 and parts[1] in range(10)


def _asks_prefect(file: PythonFile, node: ast.AST) -> bool:
    """`hasattr(prefect.engine, ...)`"""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr" and node.args):
        return False
    meaning = file.meaning(node.args[0])
    return meaning is not None and meaning.name.startswith("prefect")


def _left_before(body: list[ast.stmt], child: ast.AST) -> bool:
    """Whether a check of the version returns before a statement of the same block is reached."""
    for statement in body:
        if statement is child:
            return False
        if (
            isinstance(statement, ast.If)
            and guard_of_test(statement.test) == "version-guard"
            and isinstance(statement.body[-1], (ast.Return, ast.Continue))
        ):
            return True
    return False


def _failure_of(node: ast.expr) -> str | None:
    """`suppress` of an ImportError, or pytest's `raises` of what a missing name raises."""
    if not isinstance(node, ast.Call):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    expected = {"ImportError", "ModuleNotFoundError"} | ({"AttributeError", "TypeError"} if name == "raises" else set())
    fits = any(getattr(argument, "id", "") in expected for argument in node.args)
    return name if name in ("suppress", "raises") and fits else None
