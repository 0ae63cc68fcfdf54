"""What Python does with a string or a list: run it, keep it, or show it."""

from __future__ import annotations

import ast

from prefect_migrate.commands.model import Context
from prefect_migrate.hosts.keys import runs
from prefect_migrate.hosts.python_strings import Filling
from prefect_migrate.source.python import PythonFile

_RUNNERS = frozenset(
    {
        "Popen", "call", "check_call", "check_output", "create_subprocess_exec", "create_subprocess_shell", "execl",
        "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "getoutput", "getstatusoutput", "local",
        "open_process", "popen", "posix_spawn", "run", "run_command", "run_process", "shell_run_command", "spawn",
        "spawnl", "spawnlp", "spawnv", "spawnvp", "split", "sudo", "system", "BashOperator", "ShellOperation",
        "ShellTask",
    }
)  # fmt: skip
_SHOWN = frozenset(
    {
        "critical", "debug", "echo", "error", "exception", "fail", "info", "input", "log", "print", "raises", "secho",
        "skip", "warn", "warning", "write",
    }
)  # fmt: skip
#: What makes another string or list of it.
_PASSED_ON = frozenset({"cleandoc", "dedent", "format", "join", "list", "lstrip", "replace", "rstrip", "str", "strip"})


def context_of(file: PythonFile, node: ast.AST) -> Context | None:
    """What becomes of a string or a list; None for one that nothing reads, such as a docstring."""
    child = node
    for parent in file.enclosing(node):
        if isinstance(parent, ast.Expr):
            return None
        found = _by_parent(parent, child)
        if found is not None:
            return found
        child = parent
    return "text"


def _by_parent(parent: ast.AST, child: ast.AST) -> Context | None:
    """What the parent says about it; None if it only hands it on."""
    if isinstance(parent, ast.Call):
        return _by_call(parent, child)
    if isinstance(parent, ast.keyword):
        return "command" if runs((parent.arg or "").lower()) else None
    if isinstance(parent, ast.Dict):
        return "command" if runs(_key(parent, child)) else "variable"
    if isinstance(parent, (ast.Compare, ast.Assert, ast.Raise, ast.Subscript)):
        return "text"
    if isinstance(parent, (ast.stmt, ast.NamedExpr, ast.arguments, ast.comprehension, ast.Lambda)):
        return "variable"
    return None


def _by_call(call: ast.Call, child: ast.AST) -> Context | None:
    if child is call.func:
        return None  # "…".split()
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in _RUNNERS:
        return "command"
    if name in _PASSED_ON:
        return None
    is_shown = name in _SHOWN or name.endswith(("Error", "Exception", "Warning"))
    return "text" if is_shown else "variable"


def _key(table: ast.Dict, child: ast.AST) -> str:
    for key, value in zip(table.keys, table.values, strict=True):
        if value is child and isinstance(key, ast.Constant):
            return str(key.value).lower()
    return ""


def filling_of(file: PythonFile, node: ast.AST) -> Filling:
    parent = file.parents.get(node)
    if isinstance(parent, ast.Attribute) and parent.attr == "format":
        return "format"
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.left is node:
        return "percent"
    return ""
