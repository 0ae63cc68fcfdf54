"""The state of a future, which `wait()` gives no more."""

from __future__ import annotations

import ast

from prefect_migrate.findings import Changes, Edit
from prefect_migrate.source.python import PythonFile

#: Where `a or b` needs no parentheses.
_OPEN = (ast.Assign, ast.AnnAssign, ast.Return, ast.Call, ast.keyword, ast.List, ast.Tuple, ast.ListComp, ast.If)


def has_state(call: ast.Call) -> bool:
    """Whether the state can be read after `future.wait(...)`: the future has a name, or is submitted right there."""
    future = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(future, ast.Call):
        return isinstance(future, ast.Name)
    is_submit = isinstance(future.func, ast.Attribute) and future.func.attr == "submit"
    given = {keyword.arg for keyword in future.keywords}
    return is_submit and not call.args and not call.keywords and given.isdisjoint({None, "return_state"})


def state_changes(file: PythonFile, call: ast.Call) -> Changes:
    """Read the state after `call`, of which `has_state` holds."""
    assert isinstance(call.func, ast.Attribute)
    future = call.func.value
    if isinstance(future, ast.Call):
        return _returned(file, call, future)
    assert isinstance(future, ast.Name)
    awaiting = file.parents[call]
    whole = awaiting if isinstance(awaiting, ast.Await) else call
    statement = file.parents[whole]
    if isinstance(statement, ast.Assign) and _is_alone(file, statement):
        return _assigned(file, statement, call, future.id)
    text = f"{file.source(call)} or {future.id}.state"
    return Changes([Edit(*file.span(whole), text if isinstance(file.parents[whole], _OPEN) else f"({text})")])


def reads_state(file: PythonFile, call: ast.Call) -> bool:
    """Whether it is written for a `wait` that gives None: `future.wait() or future.state`."""
    parent = file.parents[call]
    values = parent.values if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) else []
    return any(isinstance(value, ast.Attribute) and value.attr == "state" for value in values)


def _returned(file: PythonFile, call: ast.Call, submit: ast.Call) -> Changes:
    """`task.submit(...).wait()` as `task.submit(..., return_state=True)`."""
    # A scan must not pay for LibCST, which comes with this module.
    from prefect_migrate.changes.calls import CallEditor

    awaiting = file.parents[call]
    whole = awaiting if isinstance(awaiting, ast.Await) else call
    editor = CallEditor(file.source(submit), newline=file.text.newline, width=10**6)
    editor.add("return_state", "True")
    return Changes([Edit(*file.span(whole), editor.code(file.source(submit.func)))])


def _assigned(file: PythonFile, statement: ast.Assign, call: ast.Call, future: str) -> Changes:
    """Two statements for `state = future.wait()`."""
    start, end = file.span(statement)
    line_start = file.text.line_starts[statement.lineno - 1]
    indent = file.text.text[line_start:start]
    targets = file.text.text[start : file.span(statement.value)[0]]
    return Changes(
        [Edit(start, end, f"{file.source(call)}{file.text.newline}{indent}{targets}{future}.state")],
    )


def _is_alone(file: PythonFile, statement: ast.Assign) -> bool:
    """Whether nothing else is on the lines of the statement, and its value needs no parentheses."""
    start, end = file.span(statement)
    text, line_start = file.text.text, file.text.line_starts[statement.lineno - 1]
    rest = text[end:].partition("\n")[0].split("#")[0].strip()
    opening = text[start : file.span(statement.value)[0]]
    return not text[line_start:start].strip() and not rest and "(" not in opening and "\n" not in opening
