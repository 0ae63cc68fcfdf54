"""Reader: what code does with Prefect 2's class `Deployment` besides `build_from_flow`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import dotted, may_be_prefect

#: constructor: `Deployment(...)`; yaml: what loads manifests; spec: `DeploymentSpec` of the betas; check: `isinstance`.
Use = Literal["constructor", "yaml", "spec", "subclass", "check", "annotation", "other"]
_FUNCTIONS: dict[str, Use] = {"load_deployments_from_yaml": "yaml", "DeploymentSpec": "spec"}
_LOADERS = frozenset({"load_from_yaml"})


@dataclass(frozen=True, slots=True)
class DeploymentUse:
    """One use; `node` is the name, `call` the call that it is the function of, if it is."""

    use: Use
    node: ast.expr
    call: ast.Call | None = None


def deployment_uses(project: Project, file: PythonFile) -> Iterator[DeploymentUse]:
    """The uses of the class in a file, imports and `Deployment.build_from_flow(...)` apart."""
    nodes: list[ast.expr] = [*file.of_type(ast.Name), *file.of_type(ast.Attribute)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if may_be_prefect(project, file, node):
            use = _read(project, file, node)
            if use is not None:
                yield use


def _read(project: Project, file: PythonFile, node: ast.expr) -> DeploymentUse | None:
    meaning = dotted(project, file, node)
    if meaning is None or meaning.guard or file.scopes.guard_at(node.lineno):
        return None
    parent = file.parents[node]
    call = parent if isinstance(parent, ast.Call) and parent.func is node else None
    name = meaning.name.rpartition(".")[2]
    if meaning.name.startswith("prefect.deployments.") and name in _FUNCTIONS:
        return DeploymentUse(_FUNCTIONS[name], node, call)
    if deployment_method(meaning.name) != "":
        return None
    if isinstance(parent, ast.Attribute):
        return _method(file, parent)
    return DeploymentUse("constructor" if call else _role(file, node), node, call)


def _method(file: PythonFile, node: ast.Attribute) -> DeploymentUse | None:
    outer = file.parents[node]
    call = outer if isinstance(outer, ast.Call) and outer.func is node else None
    if node.attr == "build_from_flow" and call is not None:
        return None
    return DeploymentUse("yaml" if node.attr in _LOADERS else "other", node, call)


def _role(file: PythonFile, node: ast.expr) -> Use:
    parent = file.parents[node]
    if isinstance(parent, ast.ClassDef):
        return "subclass"
    if isinstance(parent, ast.Tuple):
        parent = file.parents[parent]
    function = parent.func if isinstance(parent, ast.Call) else None
    if isinstance(function, ast.Name) and function.id in ("isinstance", "issubclass"):
        return "check"
    return "annotation" if _is_annotation(file, node) else "other"


def _is_annotation(file: PythonFile, node: ast.expr) -> bool:
    inner: ast.AST = node
    for outer in file.enclosing(node):
        if isinstance(outer, (ast.arg, ast.AnnAssign)) and outer.annotation is inner:
            return True
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer.returns is inner
        inner = outer
    return False
