"""Writer: the command that registers what a script did, in a script that does more and that others run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from prefect_migrate.changes.edits import line_span
from prefect_migrate.changes.indent import indent_of, indent_unit
from prefect_migrate.findings import Changes, Edit, ImportRequest
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_importers import is_imported
from prefect_migrate.readers.python_trail import calls_of
from prefect_migrate.source.at_import import runs_at_import
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers.stand_ins import beside, deploy_command, names_by_folder

_WIDTH = 88
_MAX_DEPTH = 5
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ImportRequest("subprocess"), ImportRequest("sys"), ImportRequest("pathlib", "Path"))


def with_commands(project: Project, plan: Plan, changes: Sequence[Changes]) -> list[Changes]:
    """The same changes of one file, with `prefect deploy` where its last deployment was registered.

    Not where that command, which imports the flows' files, would come by its own statement again.
    """
    deployments = [one for change in changes for one in change.to_yaml if isinstance(one, PythonDeployment)]
    last = max((_registered_at(one) for one in deployments), key=lambda statement: statement.lineno, default=None)
    if last is None or any(change.in_cells for change in changes):
        return list(changes)
    file = deployments[0].file
    start, end = file.span(last)
    # What the statement's own removal would put there: blocks that it saves on the way.
    kept = next((edit.text for change in changes for edit in change.edits if _saves(edit, start, end)), "")
    first, after = line_span(file.text.text, start, end)
    indent = indent_of(file.text.text[first:])
    alone = first + len(indent) == start and file.text.text[end:after].strip()[:1] in ("", "#")
    guarded = _is_loaded(project, file, deployments) and _comes_by(project, file, last)
    if guarded and not alone:
        return list(changes)
    step = indent_unit(file.text.text)
    commands = list(_commands(plan, file, changes, indent + step * guarded, step, _WIDTH if alone else None))
    if guarded:
        commands = [f"\n{indent}{step}".join(['if __name__ == "__main__":', *commands])]
    text = (f"\n{indent}" if alone else "; ").join(filter(None, [kept, *commands]))
    edit = Edit(start, end, text.replace("\n", file.text.newline))
    without = [replace(change, edits=[one for one in change.edits if one.start != start]) for change in changes]
    return [*without, Changes(edits=[edit], imports=list(_IMPORTS))]


def _saves(edit: Edit, start: int, end: int) -> bool:
    return (edit.start, edit.end) == (start, end) and ".save(" in edit.text


def _registered_at(deployment: PythonDeployment) -> ast.stmt:
    """The last statement that registers it."""
    file = deployment.file
    loops = [one for one in (*deployment.listed, *deployment.ceremonies) if isinstance(one, ast.For)]
    applied = [file.statement_of(call) for call in deployment.apply_calls]
    return max(applied or loops or [file.statement_of(deployment.call)], key=lambda statement: statement.lineno)


def _is_loaded(project: Project, file: PythonFile, deployments: Sequence[PythonDeployment]) -> bool:
    """Whether `prefect deploy` imports the file, because a flow lies in it or another file imports it."""
    own = any(one.flow is not None and one.flow.site.path == file.path for one in deployments)
    return own or is_imported(project, file.path)


def _comes_by(project: Project, file: PythonFile, statement: ast.AST, depth: int = 0) -> bool:
    """Whether the import of a file comes by a statement, at its top or in a function that is called there."""
    function = next((one for one in file.enclosing(statement) if isinstance(one, _FUNCTIONS)), None)
    if function is None:
        return runs_at_import(file, statement)
    calls = [call for other, call in calls_of(project, file, function) if other is file]
    return depth > _MAX_DEPTH or any(_comes_by(project, file, call, depth + 1) for call in calls)


def _commands(
    plan: Plan, file: PythonFile, changes: Sequence[Changes], indent: str, step: str, width: int | None
) -> Iterator[str]:
    for folder, names in names_by_folder(plan, changes).items():
        yield deploy_command(names, beside(file.path, folder), indent, step, width)
