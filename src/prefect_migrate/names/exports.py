"""Names of Prefect's that a repository's own modules hand on, and what uses them there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.importers import statements
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.names.uses import Use, is_prefect, nodes_of
from prefect_migrate.names.verdicts import judge
from prefect_migrate.project import Project
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import absolute_module
from prefect_migrate.symbols import External, dotted, origin

_FROM = re.compile(rb"from[ \t]+(prefect[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|(?:[^\\\r\n]|\\\r?\n)*)")
_COMMENT = re.compile(r"#[^\n]*")


def handed_on(context: FileContext) -> frozenset[str]:
    """The local names of everything that any file imports from Prefect and the target lacks.

    Read from bytes, so that a repository without such names pays nothing for re-exports.
    """
    project, target = context.project, context.target

    def matters(before: frozenset[str], after: frozenset[str]) -> bool:
        data = context.file.data or b""
        return any(name.encode() in data for name in before ^ after)

    return project.ask(("names handed on", target), lambda: _handed_on(project, target), matters)


def _handed_on(project: Project, target: Target) -> frozenset[str]:
    return frozenset(
        local
        for file in project.of_kind(PYTHON)
        for dotted_name, local in _imported(file.data or b"")
        if judge(dotted_name, target) is not None
    )


def _imported(data: bytes) -> Iterator[tuple[str, str]]:
    for match in statements(data, _FROM):
        names = _COMMENT.sub("", match[2].decode("utf-8", "replace")).strip("() \t\r\n").replace("\\", " ")
        for part in names.split(","):
            words = part.split()
            if words and words[0].isidentifier():
                yield f"{match[1].decode()}.{words[0]}", words[-1]


def uses_through_own_modules(context: FileContext, file: PythonFile) -> Iterator[Use]:
    """Imports and attributes of the repository's own modules that mean a name of Prefect's."""
    names = handed_on(context)
    if not names:
        return
    inner: set[int] = set()
    nodes = nodes_of(file)
    for statement in nodes.imports:
        if isinstance(statement, ast.ImportFrom):
            yield from _imports(context, file, statement, names)
    for node in nodes.attributes:
        if node.attr in names and id(node) not in inner:
            use = _attribute(context, file, node)
            if use is not None:
                inner.update(id(part) for part in ast.walk(node))
                yield use
    yield from _star_names(context, file, names)


def _imports(context: FileContext, file: PythonFile, node: ast.ImportFrom, names: frozenset[str]) -> Iterator[Use]:
    module = absolute_module(node, file.package)
    if is_prefect(module) and not node.level:
        return
    for alias in node.names:
        if alias.name in names:
            found = origin(context.project, file, f"{module}.{alias.name}")
            if isinstance(found, External) and is_prefect(found.name):
                yield Use(found.name, "handed-on", alias, file.span(alias), node)


def _attribute(context: FileContext, file: PythonFile, node: ast.Attribute) -> Use | None:
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    meaning = file.meaning(root)
    if meaning is None or is_prefect(meaning.name):
        return None
    found = dotted(context.project, file, node)
    if found is None or not is_prefect(found.name):
        return None
    return Use(found.name, "handed-on", node, file.span(node), root=root, certain=found.certain)


def _star_names(context: FileContext, file: PythonFile, names: frozenset[str]) -> Iterator[Use]:
    stars = [star for star in file.scopes.module.stars if not is_prefect(star)]
    if not stars:
        return
    for node in file.of_type(ast.Name):
        if node.id in names and not file.bindings_of(node):
            for star in stars:
                found = origin(context.project, file, f"{star}.{node.id}")
                if isinstance(found, External) and is_prefect(found.name):
                    yield Use(found.name, "handed-on", node, file.span(node), certain=False)
                    break
