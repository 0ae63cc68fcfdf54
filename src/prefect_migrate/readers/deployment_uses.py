"""Reader: what code does with Prefect 2's class `Deployment` besides `build_from_flow`."""

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
from prefect_migrate.symbols import External, dotted, origin, reads_below

#: build: `Deployment.build_from_flow(...)`; constructor: `Deployment(...)`; yaml: what loads manifests; spec:
#: `DeploymentSpec` of the betas; check: `isinstance`; patch: a string that tells a mock to take its place, such as
#: `patch("app.Deployment.apply")`.
Use = Literal["build", "constructor", "yaml", "spec", "subclass", "check", "annotation", "patch", "other"]
_FUNCTIONS: dict[str, Use] = {"load_deployments_from_yaml": "yaml", "DeploymentSpec": "spec"}
_LOADERS = frozenset({"load_from_yaml"})
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
#: A file that has no string to do with any of these patches nothing.
_PATCHING = ("patch", "setattr")


@dataclass(frozen=True, slots=True)
class DeploymentUse:
    """One use; `node` is the name or the string, `call` the call that it is the function of, if it is."""

    use: Use
    node: ast.expr
    call: ast.Call | None = None


def deployment_uses(project: Project, file: PythonFile) -> Iterator[DeploymentUse]:
    """The uses of the class in a file, imports apart."""
    for node in reads_below(project, file, "prefect.deployments"):
        use = _read(project, file, node)
        if use is not None:
            yield use
    patches = any(word in file.text.text for word in _PATCHING)
    for string in file.of_type(ast.Constant):
        if patches and _is_patch(project, file, string):
            yield DeploymentUse("patch", string)
        elif _is_quoted(project, file, string):
            yield DeploymentUse("annotation", string)


def _is_quoted(project: Project, file: PythonFile, node: ast.Constant) -> bool:
    """Whether a string is an annotation that names the class, by a name that the module imports."""
    if not isinstance(node.value, str) or "eployment" not in node.value or not _is_annotation(file, node):
        return False
    words = set(re.findall(r"[A-Za-z_][\w.]*", node.value))
    bound = {binding.name: binding for binding in file.scopes.import_bindings() if binding.guard is None}
    targets = [(bound[first].target, rest) for first, _, rest in (w.partition(".") for w in words) if first in bound]
    found = (origin(project, file, f"{target}.{rest}" if rest else str(target)) for target, rest in targets)
    return any(isinstance(one, External) and deployment_method(one.name) == "" for one in found)


def _is_patch(project: Project, file: PythonFile, node: ast.Constant) -> bool:
    """Whether a string names the class, or a method, by the module of the repository that imports it."""
    text = node.value
    if not isinstance(text, str) or text.startswith("prefect.") or not _DOTTED.fullmatch(text):
        return False
    if not is_patched(file, node):
        return False
    parts = text.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
    found = (origin(project, file, name) for name in names)
    return any(isinstance(one, External) and deployment_method(one.name) is not None for one in found)


def _read(project: Project, file: PythonFile, node: ast.expr) -> DeploymentUse | None:
    meaning = dotted(project, file, node)
    if meaning is None or not meaning.name.startswith("prefect.deployments."):
        return None
    if meaning.guard or file.scopes.guard_at(node.lineno):
        return None
    parent = file.parents[node]
    call = parent if isinstance(parent, ast.Call) and parent.func is node else None
    name = meaning.name.rpartition(".")[2]
    if name in _FUNCTIONS:
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
        return DeploymentUse("build", node, call)
    return DeploymentUse("yaml" if node.attr in _LOADERS else "other", node, call)


def _role(file: PythonFile, node: ast.expr) -> Use:
    parent = file.parents[node]
    if isinstance(parent, ast.ClassDef):
        return "subclass"
    if isinstance(parent, ast.Tuple):
        parent = file.parents[parent]
    if isinstance(parent, ast.Call) and is_check(parent):
        return "check"
    return "annotation" if _is_annotation(file, node) else "other"


def is_check(call: ast.Call) -> bool:
    """`isinstance(...)` or `issubclass(...)`"""
    return isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass")


def _is_annotation(file: PythonFile, node: ast.expr) -> bool:
    inner: ast.AST = node
    for outer in file.enclosing(node):
        if isinstance(outer, (ast.arg, ast.AnnAssign)) and outer.annotation is inner:
            return True
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer.returns is inner
        inner = outer
    return False
