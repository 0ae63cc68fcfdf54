"""Values of expressions that can be known without running them."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable
from typing import Any

from prefect_migrate.plan.model import UNKNOWN, Value
from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, External, resolve

_MAX_DEPTH = 20


def value_of(project: Project, file: PythonFile, node: ast.expr) -> Value:
    """The expression's text and, if it can be known, its literal value (timedelta and datetime included)."""
    return Value(file.source(node), _Evaluator(project).run(file, node))


class _Evaluator:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.depth = 0

    def run(self, file: PythonFile, node: ast.expr) -> Any:
        method: Callable[[PythonFile, Any], Any] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None or self.depth > _MAX_DEPTH:
            return UNKNOWN
        self.depth += 1
        try:
            return method(file, node)
        finally:
            self.depth -= 1

    def all(self, file: PythonFile, nodes: list[ast.expr]) -> list[Any] | None:
        values = [self.run(file, node) for node in nodes]
        return None if any(value is UNKNOWN for value in values) else values

    def _constant(self, file: PythonFile, node: ast.Constant) -> Any:
        return node.value

    def _list(self, file: PythonFile, node: ast.List) -> Any:
        values = self.all(file, node.elts)
        return UNKNOWN if values is None else values

    def _tuple(self, file: PythonFile, node: ast.Tuple) -> Any:
        values = self.all(file, node.elts)
        return UNKNOWN if values is None else tuple(values)

    def _set(self, file: PythonFile, node: ast.Set) -> Any:
        values = self.all(file, node.elts)
        try:
            return UNKNOWN if values is None else set(values)
        except TypeError:
            return UNKNOWN

    def _dict(self, file: PythonFile, node: ast.Dict) -> Any:
        result: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            known = self.run(file, value)
            known_key = self.run(file, key) if key is not None else None
            if known is UNKNOWN or known_key is UNKNOWN:
                return UNKNOWN
            if key is None and isinstance(known, dict):
                result.update(known)
            elif key is None or not isinstance(known_key, (str, int, float, bool, tuple, type(None))):
                return UNKNOWN
            else:
                result[known_key] = known
        return result

    def _joinedstr(self, file: PythonFile, node: ast.JoinedStr) -> Any:
        parts = self.all(file, node.values)
        return UNKNOWN if parts is None else "".join(map(str, parts))

    def _formattedvalue(self, file: PythonFile, node: ast.FormattedValue) -> Any:
        if node.conversion != -1 or node.format_spec is not None:
            return UNKNOWN
        value = self.run(file, node.value)
        return value if isinstance(value, (str, int)) else UNKNOWN

    def _unaryop(self, file: PythonFile, node: ast.UnaryOp) -> Any:
        value = self.run(file, node.operand)
        if isinstance(node.op, ast.Not) and value is not UNKNOWN:
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float, datetime.timedelta)):
            return -value
        return UNKNOWN

    def _binop(self, file: PythonFile, node: ast.BinOp) -> Any:
        left, right = self.run(file, node.left), self.run(file, node.right)
        number = (int, float)
        same = (type(left) is type(right) and isinstance(left, (str, list, tuple))) or (
            isinstance(left, number) and isinstance(right, number)
        )
        if isinstance(node.op, ast.Add) and same:
            return left + right
        if isinstance(node.op, ast.Mult) and isinstance(left, number) and isinstance(right, number):
            return left * right
        if isinstance(node.op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
            return left | right
        return UNKNOWN

    def _name(self, file: PythonFile, node: ast.Name) -> Any:
        return self._defined(file, node)

    def _attribute(self, file: PythonFile, node: ast.Attribute) -> Any:
        value = self._defined(file, node)
        if value is UNKNOWN and node.attr in _OF_FLOWS:
            value = self._of_flow(file, node)
        return self._of_block(file, node) if value is UNKNOWN else value

    def _of_block(self, file: PythonFile, node: ast.Attribute) -> Any:
        """`block.env` of an infrastructure block that says it where it is made, and of which nothing changes it."""
        found = resolve(self.project, file, node.value)
        call = found.value if isinstance(found, Definition) else None
        if not isinstance(found, Definition) or not isinstance(call, ast.Call) or call.args:
            return UNKNOWN
        meaning = resolve(self.project, found.file, call.func)
        if not isinstance(meaning, External) or not meaning.name.startswith("prefect.infrastructure."):
            return UNKNOWN
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if None in given or node.attr not in given or _changes_attribute(found.file, node.attr):
            return UNKNOWN
        return self.run(found.file, given[node.attr])

    def _of_flow(self, file: PythonFile, node: ast.Attribute) -> Any:
        """`etl.name`, `etl.description`, and `etl.version` where the decorator of the flow says it."""
        found = resolve(self.project, file, node.value)
        function = found.node if isinstance(found, Definition) else None
        if not isinstance(found, Definition) or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return UNKNOWN
        decorators = [(one.func if isinstance(one, ast.Call) else one, one) for one in function.decorator_list]
        meanings = [(resolve(self.project, found.file, named), one) for named, one in decorators]
        made = [one for meaning, one in meanings if isinstance(meaning, External) and meaning.name in _FLOW]
        if len(made) != 1:
            return UNKNOWN
        keywords = made[0].keywords if isinstance(made[0], ast.Call) else []
        given = [self.run(found.file, keyword.value) for keyword in keywords if keyword.arg == node.attr]
        if given and given[0] is not None:
            return given[0]
        defaults = {"name": function.name.replace("_", "-"), "description": ast.get_docstring(function)}
        return UNKNOWN if any(keyword.arg is None for keyword in keywords) else defaults.get(node.attr, UNKNOWN)

    def _defined(self, file: PythonFile, node: ast.expr) -> Any:
        """A constant: assigned once, and not changed afterwards as far as its own file shows."""
        found = resolve(self.project, file, node)
        if isinstance(found, Definition) and found.value is not None:
            value = self.run(found.file, found.value)
            mutable = isinstance(value, (list, dict, set))
            return UNKNOWN if mutable and is_mutated(found.file, found.binding.name) else value
        if isinstance(found, External) and found.name in ("datetime.timezone.utc", "datetime.UTC"):
            return datetime.timezone.utc
        return UNKNOWN

    def _call(self, file: PythonFile, node: ast.Call) -> Any:
        """`timedelta(...)`, `datetime(...)`, `dict(...)`, `str(...)` and `" ".join(...)` of what is known."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join" and len(node.args) == 1:
            return self._text_join(file, node.func.value, node.args[0])
        found = resolve(self.project, file, node.func)
        name = (
            found.name
            if isinstance(found, External)
            else node.func.id
            if isinstance(node.func, ast.Name) and found is None
            else None
        )
        maker = _MAKERS.get(name or "")
        args = self.all(file, node.args)
        keywords = {keyword.arg: self.run(file, keyword.value) for keyword in node.keywords}
        if maker is None or args is None or None in keywords or UNKNOWN in keywords.values():
            return UNKNOWN
        try:
            return maker(*args, **{str(key): value for key, value in keywords.items()})
        except (TypeError, ValueError, OverflowError):
            return UNKNOWN

    def _text_join(self, file: PythonFile, separator: ast.expr, items: ast.expr) -> Any:
        between, texts = self.run(file, separator), self.run(file, items)
        is_known = isinstance(between, str) and isinstance(texts, (list, tuple))
        return between.join(texts) if is_known and all(isinstance(text, str) for text in texts) else UNKNOWN


_MAKERS: dict[str, Callable[..., Any]] = {
    "datetime.timedelta": datetime.timedelta,
    "datetime.datetime": datetime.datetime,
    "dict": dict,
    "str": str,
    "list": list,
}
_FLOW = frozenset({"prefect.flow", "prefect.flows.flow"})
_OF_FLOWS = frozenset({"name", "description", "version"})
_MUTATORS = frozenset(
    {"append", "extend", "insert", "update", "pop", "remove", "clear", "setdefault", "add", "popitem", "sort"}
)


def _changes_attribute(file: PythonFile, name: str) -> bool:
    """Whether the file sets an attribute of that name, or changes what one holds."""
    for node in file.of_type(ast.Attribute):
        outer = file.parents[node]
        if node.attr == name and (
            not isinstance(node.ctx, ast.Load)
            or (isinstance(outer, ast.Subscript) and not isinstance(outer.ctx, ast.Load))
            or (isinstance(outer, ast.Attribute) and outer.attr in _MUTATORS)
        ):
            return True
    return False


def is_mutated(file: PythonFile, name: str) -> bool:
    """Whether the file changes the object that a name holds, or what lies in it: `x[...] = …`, `x.append(…)`,
    `x += …`, `del x[…]`, `x["a"]["b"] = …`, `x["a"].update(…)`."""
    for node in file.nodes:
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and _is_name(node.value, name):
            return True
        if isinstance(node, ast.AugAssign) and _is_name(node.target, name):
            return True
        if isinstance(node, ast.Attribute) and node.attr in _MUTATORS and _is_name(node.value, name):
            return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    while isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id == name
