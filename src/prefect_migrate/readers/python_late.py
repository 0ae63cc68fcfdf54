"""Reader: what is set on a Prefect 2 deployment right after it was built."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from prefect_migrate.readers.names import schedule_class
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile

#: Attributes of a Prefect 2 deployment that are arguments of build_from_flow as well.
SETTABLE = frozenset(
    {"schedule", "schedules", "is_schedule_active", "parameters", "tags", "description", "version", "work_queue_name",
     "work_pool_name", "infra_overrides", "job_variables", "enforce_parameter_schema", "entrypoint", "path"}
)  # fmt: skip

SCHEDULES = frozenset({"CronSchedule", "IntervalSchedule", "RRuleSchedule"})


def late_settings(
    file: PythonFile, call: ast.Call, between: Collection[ast.stmt] = ()
) -> Iterator[tuple[str, ast.expr, ast.stmt]]:
    """(argument, value, statement) for every `deployment.x = …` and `deployment.update(x=…)` behind a definition.

    `between` are statements that may stand there too.
    """
    statement = file.statement_of(call)
    value = file.parents[call]
    target = assigned_name(statement, value if isinstance(value, ast.Await) else call)
    if target is None:
        return
    body = file.body_of(statement)
    for following in body[body.index(statement) + 1 :]:
        if following in between:
            continue
        settings = list(_settings(following, target.id))
        if [name for name, _ in settings] == ["description"] and not _is_surely_text(settings[0][1]):
            continue  # none at all can be set on the object: given as an argument, it means the flow's own
        if not settings or not _stands_alone(file, following):
            return
        yield from ((name, node, following) for name, node in settings)


def _is_surely_text(node: ast.expr) -> bool:
    """Whether an expression gives a text that is not empty."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and bool(part.value) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def schedule_set_on(file: PythonFile, attribute: ast.Attribute) -> ast.Assign | None:
    """The statement `deployment.schedule = …`, where its value says there and then which schedule it makes, if any."""
    statement = file.parents[attribute]
    if attribute.attr != "schedule" or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    return statement if _is_plain_schedule(file, statement.value) else None


def activity_set_on(file: PythonFile, attribute: ast.Attribute) -> ast.Assign | None:
    """The statement `deployment.is_schedule_active = …`."""
    statement = file.parents[attribute]
    is_set = attribute.attr == "is_schedule_active" and isinstance(statement, ast.Assign)
    return statement if is_set and isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None


def _is_plain_schedule(file: PythonFile, value: ast.expr) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_plain_schedule(file, value.body) and _is_plain_schedule(file, value.orelse)
    if isinstance(value, ast.Call):
        meaning = file.scopes.meaning(value.func)
        return meaning is not None and schedule_class(meaning.name) in SCHEDULES
    return isinstance(value, ast.Constant) and value.value is None


def _settings(statement: ast.stmt, variable: str) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        is_set = isinstance(target, ast.Attribute) and _is_attribute_of(target, variable)
        pairs = [(target.attr, statement.value)] if is_set and isinstance(target, ast.Attribute) else []
    else:
        pairs = list(_update(statement, variable))
    reads = {node.id for _, value in pairs for node in ast.walk(value) if isinstance(node, ast.Name)}
    if variable not in reads and all(name in SETTABLE for name, _ in pairs):
        yield from pairs


def _update(statement: ast.stmt, variable: str) -> Iterator[tuple[str, ast.expr]]:
    """The keywords of `deployment.update(...)`."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args:
        return
    if call.func.attr == "update" and _is_attribute_of(call.func, variable):
        yield from ((keyword.arg or "**", keyword.value) for keyword in call.keywords)


def _is_attribute_of(node: ast.expr, variable: str) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == variable


def _stands_alone(file: PythonFile, statement: ast.stmt) -> bool:
    """Whether nothing else stands on the statement's lines."""
    start, end = file.span(statement)
    before = file.text.text[file.text.line_starts[statement.lineno - 1] : start]
    behind = file.text.text[end:].partition("\n")[0].strip()
    return not before.strip() and (not behind or behind.startswith("#"))
