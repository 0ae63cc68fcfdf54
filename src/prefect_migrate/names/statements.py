"""Rewrite one `from … import …` some of whose names have moved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prefect_migrate.findings import CannotFix, Changes, Edit, ImportRequest
from prefect_migrate.source.python import PythonFile

_MODULE = re.compile(r"from([ \t\\\r\n]+)([\w.]+)")
_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")
_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Moved:
    """What one name of the statement becomes: `from module import name as alias`."""

    module: str
    name: str
    alias: str | None = None

    @property
    def code(self) -> str:
        return f"{self.name} as {self.alias}" if self.alias and self.alias != self.name else self.name

    @property
    def request(self) -> ImportRequest:
        return ImportRequest(self.module, self.name, self.alias if self.alias != self.name else None)


def rewrite_import(
    file: PythonFile, node: ast.ImportFrom, moved: Mapping[ast.alias, Moved], *, trial: bool = False
) -> Changes:
    """The statement with its names where they are now.

    A nested one, and one with comments, is rewritten in its place; of others the names go where the file's imports
    want them.  Raises CannotFix when a comment would be lost; a trial finds that out and makes nothing.
    """
    return _Rewriter(file, node, moved).changes(trial)


class _Rewriter:
    def __init__(self, file: PythonFile, node: ast.ImportFrom, moved: Mapping[ast.alias, Moved]) -> None:
        self.file = file
        self.node = node
        self.inside = {alias: to for alias, to in moved.items() if to.module == node.module}
        self.outside = {alias: to for alias, to in moved.items() if to.module != node.module}
        self.start, self.end = file.span(node)
        self.source = file.text.text[self.start : self.end]
        self.comment = _comment_at(file, self.end)
        self.stays = node not in file.tree.body or "#" in self.source or bool(self.comment)

    def changes(self, trial: bool) -> Changes:
        modules = list(dict.fromkeys(to.module for to in self.outside.values()))
        whole = len(self.outside) == len(self.node.names)
        if not modules or (whole and len(modules) == 1 and (self.stays or self._is_tidy(modules[0]))):
            return Changes([*self._module_edit(modules), *self._name_edits()])
        kept = "" if whole else self._kept()
        if self.stays:
            return Changes([self._split(kept)])
        edit = Edit(self.start, self.end, kept) if kept or trial else self._removal()
        return Changes([edit], [to.request for to in self.outside.values()])

    def _removal(self) -> Edit:
        # A scan must not pay for LibCST, which comes with this module.
        from prefect_migrate.changes.imports import removal_edit

        return removal_edit(self.file.text, self.file.tree, self.node, self.node.names)

    # -- in place --------------------------------------------------------------------------------------------------

    def _module_edit(self, modules: list[str]) -> Iterator[Edit]:
        match = _MODULE.match(self.source)
        if modules and match is None:
            raise CannotFix("the import is written in an unusual way")
        if modules and match is not None:
            yield Edit(self.start + match.start(2), self.start + match.end(2), modules[0])

    def _name_edits(self) -> Iterator[Edit]:
        for alias, to in {**self.inside, **self.outside}.items():
            if to.code != _written(alias):
                yield Edit(*self.file.span(alias), to.code)

    def _is_tidy(self, module: str) -> bool:
        """Whether another module can take the place without a second import of it, and without disorder."""
        body = self.file.tree.body
        if any(isinstance(other, ast.ImportFrom) and other.module == module and not other.level for other in body):
            return False
        run = [other for other in _run_around(body, self.node) if not other.level]
        before = [other.module or "" for other in run]
        after = [module if other is self.node else other.module or "" for other in run]
        return before != sorted(before) or after == sorted(after)

    # -- several statements ------------------------------------------------------------------------------------------

    def _kept(self) -> str:
        """The statement without the names that leave it; where each name has a line of its own, without these lines."""
        lines = self.source.splitlines(keepends=True)
        for alias in self.node.names:
            index = alias.lineno - self.node.lineno
            if not re.fullmatch(rf"\s*{re.escape(_written(alias))}\s*,?\s*(#.*)?\s*", lines[index]):
                return self._kept_on_one_line()
            if alias in self.outside:
                lines[index] = ""
            else:
                lines[index] = lines[index].replace(_written(alias), self._code(alias), 1)
        return "".join(lines)

    def _kept_on_one_line(self) -> str:
        if "#" in self.source:
            raise CannotFix("comments stand between the names of the import")
        left = [alias for alias in self.node.names if alias not in self.outside]
        return self._statement(self.node.module or "", [self._code(alias) for alias in left])

    def _code(self, alias: ast.alias) -> str:
        return self.inside[alias].code if alias in self.inside else _written(alias)

    def _split(self, kept: str) -> Edit:
        """The statement in its place, followed by one for each module that names have moved to."""
        indent = self._indent()
        joint = "; " if indent.strip() else self.file.text.newline + indent
        statements = [kept + self.comment] if kept else []
        groups: dict[tuple[str, str], list[str]] = {}
        for alias, to in self.outside.items():
            own = _comment_at(self.file, self.file.span(alias)[1]) if "#" in self.source else ""
            groups.setdefault((to.module, own or self.comment), []).append(to.code)
        for (module, comment), codes in groups.items():
            statements.append(self._statement(module, codes) + comment)
        return Edit(self.start, self.end + len(self.comment), joint.join(statements))

    def _statement(self, module: str, codes: list[str]) -> str:
        indent, newline = self._indent(), self.file.text.newline
        line = f"from {module} import {', '.join(codes)}"
        if len(indent) + len(line) <= _WIDTH or len(codes) == 1 or indent.strip():
            return line
        body = "".join(f"{newline}{indent}    {code}," for code in codes)
        return f"from {module} import ({body}{newline}{indent})"

    def _indent(self) -> str:
        """What stands before the statement on its line."""
        return self.file.text.text[self.file.text.line_starts[self.node.lineno - 1] : self.start]


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _comment_at(file: PythonFile, position: int) -> str:
    """The comment behind a place (and a comma), with the white space before it."""
    text = file.text.text
    match = _COMMENT.match(text, position + (text[position : position + 1] == ","))
    return match.group() if match else ""


def _run_around(body: list[ast.stmt], node: ast.ImportFrom) -> list[ast.ImportFrom]:
    """The `from` imports that stand together with one; a blank line sets others apart."""
    first = last = body.index(node)
    while first > 0 and _follows(body[first - 1], body[first]):
        first -= 1
    while last + 1 < len(body) and _follows(body[last], body[last + 1]):
        last += 1
    return [other for other in body[first : last + 1] if isinstance(other, ast.ImportFrom)]


def _follows(first: ast.stmt, second: ast.stmt) -> bool:
    both = isinstance(first, ast.ImportFrom) and isinstance(second, ast.ImportFrom)
    return both and second.lineno <= (first.end_lineno or first.lineno) + 1
