"""Write another module back into the cells of a notebook: the JSON around what changed stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.findings import CannotFix, Edit
from prefect_migrate.hosts.cell_module import Cell, mark, module_of_cells
from prefect_migrate.hosts.nodes import Listing, Node, Scalar

#: The lines `[0:1]` of a cell, and those that take their place.
_Hunk = tuple[int, int, list[str]]


def rewrite_cells(text: str, rewrite: Callable[[str, Collection[str]], str]) -> str:
    """The notebook after `rewrite` was given its module, and the names that something else in it may read.

    Raises CannotFix when the new module can't be told apart into the cells, or more than their sources would change.
    """
    module = module_of_cells(text)
    rest = rewrite(module.decoded.value, module.hidden)
    edits: list[Edit] = []
    for number, cell in enumerate(module.cells):
        piece, found, rest = rest.partition(mark(number))
        if not found:
            raise CannotFix("it would reach over the end of a cell")
        edits += _edits(text, cell, module.decoded.value[cell.start : cell.end], piece.removesuffix("\n"))
    if rest.strip():
        raise CannotFix("it would stand behind the last cell")
    after = apply_edits(text, edits)
    if _without_sources(text) != _without_sources(after):
        raise CannotFix("the notebook would not say the same around it")
    return after


def _edits(text: str, cell: Cell, before: str, after: str) -> list[Edit]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    written = cell.source.value.splitlines(keepends=True)
    hunks = [
        (first, last, new[start:end])
        for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    if any(written[first:last] != old[first:last] for first, last, _ in hunks):
        raise CannotFix("a magic stands among the lines")
    if not hunks:
        return []
    if isinstance(cell.node, Scalar):
        return list(_in_string(text, cell, old, hunks))
    items = _lines_of(cell.node)
    if [decoded.value for item in items if (decoded := item.decode())] != written:
        raise CannotFix("the cell is written in other pieces than lines")
    if not new:
        return [Edit(cell.node.start, cell.node.end, "[]")]
    return [_in_list(text, cell.node.start, items, hunk) for hunk in hunks]


def _lines_of(node: Node) -> list[Scalar]:
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Listing) else []


def _in_list(text: str, start: int, items: list[Scalar], hunk: _Hunk) -> Edit:
    """The edit of a source that is a list of lines; not all of them go."""
    first, last, lines = hunk
    between = text[items[0].end : items[1].start] if len(items) > 1 else _between(text[start + 1 : items[0].start])
    strings = [_dumped(text, line) for line in lines]
    if first == last:
        at = items[first].start if first < len(items) else items[-1].end
        added = [string + between for string in strings] if first < len(items) else [between + s for s in strings]
        return Edit(at, at, "".join(added))
    if strings:
        return Edit(items[first].start, items[last - 1].end, between.join(strings))
    if last < len(items):
        return Edit(items[first].start, items[last].start, "")
    return Edit(items[first - 1].end, items[last - 1].end, "")


def _between(lead: str) -> str:
    """What to write between two lines, after what stands before the only one."""
    return f",{lead}" if lead else ", "


def _in_string(text: str, cell: Cell, old: list[str], hunks: list[_Hunk]) -> Iterator[Edit]:
    """The edits of a source that is one string."""
    starts = list(accumulate(map(len, old), initial=0))
    spans = [*cell.source.spans, (cell.source.spans[-1][1],) * 2]
    for first, last, lines in hunks:
        yield Edit(spans[starts[first]][0], spans[starts[last]][0], _dumped(text, "".join(lines))[1:-1])


def _dumped(text: str, line: str) -> str:
    return json.dumps(line, ensure_ascii=text.isascii())


def _without_sources(text: str) -> Any:
    """What the notebook says apart from the sources of its cells.  Raises CannotFix if it is no JSON."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise CannotFix("the notebook is no JSON that Python reads") from error
    for cell in document.get("cells", []):
        cell.pop("source", None)
    return document
