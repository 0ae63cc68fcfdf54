"""Python: commands that it hands to a shell or starts itself, and those that docstrings show; no comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command
from prefect_migrate.hosts.docstrings import read_docstring
from prefect_migrate.hosts.items import is_argv, item_words, read_words
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar
from prefect_migrate.hosts.python_context import context_of, filling_of
from prefect_migrate.hosts.python_strings import PythonString, decode_python
from prefect_migrate.hosts.strings import doubtful, is_command, names_a_command, read_string, within
from prefect_migrate.source.python import PythonFile

_CHANGED = r"\b{name}(?:\.(?:append|extend|insert)\(|[ \t]*\+=)"


def read_python(file: PythonFile) -> Iterator[Command]:
    """The commands in strings and lists, in no order."""
    done: set[ast.AST] = set()
    for node in _mentions(file):
        holder = file.parents[node]
        words = holder.elts if isinstance(holder, (ast.List, ast.Tuple)) else _arguments(holder, node)
        if holder in done:
            continue
        found = list(_list(file, holder, words)) if words else []
        if found:
            done.add(holder)
            yield from found
        else:
            yield from _string(file, node)


def _mentions(file: PythonFile) -> Iterator[ast.expr]:
    """The strings that mention the program; of an f-string, the whole."""
    seen: set[ast.AST] = set()
    for node in file.mentions:
        if "prefect" in str(node.value):
            parent = file.parents[node]
            whole = parent if isinstance(parent, ast.JoinedStr) else node
            if whole not in seen:
                seen.add(whole)
                yield whole


def _arguments(holder: ast.AST, node: ast.expr) -> list[ast.expr]:
    """The positional arguments of `create_subprocess_exec("prefect", "agent", …)`."""
    is_program = isinstance(node, ast.Constant) and str(node.value).rpartition("/")[2] == "prefect"
    return holder.args if isinstance(holder, ast.Call) and is_program and len(holder.args) > 1 else []


def _list(file: PythonFile, holder: ast.AST, items: list[ast.expr]) -> Iterator[Command]:
    context = context_of(file, holder if not isinstance(holder, ast.Call) else items[0])
    if context is None:
        return
    start, end = file.span(holder)
    listing = Listing(start, end, [_item(file, item) for item in items])
    words = item_words(file.text.text, listing)
    if not is_argv(words):
        return
    whole = _is_whole(file, holder)
    for command in read_words(file.text.text, words, listing.items):
        if is_command(command, context == "command"):
            placed = command if whole else command._replace(editable=False)
            yield from within([placed], "variable" if context == "text" else context)


def _item(file: PythonFile, node: ast.expr) -> Node:
    start, end = file.span(node)
    string = decode_python(file.text.text, start, end) if _is_string(node) else None
    if string is None:
        return Expression(start, end)
    return Scalar(start, end, lambda: string.decoded, string.enclosing)


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_whole(file: PythonFile, holder: ast.AST) -> bool:
    """Whether nothing is added to the list before it runs."""
    parent = file.parents.get(holder)
    if isinstance(parent, ast.BinOp):
        return False
    targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return not any(re.search(_CHANGED.format(name=name), file.text.text) for name in names)


def _string(file: PythonFile, node: ast.expr) -> Iterator[Command]:
    if isinstance(node, ast.Constant) and not names_a_command(str(node.value)):
        return
    if isinstance(file.parents[node], ast.Expr):
        yield from read_docstring(file, node)
        return
    context = context_of(file, node)
    string = decode_python(file.text.text, *file.span(node), filling_of(file, node)) if context else None
    if context is None or string is None:
        return
    for command in _commands(file, node, string):
        if is_command(command, context == "command"):
            shown = doubtful(command) or (context != "command" and _is_quoted(file, command))
            yield from within([command], "text" if shown else context)


def _is_quoted(file: PythonFile, command: Command) -> bool:
    """Whether it stands in backticks, which in a string that is kept are those of a text, not of a shell."""
    return file.text.text[command.start - 1 : command.start] == "`"


def _commands(file: PythonFile, node: ast.expr, string: PythonString) -> Iterator[Command]:
    parent = file.parents.get(node)
    whole = not (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add))
    value = string.decoded.value.rstrip()
    decoded = Decoded(value, string.decoded.spans[: len(value)])
    for command in read_string(file.text.text, decoded, enclosing=string.enclosing):
        yield command if whole else command._replace(editable=False)
