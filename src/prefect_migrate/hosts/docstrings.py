"""Docstrings: the commands that have a line for themselves, as in a usage; a sentence may name what it likes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import read_text_commands
from prefect_migrate.hosts.python_strings import decode_python
from prefect_migrate.hosts.strings import place
from prefect_migrate.source.python import PythonFile

#: What may stand before a command on its line: a prompt, a bullet, "Run:", and what runs it.
_BEFORE = re.compile(
    r"[ \t]*(?:[$>%!*+-]|\d+[.)]|[\w ]{1,30}:)?[ \t]*`{0,2}(?:\w+=\S+[ \t]+)*"
    r"(?:(?:poetry|uv|pipenv|pdm|hatch|rye|pixi)[ \t]+run[ \t]+|python[\d.]*[ \t]+-m[ \t]+|sudo[ \t]+|!)?"
)


def read_docstring(file: PythonFile, node: ast.expr) -> Iterator[Command]:
    string = decode_python(file.text.text, *file.span(node))
    if string is None:
        return
    value = string.decoded.value
    for command in read_text_commands(value):
        if _BEFORE.fullmatch(value[value.rfind("\n", 0, command.start) + 1 : command.start]):
            placed = place(command, string.decoded, file.text.text)
            yield placed._replace(enclosing=placed.enclosing + string.enclosing)
