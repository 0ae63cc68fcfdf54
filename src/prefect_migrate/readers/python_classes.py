"""Reader: where code names Prefect 2's `Deployment` class, other than to build one with `build_from_flow`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from prefect_migrate.names.strings import is_patched
from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import External, dotted, origin

#: base: a class is derived from it; check: `isinstance`; patch: a dotted name in a string that a mock takes the place
#: of; value: it is handed on, such as to `partial` or `patch.object`.
Form = Literal["base", "check", "annotation", "patch", "value"]
#: A file without any of these has no use: looking every name up is dear.
_WORDS = ("eployment", "patch", "setattr")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class ClassUse:
    """One use of the class; `node` is the whole chain, such as `Deployment.apply`, or the string."""

    form: Form
    node: ast.expr


def class_uses(project: Project, file: PythonFile) -> Iterator[ClassUse]:
    """Every such use in a file, in the order of the source."""
    if not any(word in file.text.text for word in _WORDS):
        return
    annotated = {id(node) for annotation in _annotations(file) for node in ast.walk(annotation)}
    found = [use for node in file.nodes if (use := _use(project, file, node, annotated)) is not None]
    yield from sorted(found, key=lambda use: (use.node.lineno, use.node.col_offset))


def _annotations(file: PythonFile) -> Iterator[ast.expr]:
    """The annotations of parameters, results and variables."""
    for node in file.nodes:
        if isinstance(node, ast.arg) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation


def _use(project: Project, file: PythonFile, node: ast.AST, annotated: set[int]) -> ClassUse | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if id(node) in annotated:
            words = re.findall(r"[\w.]+", node.value)
            return ClassUse("annotation", node) if any(_named_by(project, file, word) for word in words) else None
        return ClassUse("patch", node) if _is_patch(project, file, node) else None
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return None
    parent = file.parents[node]
    if isinstance(parent, ast.Attribute) or not _names_class(project, file, node):
        return None
    form = _form(file, node, annotated)
    return ClassUse(form, node) if form is not None else None


def _names_class(project: Project, file: PythonFile, node: ast.expr) -> bool:
    meaning = dotted(project, file, node)
    known = meaning is not None and meaning.certain and not meaning.guard
    return known and meaning is not None and deployment_method(meaning.name) is not None


def _named_by(project: Project, file: PythonFile, text: str) -> bool:
    """Whether a name in a quoted annotation is the class."""
    bound = next((b for b in file.scopes.import_bindings() if b.name == text.split(".")[0]), None)
    if bound is None or bound.target is None:
        return False
    found = origin(project, file, ".".join([bound.target, *text.split(".")[1:]]))
    return isinstance(found, External) and deployment_method(found.name) == ""


def _form(file: PythonFile, node: ast.expr, annotated: set[int]) -> Form | None:
    """None for a call, and for another name of it (`D = Deployment`), which is followed."""
    if id(node) in annotated:
        return "annotation"
    parent, outer = file.parents[node], node
    if isinstance(parent, ast.Call) and parent.func is node:
        return None
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
        return None
    if isinstance(parent, ast.ClassDef):
        return "base"
    if isinstance(parent, ast.Tuple):
        outer, parent = parent, file.parents[parent]
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in ("isinstance", "issubclass"):
        return "check" if outer in parent.args[1:] else "value"
    return "value"


def _is_patch(project: Project, file: PythonFile, node: ast.Constant) -> bool:
    """`patch("package.module.Deployment.apply")`, where that module imports the class from Prefect."""
    text = str(node.value)
    if text.startswith("prefect.") or not _DOTTED.fullmatch(text) or not is_patched(file, node):
        return False
    parts = text.split(".")
    for length in range(len(parts), 1, -1):
        found = origin(project, file, ".".join(parts[:length]))
        if isinstance(found, External) and deployment_method(found.name) is not None:
            return True
    return False


# -- annotations that can be rewritten -------------------------------------------------------------------------------


def annotation_nodes(project: Project, file: PythonFile) -> list[ast.expr]:
    """The class's names in annotations, quoted ones included; none where the file names it elsewhere as well."""
    annotated = [node for annotation in _annotations(file) for node in ast.walk(annotation)]
    inside = {id(node) for node in annotated}
    names_of = [node for node in file.nodes if isinstance(node, (ast.Name, ast.Attribute))]
    uses = [node for node in names_of if _is_class(project, file, node)]
    if any(id(node) not in inside and not _is_definition(file, node) for node in uses):
        return []
    bound = {node.id for node in uses if isinstance(node, ast.Name)}
    quoted = [node for node in annotated if isinstance(node, ast.Constant) and node.value in bound]
    return [*(node for node in uses if id(node) in inside), *quoted]


def _is_class(project: Project, file: PythonFile, node: ast.expr) -> bool:
    meaning = dotted(project, file, node)
    return meaning is not None and meaning.certain and deployment_method(meaning.name) == ""


def _is_definition(file: PythonFile, node: ast.expr) -> bool:
    """`Deployment.build_from_flow(...)`"""
    parent = file.parents[node]
    return isinstance(parent, ast.Attribute) and parent.attr == "build_from_flow"
