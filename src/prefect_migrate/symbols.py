"""Names across files: which function, class or constant of the repository an expression means."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import Binding, GuardKind

_MAX_HOPS = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name of the repository is defined: a function, a class, or the value assigned to it."""

    file: PythonFile
    binding: Binding

    @property
    def node(self) -> ast.AST:
        return self.binding.node

    @property
    def value(self) -> ast.expr | None:
        return self.binding.value


@dataclass(frozen=True, slots=True)
class External:
    """A dotted name outside the repository, such as `prefect.deployments.Deployment`."""

    name: str
    certain: bool = True
    guard: GuardKind | None = None


def resolve(project: Project, file: PythonFile, node: ast.expr) -> Definition | External | None:
    """What a Name or an Attribute chain means, through imports and re-exports of the repository's own modules.

    None when it can't be known: an ambiguous name, a parameter, an attribute of an object.
    """
    if isinstance(node, ast.Name):
        bindings = file.bindings_of(node)
        local = [binding for binding in bindings if binding.target is None]
        if bindings and len(local) == len(bindings):
            return Definition(file, bindings[0]) if len(bindings) == 1 else None
    meaning = file.meaning(node)
    if meaning is None:
        return None
    found = _follow(project, file, meaning.name)
    if isinstance(found, External):
        return External(found.name, meaning.certain, meaning.guard)
    return found if meaning.certain else None


def dotted(project: Project, file: PythonFile, node: ast.expr) -> External | None:
    """The dotted name outside the repository that an expression means, attributes of re-exported names included."""
    suffix: list[str] = []
    while True:
        found = resolve(project, file, node)
        if isinstance(found, External):
            return External(".".join([found.name, *reversed(suffix)]), found.certain, found.guard)
        if found is not None or not isinstance(node, ast.Attribute):
            return None
        suffix.append(node.attr)
        node = node.value


def origin(project: Project, file: PythonFile, name: str) -> Definition | External | None:
    """What a dotted name that a file imports means in the end, re-exports of the repository's own modules followed."""
    return _follow(project, file, name)


def _follow(project: Project, file: PythonFile, name: str, hops: int = 0) -> Definition | External | None:
    """Walk `a.b.c` through the repository's own modules as far as it goes."""
    module, rest = _own_module(project, file, name)
    if module is None:
        return External(name)
    if not rest or hops > _MAX_HOPS:
        return None
    bindings = module.scopes.module.lookup(rest[0])
    if not bindings:
        return _follow_star(project, module, rest, hops)
    if len(bindings) > 1 and len({binding.target for binding in bindings}) > 1:
        return None
    binding = bindings[0]
    if binding.target is not None:
        return _follow(project, module, ".".join([binding.target, *rest[1:]]), hops + 1)
    return Definition(module, binding) if len(rest) == 1 and len(bindings) == 1 else None


def _follow_star(project: Project, module: PythonFile, rest: list[str], hops: int) -> Definition | External | None:
    for star in module.scopes.module.stars:
        found = _follow(project, module, ".".join([star, *rest]), hops + 1)
        if found is not None and (isinstance(found, Definition) or star.startswith("prefect")):
            return found
    return None


def _own_module(project: Project, file: PythonFile, name: str) -> tuple[PythonFile | None, list[str]]:
    """The longest prefix of a dotted name that is a file of the repository, and what is left of the name."""
    parts = name.split(".")
    if parts[0] == "prefect" or parts[0].startswith("prefect_"):
        return None, parts
    for length in range(len(parts), 0, -1):
        path = project.module_path(".".join(parts[:length]), file.path)
        if path is not None:
            return project.python(path), parts[length:]
    return None, parts
