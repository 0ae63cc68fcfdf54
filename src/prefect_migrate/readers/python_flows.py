"""Reader: functions under `@flow`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.plan.model import Flow, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.names import is_flow_decorator
from prefect_migrate.readers.sites import site_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import dotted, may_be_prefect

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def read_flows(project: Project, file: PythonFile) -> Iterator[Flow]:
    """The flows that a file defines."""
    for node in file.functions:
        flow = flow_of(project, file, node)
        if flow is not None:
            yield flow


def flow_of(project: Project, file: PythonFile, node: FunctionNode) -> Flow | None:
    """The flow that a function is, None if no decorator makes it one."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        named = call.func if call else decorator
        meaning = dotted(project, file, named) if may_be_prefect(project, file, named) else None
        if meaning is not None and is_flow_decorator(meaning.name):
            name = _name(project, file, node, call)
            return Flow(site_of(file, node), node.name, name, isinstance(node, ast.AsyncFunctionDef))
    return None


def _name(project: Project, file: PythonFile, node: FunctionNode, call: ast.Call | None) -> Value:
    for keyword in call.keywords if call else []:
        if keyword.arg == "name":
            return value_of(project, file, keyword.value)
    default = node.name.replace("_", "-")
    return Value(repr(default), default)
