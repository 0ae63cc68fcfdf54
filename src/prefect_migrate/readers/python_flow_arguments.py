"""Reader: the flow that an expression means, as an argument or the receiver of a call."""

from __future__ import annotations

import ast
from dataclasses import replace

from prefect_migrate.plan.model import Flow
from prefect_migrate.project import Project
from prefect_migrate.readers.python_flows import flow_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, External, origin, resolve

_DECORATORS = ("prefect.flow", "prefect.flows.flow")
_TASKS = ("prefect.task", "prefect.tasks.task")


def flow_of_expression(project: Project, file: PythonFile, node: ast.expr) -> Flow | None:
    """The flow that an expression means; the flow below `.with_options(...)` is another one, so None."""
    found = resolve(project, file, node) or _of_star(project, file, node)
    if not isinstance(found, Definition) or not isinstance(found.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if found.binding.scope is not found.file.scopes.module:
        # Nothing loads a flow that a function makes when it is called.
        return None
    return flow_of(project, found.file, found.node)


def receiver_flow(project: Project, file: PythonFile, node: ast.expr) -> Flow | None:
    """The flow that `.deploy(...)` is called on, below `.from_source(...)` and `.with_options(name=...)`."""
    while isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "with_options":
        flow = receiver_flow(project, file, node.func.value)
        names = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
        return replace(flow, name=value_of(project, file, names[0])) if flow is not None and names else flow
    if is_from_source(node) and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return flow_of_expression(project, file, node)


def without_options(node: ast.expr) -> ast.expr:
    """What `.with_options(...)` is called on; the expression itself if it is no such call."""
    while isinstance(node, ast.Await):
        node = node.value
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "with_options"
    return node.func.value if is_call else node  # type: ignore[attr-defined]


def is_from_source(node: ast.expr) -> bool:
    """Whether it is `flow.from_source(...)`, awaited or not."""
    while isinstance(node, ast.Await):
        node = node.value
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("from_source", "afrom_source")
    )


def why_no_flow(project: Project, file: PythonFile, node: ast.expr) -> str:
    """What Prefect 2 built nothing of: a run of a flow, and a flow whose file lies elsewhere."""
    text = file.source(node)
    if isinstance(node, ast.Call) and flow_of_expression(project, file, node.func) is not None:
        return f"`{text}` runs the flow and gives what it returns: name the flow itself"
    found = resolve(project, file, node)
    if isinstance(found, External) and found.name in _DECORATORS:
        return f"`{text}` is Prefect's own decorator, which makes flows and is none"
    if isinstance(found, Definition) and _is_task(project, found):
        return f"`{text}` is a task, of which no run could start"
    made = found.value if isinstance(found, Definition) else node
    if isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute) and made.func.attr == "from_source":
        return (
            f"`{text}` comes from `from_source(...)`, of which Prefect 2 built none: its own `.deploy(...)` knows where"
        )
    return ""


def _is_task(project: Project, found: Definition) -> bool:
    """Whether it is a function under `@task`."""
    decorators = getattr(found.node, "decorator_list", [])
    makers = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in decorators]
    meanings = [resolve(project, found.file, maker) for maker in makers if isinstance(maker, (ast.Name, ast.Attribute))]
    return any(isinstance(one, External) and one.name in _TASKS for one in meanings)


def _of_star(project: Project, file: PythonFile, node: ast.expr) -> Definition | None:
    """What a name means that only `from module import *` can give, if one module has it and none else may."""
    if not isinstance(node, ast.Name) or file.bindings_of(node):
        return None
    found = [origin(project, file, f"{star}.{node.id}") for star in file.scopes.scope_of(node).star_modules()]
    there = [one for one in found if one is not None]
    return there[0] if len(there) == 1 and isinstance(there[0], Definition) else None
