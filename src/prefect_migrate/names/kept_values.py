"""Blocks that only keep a value (`JSON`, `String`): the same in a Variable, which holds any JSON value in Prefect 3.

A block's name is a Variable's name too, and both refuse a name that is taken unless `overwrite=True`.  What differs:
a block that is missing raises a ValueError, where `Variable.get` gives None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from prefect_migrate.findings import Edit, ImportRequest
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import stands_loose

KEPT = frozenset({"prefect.blocks.system.JSON", "prefect.blocks.system.String"})
VARIABLE = ImportRequest("prefect.variables", "Variable")
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


class NotPlain(Exception):
    """The code does something with the block that a Variable can't do."""


class KeptValue:
    """What the code does with one of these classes, and how it is written with a Variable.

    Raises NotPlain where it does more than to load, read, make and save.
    """

    def __init__(self, file: PythonFile, cls: str, reads: Iterable[ast.Name]) -> None:
        self.file = file
        self.cls = cls
        #: The variables of the code that hold a block.
        self.holders: set[str] = set()
        self.loads: list[ast.Call] = []
        self._reads = list(reads)
        list(self.edits("Variable"))

    def edits(self, variable: str) -> Iterator[Edit]:
        """Every edit, with the name that the file has for `Variable`."""
        for node in self._reads:
            func = self.file.parents[node]
            if isinstance(func, ast.Attribute) and func.attr == "load":
                yield from self._loaded(_called(self.file, func), func, variable)
            elif isinstance(func, ast.Call) and func.func is node:
                yield from self._made(func, variable)
            else:
                raise NotPlain

    def _loaded(self, call: ast.Call, func: ast.Attribute, variable: str) -> Iterator[Edit]:
        names = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "name")]
        if len(names) != 1 or isinstance(names[0], ast.Starred) or len(call.args) + len(call.keywords) != 1:
            raise NotPlain
        if _is_probed(self.file, call):
            raise NotPlain
        self.loads.append(call)
        start, end = self.file.span(func)
        value = _awaited(self.file, call)
        outer = self.file.parents[value]
        if isinstance(outer, ast.Attribute) and _is_read(outer):
            yield self._value_of(outer, value, f"{variable}.get{self.file.text.text[end : self.file.span(call)[1]]}")
            return
        yield Edit(start, end, f"{variable}.get")
        yield from self._held(outer, value, variable)

    def _value_of(self, outer: ast.Attribute, value: ast.expr, got: str) -> Edit:
        """`(await JSON.load(x)).value`"""
        self._refuse_comments(self.file.span(value)[1], self.file.span(outer)[1])
        if isinstance(value, ast.Await):
            got = f"await {got}" if stands_loose(self.file.parents, outer) else f"(await {got})"
        return Edit(*self.file.span(outer), got)

    def _made(self, call: ast.Call, variable: str) -> Iterator[Edit]:
        if call.args or [keyword.arg for keyword in call.keywords] != ["value"]:
            raise NotPlain
        kept = call.keywords[0].value
        outer = self.file.parents[call]
        if isinstance(outer, ast.Attribute) and outer.attr == "save":
            yield self._saved(outer, kept, self._text(kept), variable)
            return
        start, end = self.file.span(call)
        self._refuse_comments(start, self.file.span(kept)[0])
        self._refuse_comments(self.file.span(kept)[1], end)
        yield Edit(start, end, self._text(kept))
        yield from self._held(outer, call, variable)

    def _text(self, kept: ast.expr) -> str:
        """The code of a value: what was inside a call's parentheses may need some of its own."""
        text = self.file.source(kept)
        is_text = isinstance(kept, ast.JoinedStr) or (isinstance(kept, ast.Constant) and isinstance(kept.value, str))
        if self.cls == "String" and not is_text:
            return f"str({text})"
        brackets = (ast.Dict, ast.List, ast.Call, ast.DictComp, ast.ListComp)
        return f"({text})" if "\n" in text and not isinstance(kept, brackets) else text

    def _held(self, outer: ast.AST, value: ast.expr, variable: str) -> Iterator[Edit]:
        """`block = ...`, and all that is done with `block`."""
        if not isinstance(outer, ast.Assign) or len(outer.targets) != 1 or not isinstance(outer.targets[0], ast.Name):
            raise NotPlain
        target = outer.targets[0]
        self.holders.add(target.id)
        for name in self.file.named(target.id):
            bindings = self.file.bindings_of(name)
            if all(binding.value is not value for binding in bindings) or name is target:
                continue
            if len(bindings) != 1 or not isinstance(name.ctx, ast.Load):
                raise NotPlain
            yield self._used(name, is_here=self.file.scopes.scope_of(name) is bindings[0].scope, variable=variable)

    def _used(self, name: ast.Name, *, is_here: bool, variable: str) -> Edit:
        attribute = self.file.parents[name]
        if isinstance(attribute, ast.Attribute) and attribute.attr == "save":
            return self._saved(attribute, name, name.id, variable)
        is_given = is_here and isinstance(self.file.parents[attribute], _STATEMENTS)
        if not isinstance(attribute, ast.Attribute) or not (_is_read(attribute) or (_is_set(attribute) and is_given)):
            raise NotPlain
        start, end = self.file.span(name)[1], self.file.span(attribute)[1]
        self._refuse_comments(start, end)
        return Edit(start, end, "")

    def _saved(self, save: ast.Attribute, kept: ast.expr, text: str, variable: str) -> Edit:
        """`<block>.save(name, overwrite=True)` as a statement: what it returns is another thing."""
        call = _called(self.file, save)
        given = {str(keyword.arg): keyword.value for keyword in call.keywords}
        names = [*call.args[:1], *(given[key] for key in given if key == "name")]
        if len(call.args) > 1 or given.keys() - {"name", "overwrite"} or len(names) != 1:
            raise NotPlain
        if not isinstance(self.file.parents[_awaited(self.file, call)], ast.Expr):
            raise NotPlain
        self._refuse_comments(self.file.span(call)[0], self.file.span(kept)[0])
        self._refuse_comments(self.file.span(kept)[1], self.file.span(call)[1])
        arguments = [self.file.source(names[0]), text]
        if "overwrite" in given:
            arguments.append(f"overwrite={self.file.source(given['overwrite'])}")
        return Edit(*self.file.span(call), f"{variable}.set({', '.join(arguments)})")

    def _refuse_comments(self, start: int, end: int) -> None:
        if "#" in self.file.text.text[start:end]:
            raise NotPlain


def _called(file: PythonFile, func: ast.Attribute) -> ast.Call:
    call = file.parents[func]
    if not isinstance(call, ast.Call) or call.func is not func:
        raise NotPlain
    return call


def _awaited(file: PythonFile, call: ast.Call) -> ast.expr:
    outer = file.parents[call]
    return outer if isinstance(outer, ast.Await) else call


def _is_read(node: ast.Attribute) -> bool:
    return node.attr == "value" and isinstance(node.ctx, ast.Load)


def _is_set(node: ast.Attribute) -> bool:
    return node.attr == "value" and isinstance(node.ctx, ast.Store)


def _is_probed(file: PythonFile, call: ast.Call) -> bool:
    """Whether the code asks by way of the exception whether the block is there."""
    inner: ast.AST = call
    for outer in file.enclosing(call):
        if isinstance(outer, ast.Try) and outer.handlers and inner in outer.body:
            caught = " ".join(ast.unparse(handler.type) for handler in outer.handlers if handler.type is not None)
            if "ValueError" in caught or len(outer.body) == 1:
                return True
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        inner = outer
    return False
