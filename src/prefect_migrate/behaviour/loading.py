"""What runs while Prefect loads the file of a deployment's flow: to register it, and for each of its runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from operator import attrgetter

from prefect_migrate.behaviour.runs import Function, own_nodes
from prefect_migrate.changes.indent import has_multiline_string, indent_unit, reindent
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit
from prefect_migrate.names.known_types import FLOW
from prefect_migrate.names.types import Typer
from prefect_migrate.plan.in_place import imports
from prefect_migrate.plan.model import Deployment
from prefect_migrate.readers.places import normal
from prefect_migrate.source.at_import import nodes_at_import
from prefect_migrate.source.python import PythonFile


def flow_calls(file: PythonFile, typer: Typer) -> Iterator[ast.Call]:
    """The calls of flows, and of functions of the file that call one, which run while it is imported."""
    calls = [node for node in nodes_at_import(file) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=attrgetter("lineno", "col_offset")):
        if typer.type_of(call.func) == FLOW or any(
            _calls_a_flow(function, typer) for function in file.functions if _is_called(call, function)
        ):
            yield call


def _is_called(call: ast.Call, function: Function) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == function.name and not function.decorator_list


def _calls_a_flow(function: Function, typer: Typer) -> bool:
    return any(isinstance(node, ast.Call) and typer.type_of(node.func) == FLOW for node in own_nodes(function))


def is_loaded(context: FileContext, file: PythonFile) -> bool:
    """Whether a file is that of a deployment's flow, or imported by it."""
    paths = {_flow_file(deployment) for deployment in context.plan.deployments}
    return any(imports(context.project, path, file.path) for path in sorted(paths - {""}))


def _flow_file(deployment: Deployment) -> str:
    if deployment.flow is not None:
        return deployment.flow.site.path
    path = (deployment.entrypoint or "").rpartition(":")[0]
    return (normal(deployment.working_directory, path) or "") if path else ""


def under_guard(file: PythonFile, call: ast.Call, guard: str) -> Edit | None:
    """The edit that puts a guard around a call; None unless it is a statement of the module, alone on its lines."""
    statement = file.statement_of(call)
    start, end = file.span(statement)
    text, code = file.text.text, file.source(statement)
    before, after = text[text.rfind("\n", 0, start) + 1 : start], text[end:].split("\n", 1)[0].strip(" \t\r;")
    is_own = isinstance(statement, ast.Expr) and isinstance(file.parents[statement], ast.Module)
    is_alone = not before and (not after or after.startswith("#"))
    if not (is_own and is_alone) or has_multiline_string(code):
        return None
    unit = indent_unit(text)
    return Edit(start, end, f"{guard}{file.text.newline}{unit}{reindent(code, '', unit)}")
