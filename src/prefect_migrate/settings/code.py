"""PREFECT_ variables in Python: `os.environ`, `os.getenv`, `env={…}`, keywords, commands in strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.pins.code import literal_start, string_nodes
from prefect_migrate.settings.model import NAME, Place, Role
from prefect_migrate.source.python import PythonFile

_READERS = frozenset({"getenv", "get", "pop", "config", "getenvb"})
_SETTERS = frozenset({"setenv", "delenv", "putenv", "unsetenv", "setdefault"})
_OVERRIDE = re.compile(r"(?:env\.)?(?P<name>PREFECT_\w+)(?P<value>=\S*)?")


def code_places(file: PythonFile) -> Iterator[Place]:
    """Every variable in a string or a keyword; a message that only names one is left out."""
    for node in string_nodes(file, "PREFECT_"):
        start = literal_start(file, node)
        if start is None:
            continue
        value = str(node.value)
        whole = _OVERRIDE.fullmatch(value)
        if whole is not None:
            at = start + whole.start("name")
            role: Role = "sets" if whole["value"] or whole.start("name") else _role_of_string(file, node)
            yield Place(whole["name"], at, at + len(whole["name"]), role)
        else:
            yield from _in_command(value, start)
    for keyword in file.of_type(ast.keyword):
        if keyword.arg and NAME.fullmatch(keyword.arg):
            start, _ = file.span(keyword)
            yield Place(keyword.arg, start, start + len(keyword.arg), "sets", "a function takes it as its argument")


def _in_command(value: str, start: int) -> Iterator[Place]:
    """`PREFECT_X=… prefect …` and `$PREFECT_X` in a longer string."""
    for match in NAME.finditer(value):
        at, end = start + match.start(), start + match.end()
        if re.search(r"\$\{?$", value[: match.start()]):
            yield Place(match.group(), at, end, "reads")
        elif re.match(r"=\S", value[match.end() :]):
            yield Place(match.group(), at, end, "sets", "it stands in a longer string")


def _role_of_string(file: PythonFile, node: ast.Constant) -> Role:
    parent = file.parents[node]
    if isinstance(parent, ast.Subscript):
        return "reads" if isinstance(parent.ctx, ast.Load) else "sets"
    if isinstance(parent, ast.Dict) and node in parent.keys:
        return "sets"
    if isinstance(parent, ast.Call) and node in parent.args:
        called = parent.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        return "reads" if name in _READERS else "sets" if name in _SETTERS else "names"
    return "reads" if isinstance(parent, ast.Compare) else "names"
