"""The Python in a Jupyter notebook: its code cells as one module, and the places of that module in the JSON."""

from __future__ import annotations

import re
from dataclasses import replace

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import CannotFix, Changes, Edit, Finding, Fix, place_of
from prefect_migrate.hosts.notebook import code_cells
from prefect_migrate.project import ProjectFile
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText

_ESCAPED = re.compile(r"[\x00-\x1f\"\\]")
REASON = "it stands in a notebook: change the cell there"


class NotebookContext(FileContext):
    """What Python rules are given for a notebook: the module that its cells make up."""

    cells: Decoded
    outer: SourceText

    def place_in_file(self, finding: Finding) -> Finding:
        """A finding of a Python rule by its place in the notebook.

        Its fix stays if it only writes other words in the place of some, and needs no import in another cell.
        """
        assert self.python is not None
        starts = self.python.text.line_starts
        start = starts[finding.place.line - 1] + finding.place.column - 1
        end = starts[finding.place.end_line - 1] + finding.place.end_column - 1
        spans = self.cells.spans
        place = place_of(self.outer, spans[start][0], spans[max(end - 1, start)][1])
        edits = self._edits(finding)
        if edits is None or finding.fix is None:
            return replace(finding.without_fix(REASON if finding.fix else finding.reason), place=place)
        return replace(finding, place=place, fix=Fix(finding.fix.title, lambda: Changes(edits)))

    def _edits(self, finding: Finding) -> list[Edit] | None:
        """The edits of a fix in the notebook's own text; None if there is more to it."""
        if finding.fix is None:
            return None
        try:
            changes = finding.fix.make()
        except CannotFix:
            return None
        edits = [self._edit(edit) for edit in changes.edits]
        placed = [edit for edit in edits if edit is not None]
        return placed if changes == Changes(changes.edits) and placed and len(placed) == len(edits) else None

    def _edit(self, edit: Edit) -> Edit | None:
        """The same edit in the JSON, where the text stands as it is and the new one needs no escapes."""
        spans = self.cells.spans
        first = spans[edit.start][0]
        last = spans[edit.end - 1][1] if edit.end > edit.start else first
        as_it_is = self.outer.text[first:last] == self.cells.value[edit.start : edit.end]
        return Edit(first, last, edit.text) if as_it_is and not _ESCAPED.search(edit.text) else None


def notebook_context(context: FileContext) -> NotebookContext | None:
    """The Python of a notebook; None if there is none, or it can't be parsed."""
    cells = code_cells(context.text.text)
    if "refect" not in cells.value:
        return None
    try:
        python = PythonFile(context.path, SourceText(cells.value.encode("utf-8", "replace"), "utf-8"))
    except UnparsablePython:
        return None
    file = ProjectFile(context.path, PYTHON, context.file.data)
    inner = NotebookContext(context.project, file, context.plan, context.config)
    inner.cells, inner.outer = cells, context.text
    inner.__dict__.update(python=python, foreign=None, problem=None)
    return inner
