"""`build = partial(Deployment.build_from_flow, tags=[...])`: what it fixed, written out in each call of it.

The next round of `apply` rewrites those calls as any other (PM101).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.changes.indent import indent_of, indent_unit
from prefect_migrate.changes.statements import statement_edit
from prefect_migrate.findings import Changes, Edit
from prefect_migrate.project import Project
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_splats import may_move
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.symbols import dotted


def partial_changes(project: Project, file: PythonFile, node: ast.expr) -> Changes | None:
    """The changes for a `Deployment.build_from_flow` that is no call; None where not all of them are known."""
    call = file.parents[node]
    if not isinstance(call, ast.Call) or call.args != [node] or any(one.arg is None for one in call.keywords):
        return None
    if comments_of(file.source(call)):
        return None
    meaning = dotted(project, file, call.func)
    statement = file.statement_of(call)
    target = assigned_name(statement, call)
    if meaning is None or meaning.name != "functools.partial" or target is None:
        return None
    if len(file.bindings_of(target)) != 1 or is_imported_elsewhere(project, file, target.id):
        return None
    calls = list(_calls(file, target, call))
    if not calls or None in calls:
        return None
    changes = Changes(edits=[statement_edit(file.text, statement, keep_comments=True)])
    changes.edits += [Edit(*file.span(one), _whole(file, one, call, node)) for one in calls if one is not None]
    return changes


def _calls(file: PythonFile, target: ast.Name, partial: ast.Call) -> Iterator[ast.Call | None]:
    """Every use of the name; None for one that is no plain call, or where the values would say something else."""
    there = file.scopes.scope_of(target)
    for name in file.named(target.id):
        if name is target:
            continue
        call, here = file.parents[name], file.scopes.scope_of(name)
        is_call = isinstance(call, ast.Call) and call.func is name and all(one.arg for one in call.keywords)
        moves = all(may_move(one.value, there, here) for one in partial.keywords)
        same = file.bindings_of(name) == file.bindings_of(target)
        yield call if isinstance(call, ast.Call) and is_call and moves and same else None


def _whole(file: PythonFile, call: ast.Call, partial: ast.Call, function: ast.expr) -> str:
    """The call with all that it was given, earlier and now."""
    from prefect_migrate.changes.calls import CallEditor

    line, unit = file.text.line(call.lineno), indent_unit(file.text.text)
    editor = CallEditor(file.source(call), indent_of(line), file.text.newline, column=call.col_offset, unit=unit)
    given = {keyword.arg for keyword in call.keywords}
    for keyword in partial.keywords:
        if keyword.arg and keyword.arg not in given:
            editor.add(keyword.arg, file.source(keyword.value))
    return editor.code(file.source(function))
