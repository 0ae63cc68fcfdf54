"""Python rules in a Jupyter notebook: what they are given, and the places in the JSON of what they find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import CannotFix, Changes, Finding, Fix
from prefect_migrate.project import ProjectFile


class NotebookContext(FileContext):
    """What Python rules are given for a notebook: the module that its cells make up."""

    def place_in_file(self, finding: Finding) -> Finding:
        """A finding of a Python rule by its place in the notebook."""
        assert self.python is not None
        fix = finding.fix
        return replace(
            finding,
            place=self.python.place_in_file(finding.place),
            fix=Fix(fix.title, _in_cells(fix.make)) if fix is not None else None,
        )


def _in_cells(make: Callable[[], Changes]) -> Callable[[], Changes]:
    def make_in_cells() -> Changes:
        changes = make()
        if changes.deletes:
            raise CannotFix("nothing would be left of the notebook")
        return replace(changes, in_cells=True)

    return make_in_cells


def notebook_context(context: FileContext) -> NotebookContext | None:
    """The Python of a notebook; None if there is none, or it can't be parsed."""
    python = context.project.python(context.path)
    if python is None or "refect" not in python.text.text:
        return None
    file = ProjectFile(context.path, PYTHON, context.file.data)
    inner = NotebookContext(context.project, file, context.plan, context.config)
    inner.__dict__.update(python=python, foreign=None, problem=None)
    return inner
