"""The code cells of a notebook as one module of Python, with a mark where each cell ends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.findings import Place, place_of
from prefect_migrate.hosts.nodes import Node, Table
from prefect_migrate.hosts.notebook import CELL_MAGIC, LINE_MAGIC, cells_of, is_code, nothing, source_of
from prefect_migrate.source.python import PythonFile, UnparsablePython, parse
from prefect_migrate.source.text import SourceText

#: `?name` and `name?`
_HELP = re.compile(r"(?m)^[ \t]*(?:\?[^\n]*|[^\n'\"#]*\?)$")
#: Magics whose line is Python: a condition as long stands in their place.
_TIMING = re.compile(r"(?m)^(?P<magic>[ \t]*%(?:time|timeit|prun|memit)[ \t]+)(?=[^\s-])")
_NAME = re.compile(r"[^\W\d]\w*")


class Cell(NamedTuple):
    """One cell: `start:end` of the module, its text as it stands in the notebook, and where that is in the JSON."""

    start: int
    end: int
    source: Decoded
    node: Node


class CellModule(NamedTuple):
    """The module, and which of its characters stands where in the JSON."""

    decoded: Decoded
    cells: list[Cell]
    #: Names that magics speak of, and cells that are no Python.
    hidden: frozenset[str]


def mark(number: int) -> str:
    """What stands behind a cell: a statement, which takes no part in anything, and a comment, which tells it apart."""
    return f"pass  # the end of cell {number}\n"


@lru_cache(maxsize=4)
def module_of_cells(text: str) -> CellModule:
    """The Python of all code cells, one below the other; cells that can't be parsed are left out."""
    value, spans = "", list[tuple[int, int]]()
    cells: list[Cell] = []
    hidden: set[str] = set()
    for table in cells_of(text):
        source = source_of(table.get("source")) if is_code(text, table) else None
        if source is None or not source.value.strip():
            continue
        python = None if CELL_MAGIC.match(source.value) else _python(source.value)
        if python is None:
            hidden.update(_NAME.findall(source.value))
            continue
        hidden.update(_hidden(source.value, python))
        end = source.spans[-1][1]
        cells.append(_cell(len(value), python, source, table))
        behind = f"\n{mark(len(cells) - 1)}"
        value += python + behind
        spans += [*source.spans, *((end, end) for _ in behind)]
    return CellModule(Decoded(value, spans), cells, frozenset(hidden))


class PythonOfCells(PythonFile):
    """The parsed module of a notebook.  Raises UnparsablePython where the cells make none together."""

    def __init__(self, path: str, data: bytes) -> None:
        self.notebook = SourceText.plain(data)
        module = module_of_cells(self.notebook.text)
        self._spans = module.decoded.spans
        super().__init__(path, SourceText(module.decoded.value.encode("utf-8", "replace"), "utf-8"))

    @property
    def is_notebook(self) -> bool:
        return True

    def place_in_file(self, place: Place) -> Place:
        """Where in the JSON the characters stand that a place of the module has."""
        starts = self.text.line_starts
        start = starts[place.line - 1] + place.column - 1
        end = starts[place.end_line - 1] + place.end_column - 1
        return place_of(self.notebook, self._spans[start][0], self._spans[max(end - 1, start)][1])


def _cell(start: int, python: str, source: Decoded, table: Table) -> Cell:
    node = table.get("source")
    assert node is not None
    return Cell(start, start + len(python), source, node)


def _python(source: str) -> str | None:
    """The Python of a cell, as long as the cell; None if it can't be parsed."""
    timed = _TIMING.sub(lambda found: _condition(found["magic"]), source)
    python = _HELP.sub(nothing, LINE_MAGIC.sub(nothing, timed))
    try:
        parse(python)
    except UnparsablePython:
        return None
    return python


def _condition(magic: str) -> str:
    indent = magic[: len(magic) - len(magic.lstrip())]
    return f"{indent}if 1:".ljust(len(magic))


def _hidden(source: str, python: str) -> list[str]:
    """The names in the lines that are no Python."""
    lines = zip(source.split("\n"), python.split("\n"), strict=True)
    return [name for before, after in lines if before != after for name in _NAME.findall(before)]
