"""Reader: infrastructure that is one of several blocks: `a if test else b`, `if`/`else`, a dict, a function.

Prefect 3 names a work pool where Prefect 2 was given a block.  So each block can be replaced by its pool's name where
it is made, and whatever chooses among them goes on choosing among names; as long as all of it ends in
`infrastructure=`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from prefect_migrate.plan.model import Block, WorkPool
from prefect_migrate.project import Project
from prefect_migrate.readers.python_blocks import block_of
from prefect_migrate.readers.python_choices import given_to, returned_by
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_trail import Follower
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.symbols import Definition, resolve

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MAX_DEPTH = 8


@dataclass(slots=True)
class Choice:
    """One of the blocks, and the expression that gives it; None for None, which Prefect 2 refused, and which stands for
    a process where nothing is said."""

    node: ast.expr
    block: Block | None
    #: The work pool that takes its place; filled in by the planner.
    pool: WorkPool | None = None


@dataclass(slots=True)
class Choices:
    """`sinks` are all the calls that any of the blocks gets to; `annotations` say the type of what is chosen."""

    items: list[Choice] = field(default_factory=list)
    sinks: set[ast.Call] = field(default_factory=set)
    annotations: list[ast.expr] = field(default_factory=list)


def choices_of(project: Project, file: PythonFile, node: ast.expr) -> Choices | None:
    """What an `infrastructure=` may be, if all of it stands in the file and is used for nothing else; else None."""
    reader = _Reader(project, file)
    if not reader.read(node, 0) or not any(item.block is not None for item in reader.found.items):
        return None
    if _is_parameter(file, node) and len({file.source(item.node) for item in reader.found.items}) == 1:
        return None  # `plan.given_blocks` writes the one block where the parameter stands
    return reader.found if all(map(reader.ends_well, reader.found.items)) else None


def _is_parameter(file: PythonFile, node: ast.expr) -> bool:
    bindings = file.bindings_of(node) if isinstance(node, ast.Name) else []
    return any(isinstance(binding.node, ast.arg) for binding in bindings)


class _Reader:
    def __init__(self, project: Project, file: PythonFile) -> None:
        self.project, self.file = project, file
        self.found = Choices()
        self.seen: set[ast.expr] = set()

    def read(self, node: ast.expr, depth: int) -> bool:
        """Take in what an expression may give; False if not all of it can be known."""
        if node in self.seen:
            return True
        self.seen.add(node)
        if isinstance(node, ast.Constant) and node.value is None:
            self.found.items.append(Choice(node, None))
            return True
        block = block_of(self.project, self.file, node)
        if block is not None:
            self._take(node, block)
            tried = block.loaded and any(isinstance(outer, ast.Try) for outer in self.file.enclosing(node))
            return block.role == "infrastructure" and not tried  # whether it is there decides what comes next
        parts = self._parts(node) if depth < _MAX_DEPTH else None
        return bool(parts) and all(self.read(part, depth + 1) for part in parts or ())

    def _take(self, node: ast.expr, block: Block) -> None:
        if not block.comments and isinstance(node, ast.Call):
            block.comments = comments_of(self.file.source(node))
        self.found.items.append(Choice(node, block))

    def _parts(self, node: ast.expr) -> list[ast.expr] | None:
        """What an expression gives one of; None if that can't be told."""
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.Name):
            return self._of_name(node)
        if isinstance(node, ast.Attribute):
            return self._of_class(node)
        if isinstance(node, ast.Subscript):
            return self._of_dict(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            values = self._of_dict(node.func.value)
            return None if values is None or len(node.args) > 2 else [*values, *node.args[1:]]
        return self._of_function(node) if isinstance(node, ast.Call) else None

    def _of_name(self, node: ast.Name) -> list[ast.expr] | None:
        parts: list[ast.expr] = []
        for binding in self.file.bindings_of(node):
            if isinstance(binding.node, ast.arg):
                given = list(given_to(self.project, self.file, binding.node))
                if not given or not self._is_called_plainly(binding.node) or any(w is not self.file for w, _ in given):
                    return None
                parts += [value for _, value in given]
                self._annotated(binding.node.annotation)
            elif isinstance(binding.node, (ast.Assign, ast.AnnAssign)) and binding.value is not None:
                parts.append(binding.value)
                self._annotated(binding.node.annotation if isinstance(binding.node, ast.AnnAssign) else None)
            else:
                return None
        return parts

    def _is_called_plainly(self, parameter: ast.arg) -> bool:
        """Whether all that a function is used for are calls of this file without `*` and `**`."""
        function = next(outer for outer in self.file.enclosing(parameter) if isinstance(outer, _FUNCTIONS))
        uses = [use for use in self.file.named(function.name) if isinstance(use.ctx, ast.Load)]
        calls = [call for use in uses if isinstance(call := self.file.parents[use], ast.Call) and call.func is use]
        starred = any(isinstance(arg, ast.Starred) for call in calls for arg in call.args)
        spread = any(keyword.arg is None for call in calls for keyword in call.keywords)
        elsewhere = is_imported_elsewhere(self.project, self.file, function.name)
        is_plain = len(calls) == len(uses) and not starred and not spread and not function.decorator_list
        return is_plain and not elsewhere

    def _of_class(self, node: ast.Attribute) -> list[ast.expr] | None:
        """What the classes of the file put into an attribute of that name."""
        stores = [one for one in self.file.of_type(ast.Attribute) if one.attr == node.attr and _is_stored(one)]
        parts: list[ast.expr] = []
        for statement in (self.file.statement_of(one) for one in stores):
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                return None
            parts.append(statement.value)
        for owner in self.file.of_type(ast.ClassDef):
            for statement in owner.body:
                if isinstance(statement, ast.Assign) and _names(statement) == [node.attr]:
                    parts.append(statement.value)
            if is_imported_elsewhere(self.project, self.file, owner.name):
                return None
        return parts or None

    def _of_dict(self, node: ast.expr) -> list[ast.expr] | None:
        if isinstance(node, ast.Dict):
            return list(node.values) if all(node.keys) else None
        found = resolve(self.project, self.file, node) if isinstance(node, ast.Name) else None
        if not isinstance(found, Definition) or found.file is not self.file or not isinstance(found.value, ast.Dict):
            return None
        return self._of_dict(found.value)

    def _of_function(self, node: ast.Call) -> list[ast.expr] | None:
        found = resolve(self.project, self.file, node.func)
        if not isinstance(found, Definition) or found.file is not self.file or not isinstance(found.node, _FUNCTIONS):
            return None
        if found.node.decorator_list or isinstance(found.node, ast.AsyncFunctionDef):
            return None
        self._annotated(found.node.returns)
        returns = [one for one in ast.walk(found.node) if isinstance(one, ast.Return)]
        given = list(returned_by(self.file, found.node))
        return given if len(given) == len(returns) and _always_gives(found.node.body) else None

    def _annotated(self, annotation: ast.expr | None) -> None:
        self.found.annotations += [annotation] if annotation is not None else []

    def ends_well(self, item: Choice) -> bool:
        """Whether the block gets to nothing but definitions."""
        if isinstance(self.file.parents[item.node], ast.arguments):
            return item.block is None  # a default: what else the parameter gets is followed anyway
        sinks = _Sinks(self.project)
        sinks.object(self.file, item.node, 0)
        self.found.sinks |= sinks.calls
        saved = item.block is not None and bool(item.block.variables) and isinstance(item.node, ast.Call)
        only_saved = saved and all(one.attr == "save" for _, one in sinks.trail.attributes)
        return not sinks.trail.unknown and (not sinks.trail.attributes or only_saved)


def _always_gives(body: list[ast.stmt]) -> bool:
    """Whether a function returns something, or raises, whichever way it goes."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _always_gives(last.body) and _always_gives(last.orelse)
    if isinstance(last, ast.Match):
        is_whole = isinstance(last.cases[-1].pattern, ast.MatchAs) and last.cases[-1].pattern.pattern is None
        return is_whole and last.cases[-1].guard is None and all(_always_gives(case.body) for case in last.cases)
    return isinstance(last, (ast.Return, ast.Raise))


#: Calls that tell one kind of object from another.
_ASK = frozenset({"isinstance", "type", "hasattr", "bool", "len", "id"})


class _Sinks(Follower):
    """Follows a block to the definitions that it is given to; everything else is unknown."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.calls: set[ast.Call] = set()

    def object(self, file: PythonFile, node: ast.expr, depth: int) -> None:
        parent = file.parents[node]
        if isinstance(parent, ast.IfExp) and parent.test is node:
            self._unknown(f"line {parent.lineno} looks at it")
        else:
            super().object(file, node, depth)

    def _target(self, file: PythonFile, target: ast.expr, depth: int, *, container: bool) -> None:
        super()._target(file, target, depth, container=container)
        if isinstance(target, ast.Name) and isinstance(file.parents[file.statement_of(target)], ast.ClassDef):
            for node in file.of_type(ast.Attribute):
                if node.attr == target.id and isinstance(node.ctx, ast.Load):
                    self._either(file, node, depth, container=container)

    def _given(self, file: PythonFile, parent: ast.AST, node: ast.expr, depth: int, *, container: bool) -> None:
        call = file.parents[parent]
        is_definition = isinstance(parent, ast.keyword) and parent.arg == "infrastructure" and not container
        if is_definition and isinstance(call, ast.Call) and _builds(call):
            self.calls.add(call)
        elif isinstance(call, ast.Call) and getattr(call.func, "id", "") in _ASK:
            self._unknown(f"line {call.lineno} looks at it")
        elif isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in _ASK:
            self._unknown(f"line {parent.lineno} looks at it")
        elif isinstance(parent, ast.Call) and _is_default(parent, node):
            self.object(file, parent, depth + 1)
        else:
            super()._given(file, parent, node, depth, container=container)

    def _stored(self, file: PythonFile, parent: ast.AST, node: ast.expr, depth: int, *, container: bool) -> None:
        if isinstance(parent, (ast.Compare, ast.UnaryOp, ast.If, ast.Assert, ast.FormattedValue)):
            self._unknown(f"line {getattr(parent, 'lineno', 0)} looks at it")
        else:
            super()._stored(file, parent, node, depth, container=container)


def _is_default(call: ast.Call, node: ast.expr) -> bool:
    """`BLOCKS.get(key, node)`"""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "get" and call.args[1:] == [node]


def _builds(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "build_from_flow"


def _is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _names(statement: ast.Assign) -> list[str]:
    return [target.id for target in statement.targets if isinstance(target, ast.Name)]


def blocks_of(choices: Choices | None) -> Iterator[Block | None]:
    """The blocks that are chosen among."""
    yield from (item.block for item in choices.items) if choices is not None else ()
