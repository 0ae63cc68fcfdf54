"""Writer: the command that registers what a script did, in a script that does more and that others run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from prefect_migrate.changes.edits import line_span
from prefect_migrate.changes.indent import indent_of, indent_unit
from prefect_migrate.findings import Changes, Edit, ImportRequest
from prefect_migrate.plan.model import Plan
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.writers.stand_ins import below, deploy_command, names_by_folder, up

_WIDTH = 88
_IMPORTS = (ImportRequest("subprocess"), ImportRequest("sys"), ImportRequest("pathlib", "Path"))


def with_commands(plan: Plan, changes: Sequence[Changes]) -> list[Changes]:
    """The same changes of one file, with `prefect deploy` where its last deployment was registered."""
    deployments = [one for change in changes for one in change.to_yaml if isinstance(one, PythonDeployment)]
    last = max((_registered_at(one) for one in deployments), key=lambda statement: statement.lineno, default=None)
    if last is None or any(change.in_cells for change in changes):
        return list(changes)
    file = deployments[0].file
    start, end = file.span(last)
    # What the statement's own removal would put there: blocks that it saves on the way.
    kept = next((edit.text for change in changes for edit in change.edits if _saves(edit, start, end)), "")
    commands = _commands(plan, file, last, changes)
    edit = Edit(start, end, "; ".join(filter(None, [kept, commands])))
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


def _commands(plan: Plan, file: PythonFile, statement: ast.stmt, changes: Sequence[Changes]) -> str:
    text, (start, end) = file.text.text, file.span(statement)
    first, after = line_span(text, start, end)
    indent = indent_of(text[first:])
    alone = first + len(indent) == start and text[end:after].strip()[:1] in ("", "#")
    root = f"Path(__file__).resolve().{up(file.path)}"
    commands, step = [], indent_unit(text)
    for folder, names in names_by_folder(plan, changes).items():
        width = _WIDTH if alone else None
        commands.append(deploy_command(names, below(root, folder), indent, step, width))
    return (f"\n{indent}" if alone else "; ").join(commands).replace("\n", file.text.newline)
