"""Jupyter notebooks: `!prefect …` lines, `%%bash` cells and Python, by their places in the JSON around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command, Dialect
from prefect_migrate.commands.shell import read_commands
from prefect_migrate.hosts.literals import JSON, read_literals
from prefect_migrate.hosts.markdown import read_markdown
from prefect_migrate.hosts.nodes import Listing, Node, Scalar, Table
from prefect_migrate.hosts.python_files import read_python
from prefect_migrate.hosts.strings import ESCAPES, mentions_command, place
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText

CELL_MAGIC = re.compile(r"\s*%%(?P<name>bash|sh|script|!|writefile|cmd|powershell|pwsh|system|sx)\b(?P<rest>[^\n]*)\n")
#: A line that the shell gets, with those that it goes on over, and any other magic.
LINE_MAGIC = re.compile(
    r"(?m)^[ \t]*(?:[\w, ]+=[ \t]*)?(?P<mark>!{1,2}|%(?:sx|system|%?\w+))(?P<body>(?:\\\n|[^\n])*)$"
)
_WRITTEN: dict[str, Dialect] = {"sh": "sh", "bash": "sh", "bat": "bat", "cmd": "bat", "ps1": "powershell"}
_SHELLS: dict[str, Dialect] = {"cmd": "bat", "powershell": "powershell", "pwsh": "powershell"}


def read_notebook(text: str) -> Iterator[Command]:
    for cell in cells_of(text):
        if mentions_command(text[cell.start : cell.end]):
            yield from _cell(text, cell)


@lru_cache(maxsize=4)
def cells_of(text: str) -> list[Table]:
    root = read_literals(text, JSON).node
    document = root.pairs[0][1] if isinstance(root, Table) and root.pairs else None
    cells = document.get("cells") if isinstance(document, Table) else None
    return [cell for cell in (cells.items if isinstance(cells, Listing) else []) if isinstance(cell, Table)]


def is_shown(text: str, offset: int) -> bool:
    """Whether the cell at an offset is one to read, or one that keeps what it gave when it ran."""
    for cell in cells_of(text):
        if cell.start <= offset < cell.end:
            outputs = cell.get("outputs")
            return not isinstance(outputs, Listing) or bool(outputs.items)
    return True


def is_code(text: str, cell: Table) -> bool:
    kind = cell.get("cell_type")
    return isinstance(kind, Scalar) and text[kind.start : kind.end] == '"code"'


def _cell(text: str, cell: Table) -> Iterator[Command]:
    source = source_of(cell.get("source"))
    if source is None:
        return
    for command in (read_code(source.value) or ()) if is_code(text, cell) else read_markdown(source.value):
        placed = place(command, source, text)
        yield placed._replace(enclosing=placed.enclosing + '"' + ESCAPES)


def source_of(node: Node | None) -> Decoded | None:
    """The text of a cell, which may stand there line by line."""
    scalars = node.items if isinstance(node, Listing) else [node]
    value, spans = "", list[tuple[int, int]]()
    for scalar in scalars:
        decoded = scalar.decode() if isinstance(scalar, Scalar) else None
        if decoded is None:
            return None
        value += decoded.value
        spans += decoded.spans
    return Decoded(value, spans)


def read_code(source: str) -> list[Command] | None:
    """The commands of a cell; None if it is neither Python nor for a shell."""
    magic = CELL_MAGIC.match(source)
    if magic is not None:
        shell = _shell_of(magic)
        return read_commands(source[magic.end() :], dialect=shell, base=magic.end()) if shell else []
    found: list[Command] = []
    for line in LINE_MAGIC.finditer(source):
        if line["mark"].startswith("!") or line["mark"] in ("%sx", "%system"):
            found += read_commands(line["body"], base=line.start("body"))
    code = _python(LINE_MAGIC.sub(nothing, source))
    return found + code if code is not None else found or None


def _shell_of(magic: re.Match[str]) -> Dialect | None:
    """The shell that a cell is for, or that the file which it writes is for."""
    if magic["name"] == "writefile":
        suffix = magic["rest"].strip().rpartition(".")[2].lower()
        return _WRITTEN.get(suffix)
    if magic["name"] == "script" and not re.search(r"\b(?:ba|z)?sh\b", magic["rest"]):
        return None
    return _SHELLS.get(magic["name"], "sh")


def nothing(line: re.Match[str]) -> str:
    """A statement that does nothing, as long as the line of the shell was; blank lines for those it went on over."""
    first, *rest = line.group().split("\n")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    does_nothing = "pass" if len(first) >= len(f"{indent}pass") else "0"
    return "\n".join([f"{indent}{does_nothing}".ljust(len(first)), *(" " * len(after) for after in rest)])


def _python(source: str) -> list[Command] | None:
    try:
        file = PythonFile("cell.py", SourceText(source.encode(errors="replace"), "utf-8"))
    except UnparsablePython:
        return None
    return list(read_python(file))
