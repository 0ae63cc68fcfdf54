"""Writer: annotations and checks that name Prefect 2's `Deployment`, for the class of what takes its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.findings import Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.deployment_uses import is_check
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import dotted
from prefect_migrate.writers.names import Names

_NEW = ImportRequest("prefect.deployments.runner", "RunnerDeployment")


def annotation_edits(project: Project, file: PythonFile, names: Names) -> Iterator[Edit]:
    """Edits for every annotation and check of the file, where the class is named in these and in definitions only."""
    annotated = [node for annotation in _annotations(file) for node in ast.walk(annotation)]
    inside = {id(node) for node in annotated}
    names_of = [node for node in file.nodes if isinstance(node, (ast.Name, ast.Attribute))]
    uses = [node for node in names_of if _is_class(project, file, node)]
    if any(id(node) not in inside and not _is_definition(file, node) for node in uses):
        return
    bound = {node.id for node in uses if isinstance(node, ast.Name)}
    quoted = [node for node in annotated if isinstance(node, ast.Constant) and node.value in bound]
    for node in (*(node for node in uses if id(node) in inside), *quoted):
        new = names.use(_NEW)
        yield Edit(*file.span(node), f'"{new}"' if isinstance(node, ast.Constant) else new)


def _annotations(file: PythonFile) -> Iterator[ast.expr]:
    for node in file.nodes:
        if isinstance(node, ast.arg) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.Call) and is_check(node) and len(node.args) == 2:
            yield node.args[1]


def _is_class(project: Project, file: PythonFile, node: ast.expr) -> bool:
    meaning = dotted(project, file, node)
    return meaning is not None and meaning.certain and deployment_method(meaning.name) == ""


def _is_definition(file: PythonFile, node: ast.expr) -> bool:
    """`Deployment.build_from_flow(...)` or `Deployment(...)`"""
    parent = file.parents[node]
    if isinstance(parent, ast.Call):
        return parent.func is node
    return isinstance(parent, ast.Attribute) and parent.attr == "build_from_flow"
