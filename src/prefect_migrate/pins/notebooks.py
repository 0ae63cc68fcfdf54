"""What in a notebook's JSON is a line of a cell, and what an output."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from prefect_migrate.hosts.literals import JSON, read_literals
from prefect_migrate.hosts.nodes import Listing, Scalar, Table

#: A cell that a shell runs, or that pip reads.
_SHELL = re.compile(r"\s*%%(?:bash|sh|!|script|system|sx|cmd|powershell|pwsh)\b")


class _Source(NamedTuple):
    start: int
    end: int
    installs: bool


def in_cell(text: str, offset: int) -> bool:
    """Whether a place in a notebook's JSON is a line of a cell, and not of an output."""
    return _source_at(text, offset) is not None


def in_install_cell(text: str, offset: int) -> bool:
    """Whether a place is a line of a cell that a shell runs, or of one that tells a reader what to run."""
    source = _source_at(text, offset)
    return source is not None and source.installs


def _source_at(text: str, offset: int) -> _Source | None:
    sources = _sources(text)
    index = bisect_right(sources, offset, key=lambda source: source.start) - 1
    return sources[index] if index >= 0 and offset < sources[index].end else None


@lru_cache(maxsize=4)
def _sources(text: str) -> list[_Source]:
    """Where the sources of the cells stand, written as one string or line by line."""
    root = read_literals(text, JSON).node
    document = root.pairs[0][1] if isinstance(root, Table) and root.pairs else None
    cells = document.get("cells") if isinstance(document, Table) else None
    found = []
    for cell in cells.items if isinstance(cells, Listing) else []:
        source, kind = (cell.get("source"), cell.get("cell_type")) if isinstance(cell, Table) else (None, None)
        if isinstance(source, (Listing, Scalar)):
            is_text = kind is not None and text[kind.start : kind.end] == '"markdown"'
            found.append(_Source(source.start, source.end, is_text or _is_for_shell(source)))
    return found


def _is_for_shell(source: Listing | Scalar) -> bool:
    lines = source.items if isinstance(source, Listing) else [source]
    first = lines[0].decode() if lines and isinstance(lines[0], Scalar) else None
    return first is not None and _SHELL.match(first.value) is not None
