"""Statements that a rewrite left without a use: blocks that only the old deployment named, functions that only made
it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.statements import drop_marks, statement_edit
from prefect_migrate.readers.names import INFRASTRUCTURE
from prefect_migrate.source.python import tree_to_read
from prefect_migrate.source.syntax import is_main_guard, used_names
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.tree import Nodes

_HARMLESS = frozenset(
    {"dict", "list", "set", "tuple", "str", "int", "float", "bool", "timedelta", "datetime", "load", "from_rrule",
     "job_from_file", "getenv", "cwd", "getcwd", "abspath", "dirname", "join", "resolve", "absolute", "home", "get",
     "format", "date", "duration", "copy"}
)  # fmt: skip


def remove_orphans(text: str, names: Iterable[str]) -> str:
    """Drop what edits marked, and assignments to these names that nothing reads any more.

    Of a function that does nothing any more, the statements that only call it go as well.  `name.save(...)` alone does
    not count as a use.  The comments of an infrastructure block go with it, because the
    work pool has them; others stay.
    """
    remaining = set(names)
    text = drop_marks(text)
    while True:
        tree = tree_to_read(text)
        found = next((dead for name in sorted(remaining) if (dead := _dead_statements(tree, name))), None)
        if found is None:
            return text
        source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8")
        keep = not any(_makes_infrastructure(statement) for statement in found)
        text = drop_marks(apply_edits(text, [statement_edit(source, s, keep_comments=keep) for s in found]))


def _dead_statements(tree: ast.Module, name: str) -> list[ast.stmt]:
    """Those of the module, or of one function, whose variables are its own whatever has their name elsewhere."""
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    dead = next((found for scope in (tree, *functions) if (found := _dead_in(tree, scope, name))), [])
    return dead or _dead_function(tree, name)


def _dead_function(tree: ast.Module, name: str) -> list[ast.stmt]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in tree.body if isinstance(node, kinds) and node.name == name]
    if len(functions) != 1 or functions[0].decorator_list or not all(map(_is_empty, functions[0].body)):
        return []
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    calls = [statement for statement in statements if _only_calls(statement.value, name)]
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return [*calls, functions[0]] if len(uses) == len(calls) and not _is_named_otherwise(tree, name) else []


def _is_empty(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _only_calls(node: ast.expr, name: str) -> bool:
    """`name()`, awaited or run by asyncio."""
    node = node.value if isinstance(node, ast.Await) else node
    if not isinstance(node, ast.Call) or node.keywords:
        return False
    if ast.unparse(node.func) == "asyncio.run" and len(node.args) == 1:
        return _only_calls(node.args[0], name)
    return isinstance(node.func, ast.Name) and node.func.id == name and not node.args


def _dead_in(tree: ast.Module, scope: ast.AST, name: str) -> list[ast.stmt]:
    assigns = [node for node in ast.walk(scope) if isinstance(node, ast.stmt) and _assigns(node, name)]
    saves = [node for node in ast.walk(scope) if isinstance(node, ast.Expr) and _is_save(node.value, name)]
    names = [node for node in ast.walk(scope) if isinstance(node, ast.Name) and node.id == name]
    if not assigns or len(names) != len(assigns) + len(saves) or _is_named_otherwise(tree, name):
        return []
    # of several that have the name, another may be of something else
    is_one_thing = len(assigns) == 1 or all(map(_makes_infrastructure, assigns))
    return [*saves, *assigns] if is_one_thing and all(map(_is_harmless, assigns)) else []


def _is_harmless(statement: ast.stmt) -> bool:
    """Whether the value is made without doing anything else: objects and literals, no function of the user's."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    if value is None or any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.NamedExpr)) for node in ast.walk(value)):
        return False
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(_last_name(call.func)[:1].isupper() or _last_name(call.func) in _HARMLESS for call in calls)


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_named_otherwise(tree: ast.Module, name: str) -> bool:
    """Whether `global`, `nonlocal`, `__all__` or a quoted name speaks of it."""
    declared = [n for node in ast.walk(tree) if isinstance(node, (ast.Global, ast.Nonlocal)) for n in node.names]
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return name in declared or any(name in used_names(Nodes(string)) for string in strings)


def _assigns(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


def _makes_infrastructure(statement: ast.stmt) -> bool:
    """Whether a block of infrastructure is made here, not loaded."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    if not isinstance(value, ast.Call):
        return False
    return _last_name(value.func) in INFRASTRUCTURE


def _is_save(value: ast.expr, name: str) -> bool:
    """`name.save(...)`, awaited or not."""
    call = value.value if isinstance(value, ast.Await) else value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "save"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == name
    )


def only_ceremony(tree: ast.Module) -> bool:
    """Whether a module does nothing any more: a docstring, imports, `pass`, texts that it prints when it runs."""
    return all(map(_does_nothing, tree.body))


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.If) and is_main_guard(node):
        return not node.orelse and all(map(_does_nothing, node.body))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _prints_text(node.value)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass))


def _prints_text(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.func.id != "print":
        return False
    values = [*value.args, *(keyword.value for keyword in value.keywords)]
    return all(isinstance(argument, ast.Constant) for argument in values)
