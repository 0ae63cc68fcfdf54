"""Put `ThreadPoolTaskRunner(max_workers=1)` where `SequentialTaskRunner` stands."""

from __future__ import annotations

import ast

from prefect_migrate.context import FileContext
from prefect_migrate.findings import CannotFix, Changes, Edit, ImportRequest
from prefect_migrate.names.places import is_free
from prefect_migrate.names.problems import Problem
from prefect_migrate.names.renaming import is_seen_elsewhere, reads_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name

_MODULE = "prefect.task_runners"
_CLASS = "ThreadPoolTaskRunner"


def sequential_changes(context: FileContext, problem: Problem) -> Changes:
    """Raises CannotFix where the class is used for anything but to make a task runner."""
    file = context.python
    assert file is not None
    if problem.guard is not None:
        raise CannotFix("the guard around it has no other way to go")
    if problem.use.form == "attribute":
        return _attribute(file, problem)
    if problem.use.form == "from":
        return _imported(context, file, problem)
    if problem.use.form == "star-name":
        return Changes([_made(file, problem.use.node, _CLASS)], [ImportRequest(_MODULE, _CLASS)])
    raise CannotFix("this spelling is not rewritten")


def _attribute(file: PythonFile, problem: Problem) -> Changes:
    node = problem.use.node
    if not isinstance(node, ast.Attribute) or node.attr != "SequentialTaskRunner":
        raise CannotFix("something of the class is used")
    return Changes([_made(file, node, f"{file.source(node.value)}.{_CLASS}")])


def _imported(context: FileContext, file: PythonFile, problem: Problem) -> Changes:
    alias, statement = problem.use.node, problem.use.statement
    assert isinstance(alias, ast.alias)
    assert isinstance(statement, ast.ImportFrom)
    local = bound_name(alias)
    if is_seen_elsewhere(context, file, local):
        raise CannotFix("another module may take it from this one")
    if not is_free(file, _CLASS, f"{_MODULE}.{_CLASS}"):
        raise CannotFix(f"`{_CLASS}` means something else in this file")
    edits = [_made(file, node, _CLASS) for node in reads_of(file, problem, local)]
    if (
        edits
        and statement in file.tree.body
        and "#" not in file.source(statement)
        and not _has_comment(file, statement)
    ):
        return Changes(edits, [ImportRequest(_MODULE, _CLASS)])
    return Changes([*edits, Edit(*file.span(alias), _CLASS)])


def _has_comment(file: PythonFile, statement: ast.stmt) -> bool:
    return "#" in file.text.line(statement.end_lineno or statement.lineno)


def _made(file: PythonFile, node: ast.AST, cls: str) -> Edit:
    """The edit of one use: `SequentialTaskRunner()`, or the class itself where a runner is wanted."""
    parent = file.parents[node]
    if isinstance(parent, ast.Call) and parent.func is node:
        if parent.args or parent.keywords:
            raise CannotFix("the runner is given arguments")
        return Edit(*file.span(parent), f"{cls}(max_workers=1)")
    if isinstance(parent, ast.keyword) and parent.arg == "task_runner":
        return Edit(*file.span(node), f"{cls}(max_workers=1)")
    raise CannotFix("the class is used for more than to make a task runner")
