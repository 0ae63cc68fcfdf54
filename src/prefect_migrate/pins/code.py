"""Pins in Python: requirements of setup.py, install commands, `EXTRA_PIP_PACKAGES` of an `env`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import SHELL
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.texts import names_packages, text_pins
from prefect_migrate.pins.words import pins_in, repository_pins, whole
from prefect_migrate.readers.requirements import read_pins
from prefect_migrate.source.python import PythonFile

_QUOTE = re.compile(r"(?i)[rub]{0,2}(\"\"\"|'''|\"|')")
#: No pin is without one of these.
_VERSION = re.compile(r"\d|@orion")
#: The name, an extra and a version, with whatever may stand between two strings.  Begins with a word, which is found
#: fast, and for the same reason it is for bytes in lower case.
_MAYBE = re.compile(
    rb"prefect(?:[-_.][a-z]+)*(?:[ \t]*\[[^\]\n]*\])?(?=\W)[\s\"'\\()rfbu]*[=~!<>@^]{0,4}[\s\"'\\()rfbu]*v?\d"
)
#: Escapes may be anything.
_ESCAPES = (b"\\x", b"\\u", b"\\U", b"\\N")
#: What a program writes to a requirements file: several lines, each a requirement, an option of pip or a comment.
_LINE = r"[ \t]*(?:#.*|-[-\w]+[ =].*|[A-Za-z][\w.-]*[ \t]*(?:\[[^\]\n]*\])?[ \t]*(?:[=<>~!;].*)?)?"
_FILE = re.compile(rf"(?=[^\n]*\n[ \t]*\S|\s*\S+\n){_LINE}(?:\n{_LINE})+")
#: Files whose strings are requirements of a build or a session.
_BUILD_FILES = frozenset({"setup.py", "noxfile.py"})


def pins_of_code(context: FileContext) -> list[Pin]:
    """The pins in the strings of a Python file; offsets are those of the file."""

    def read() -> list[Pin]:
        return list(_pins_in(context.python)) if context.python is not None else []

    return context.project.once("pins", context.file, read) if may_hold_code_pins(context.file.data or b"") else []


def _pins_in(file: PythonFile) -> Iterator[Pin]:
    for node in string_nodes(file, "refect"):
        if _VERSION.search(str(node.value)) is None:
            continue
        offset = literal_start(file, node)
        for pin in _pins_of(file, node):
            if offset is None:
                start, end = file.span(node)
                yield replace(pin, start=start, end=end, obstacle="the string is written in parts or with escapes")
            else:
                yield _moved(pin, offset)


def may_hold_code_pins(data: bytes) -> bool:
    """Whether a file can have a pin in a string, or in several that stand side by side."""
    small = data.lower()
    return _MAYBE.search(small) is not None or b"git+" in small or any(escape in data for escape in _ESCAPES)


def string_nodes(file: PythonFile, part: str) -> Iterator[ast.Constant]:
    """Every string with this part of Prefect's name in it, docstrings and pieces of f-strings apart."""
    for node in file.mentions:
        if part in str(node.value):
            parent = file.parents[node]
            if not isinstance(parent, (ast.Expr, ast.JoinedStr)):
                yield node


def literal_start(file: PythonFile, node: ast.Constant) -> int | None:
    """The offset of a string's first character, None if it is not written as it is."""
    start, end = file.span(node)
    source = file.text.text[start:end]
    match = _QUOTE.match(source)
    if match is None or source[match.end() : -len(match[1])] != node.value:
        return None
    return start + match.end()


def _pins_of(file: PythonFile, node: ast.Constant) -> Iterator[Pin]:
    value = str(node.value)
    sure = PurePosixPath(file.path).name in _BUILD_FILES
    pin = whole(value)
    if pin is not None:
        yield replace(pin, standing="sure" if sure or _is_package_value(file, node) else "likely")
        return
    if _FILE.fullmatch(value):
        yield from (replace(pin, standing="likely") for pin in read_pins(value))
        return
    if _is_package_value(file, node):
        yield from (*pins_in(value), *repository_pins(value))
        return
    for pin in text_pins(value, SHELL):
        if sure or pin.standing == "sure":
            yield replace(pin, standing="likely")


def _is_package_value(file: PythonFile, node: ast.Constant) -> bool:
    """Whether the string is the value of `EXTRA_PIP_PACKAGES`, `pip_packages` and the like."""
    child: ast.AST = node
    parent = file.parents[node]
    if isinstance(parent, (ast.List, ast.Tuple)):
        child, parent = parent, file.parents[parent]
    if isinstance(parent, ast.keyword):
        return names_packages(parent.arg or "")
    if isinstance(parent, ast.Dict) and child in parent.values:
        key = parent.keys[parent.values.index(child)]
        return isinstance(key, ast.Constant) and names_packages(str(key.value))
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Subscript):
        key = parent.targets[0].slice
        return isinstance(key, ast.Constant) and names_packages(str(key.value))
    return False


def _moved(pin: Pin, offset: int) -> Pin:
    return replace(pin, start=pin.start + offset, end=pin.end + offset, at=pin.at + offset, to=pin.to + offset)
