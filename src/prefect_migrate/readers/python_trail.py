"""Reader: where an object goes after it was made, and what is done to it there.

Follows names, containers, loops, attributes, and the functions of the repository that it is given to or comes out of.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prefect_migrate.project import Project
from prefect_migrate.readers.python_importers import imported_uses
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

_MAX_DEPTH = 12
_CONTAINERS = (
    ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp
)  # fmt: skip
_FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Calls that only look at what they are given.
_LOOKS = frozenset({"print", "len", "str", "repr", "isinstance", "type", "id", "bool", "hasattr"})
_LOGGERS = frozenset({"logger", "logging", "log", "console", "_logger", "LOGGER"})
#: Calls that hand the elements of a container on.
_PASSES_ON = frozenset({"list", "tuple", "set", "sorted", "reversed", "enumerate", "iter", "filter", "zip", "chain"})
#: Calls that give back, in a container, what each of their arguments gives.
_COLLECTS = frozenset({"gather"})
_ADDERS = frozenset({"append", "add", "insert", "extend", "appendleft"})
_VIEWS = frozenset({"values", "items", "copy"})


@dataclass(slots=True)
class Trail:
    """`attributes` are the places where an attribute of the object is read, set or called; `unknown` says where it
    goes that can't be followed."""

    attributes: list[tuple[PythonFile, ast.Attribute]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def follow(project: Project, file: PythonFile, node: ast.expr) -> Trail:
    """The trail of the object that an expression makes."""
    follower = Follower(project)
    follower.object(file, node, 0)
    return follower.trail


class Follower:
    """Collects the trail of objects."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.trail = Trail()
        self.seen: set[tuple[int, bool]] = set()

    def _is_new(self, node: ast.AST, depth: int, *, container: bool) -> bool:
        if depth > _MAX_DEPTH:
            self._unknown("it goes through many hands")
            return False
        key = (id(node), container)
        new = key not in self.seen
        self.seen.add(key)
        return new

    def _unknown(self, what: str) -> None:
        if what not in self.trail.unknown:
            self.trail.unknown.append(what)

    # -- the object itself ---------------------------------------------------------------------------------------

    def object(self, file: PythonFile, node: ast.expr, depth: int) -> None:
        """What the expression around the object does with it."""
        if not self._is_new(node, depth, container=False):
            return
        parent = file.parents[node]
        if isinstance(parent, ast.Attribute):
            self.trail.attributes.append((file, parent))
        elif isinstance(parent, (ast.Await, ast.IfExp, ast.BoolOp)) or (
            isinstance(parent, ast.NamedExpr) and parent.value is node
        ):
            self.object(file, parent, depth + 1)
            if isinstance(parent, ast.NamedExpr):
                self._name(file, parent.target, depth, container=False)
        elif isinstance(parent, _CONTAINERS):
            self.container(file, parent, depth + 1)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            self._given(file, parent, node, depth, container=False)
        else:
            self._stored(file, parent, node, depth, container=False)

    def container(self, file: PythonFile, node: ast.expr, depth: int) -> None:
        """What is done with a container that the object is in."""
        if not self._is_new(node, depth, container=True):
            return
        parent = file.parents[node]
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
            self._loop(file, parent.target, depth)
        elif isinstance(parent, ast.Attribute):
            self._of_container(file, parent, depth)
        elif isinstance(parent, ast.Subscript) and parent.value is node:
            if isinstance(parent.ctx, ast.Load):
                self.object(file, parent, depth + 1)
        elif isinstance(parent, (*_CONTAINERS, ast.BinOp, ast.IfExp, ast.Await)):
            self.container(file, parent, depth + 1)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            self._given(file, parent, node, depth, container=True)
        else:
            self._stored(file, parent, node, depth, container=True)

    def _either(self, file: PythonFile, node: ast.expr, depth: int, *, container: bool) -> None:
        if container:
            self.container(file, node, depth + 1)
        else:
            self.object(file, node, depth + 1)

    # -- where it is kept ----------------------------------------------------------------------------------------

    def _stored(self, file: PythonFile, parent: ast.AST, node: ast.expr, depth: int, *, container: bool) -> None:
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            for target in targets:
                self._target(file, target, depth, container=container)
        elif isinstance(parent, (ast.Return, ast.Lambda)):
            self._returned(file, parent, depth, container=container)
        elif not isinstance(parent, (ast.Expr, ast.FormattedValue, ast.Compare, ast.UnaryOp, ast.If, ast.Assert)):
            self._unknown(f"what line {getattr(node, 'lineno', 0)} of {file.path} does with it can't be followed")

    def _target(self, file: PythonFile, target: ast.expr, depth: int, *, container: bool) -> None:
        if isinstance(target, ast.Name):
            self._name(file, target, depth, container=container)
        elif isinstance(target, ast.Attribute):
            self._attribute(file, target, depth, container=container)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._name(file, target.value, depth, container=True)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._target(file, element, depth, container=False)
        else:
            self._unknown(f"line {target.lineno} of {file.path} keeps it where it can't be followed")

    def _name(self, file: PythonFile, name: ast.Name, depth: int, *, container: bool) -> None:
        for load in reached_loads(file, name):
            self._either(file, load, depth, container=container)
        scope = file.scopes.scope_of(name)
        for other, use in imported_uses(self.project, file, name.id) if scope is file.scopes.module else ():
            self._either(other, use, depth, container=container)

    def _attribute(self, file: PythonFile, target: ast.Attribute, depth: int, *, container: bool) -> None:
        """`self.deployment = …`: every `.deployment` of the file is taken for it."""
        for node in file.of_type(ast.Attribute):
            if node.attr == target.attr and isinstance(node.ctx, ast.Load):
                self._either(file, node, depth, container=container)

    # -- functions -----------------------------------------------------------------------------------------------

    def _returned(self, file: PythonFile, parent: ast.AST, depth: int, *, container: bool) -> None:
        function = next((outer for outer in file.enclosing(parent) if isinstance(outer, _FunctionNode)), None)
        if isinstance(parent, ast.Lambda) or function is None or _is_method(file, function):
            self._unknown(f"line {getattr(parent, 'lineno', 0)} of {file.path} gives it to whoever calls that")
            return
        for other, call in calls_of(self.project, file, function):
            self._either(other, call, depth, container=container)

    def _given(self, file: PythonFile, parent: ast.AST, node: ast.expr, depth: int, *, container: bool) -> None:
        call = file.parents[parent] if isinstance(parent, ast.keyword) else parent
        assert isinstance(call, ast.Call)
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Attribute) and name in _ADDERS and isinstance(function.value, ast.Name):
            self._name(file, function.value, depth, container=True)
        elif (container and name in _PASSES_ON) or name in _COLLECTS:
            self.container(file, call, depth + 1)
        elif not (isinstance(function, ast.Name) and name in _LOOKS) and not _is_logger(function):
            self._parameter(file, call, parent, node, depth, container=container)

    def _parameter(
        self, file: PythonFile, call: ast.Call, parent: ast.AST, node: ast.expr, depth: int, *, container: bool
    ) -> None:
        found = resolve(self.project, file, call.func)
        function = found.node if isinstance(found, Definition) else None
        argument = _parameter_of(function, call, parent, node) if isinstance(function, _FunctionNode) else None
        if argument is None or not isinstance(found, Definition):
            self._unknown(f"it is given to `{file.source(call.func)}`, whose use of it is not known")
            return
        owner, wrapped = found.file, container or isinstance(node, ast.Starred)
        for load in _loads_of_parameter(owner, argument):
            self._either(owner, load, depth, container=wrapped)

    # -- containers ----------------------------------------------------------------------------------------------

    def _of_container(self, file: PythonFile, attribute: ast.Attribute, depth: int) -> None:
        call = file.parents[attribute]
        if not isinstance(call, ast.Call) or call.func is not attribute:
            return
        if attribute.attr in _VIEWS:
            self.container(file, call, depth + 1)
        elif attribute.attr in ("get", "pop"):
            self.object(file, call, depth + 1)

    def _loop(self, file: PythonFile, target: ast.expr, depth: int) -> None:
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                for load in reached_loads(file, name):
                    self.object(file, load, depth + 1)


def reached_loads(file: PythonFile, target: ast.Name) -> Iterator[ast.Name]:
    """The reads of a name that an assignment to it may reach."""
    bindings = file.scopes.scope_of(target).lookup(target.id)
    lines = [getattr(binding.node, "lineno", 0) for binding in bindings]
    until = min((line for line in lines if line > target.lineno), default=10**9)
    in_turn = len(bindings) > 1 and _in_one_block(file, [binding.node for binding in bindings])
    for node in file.named(target.id):
        if not isinstance(node.ctx, ast.Load):
            continue
        if file.scopes.scope_of(node).lookup(node.id) is not bindings:
            continue
        if not in_turn or target.lineno <= node.lineno <= until:
            yield node


def _in_one_block(file: PythonFile, nodes: Iterable[ast.AST]) -> bool:
    """Whether statements run one after the other, so that each takes over from the one before."""
    statements = [file.statement_of(node) for node in nodes]
    body = file.body_of(statements[0])
    loops = (ast.For, ast.AsyncFor, ast.While)
    return all(statement in body for statement in statements) and not any(
        isinstance(outer, loops) for outer in file.enclosing(statements[0])
    )


def calls_of(project: Project, file: PythonFile, function: ast.AST) -> Iterator[tuple[PythonFile, ast.Call]]:
    """The calls of a function, in its own file and in others."""
    name = getattr(function, "name", "")
    for call in file.calls():
        found = resolve(project, file, call.func)
        if isinstance(found, Definition) and found.node is function:
            yield file, call
    for other, use in imported_uses(project, file, name):
        parent = other.parents[use]
        if isinstance(parent, ast.Call) and parent.func is use:
            yield other, parent


def _is_method(file: PythonFile, function: ast.AST) -> bool:
    return isinstance(file.parents[function], ast.ClassDef)


def _is_logger(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in _LOGGERS
    )


def _parameter_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, parent: ast.AST, node: ast.expr
) -> ast.arg | None:
    arguments = [*function.args.posonlyargs, *function.args.args]
    if isinstance(parent, ast.keyword):
        every = [*arguments, *function.args.kwonlyargs]
        return next((argument for argument in every if argument.arg == parent.arg), None)
    position = call.args.index(node)
    return arguments[position] if position < len(arguments) else function.args.vararg


def _loads_of_parameter(file: PythonFile, argument: ast.arg) -> Iterator[ast.Name]:
    for node in file.named(argument.arg):
        if isinstance(node.ctx, ast.Load):
            bindings = file.bindings_of(node)
            if any(binding.node is argument for binding in bindings):
                yield node
