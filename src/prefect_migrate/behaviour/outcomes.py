"""Whether a flow that returns nothing still fails when a run that it starts fails."""

from __future__ import annotations

import ast

from prefect_migrate.behaviour.runs import Function, kind_of, outer_value
from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import STATE, TASK
from prefect_migrate.source.python import PythonFile

_CHOICES = (ast.BoolOp, ast.IfExp, ast.NamedExpr)
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_TESTS = (ast.BoolOp, ast.UnaryOp, ast.Compare)


def outcome_is_seen(context: FileContext, file: PythonFile, call: ast.Call, function: Function) -> bool:
    """Whether the flow fails, or may decide to, when this run fails: its result is taken, or handed on."""
    return _Uses(context, file, function).is_seen(call)


def name_is_seen(
    context: FileContext, file: PythonFile, name: str, function: Function, besides: ast.expr | None = None
) -> bool:
    """The same for what a name holds; a task that is called with it does not raise its failure.

    `besides` is a use that is not asked about.
    """
    uses = _Uses(context, file, function, by_calls=False)
    return any(uses.is_seen(load) for load in uses.loads(name) if load is not besides)


class _Uses:
    """What one flow does with a future or a state; `by_calls`: calling a task with it raises its failure."""

    def __init__(self, context: FileContext, file: PythonFile, function: Function, *, by_calls: bool = True) -> None:
        self.by_calls = by_calls
        self.file = file
        self.typer = typer_of(context, file)
        self.function = function
        self.followed: set[str] = set()

    def is_seen(self, value: ast.expr, *, is_state: bool = False) -> bool:
        """Whether the flow looks at the outcome that a future holds, or a state is."""
        is_state = is_state or self.typer.type_of(value) == STATE
        whole = self._whole(value)
        name = self._name_of(whole)
        if name is None:
            return self._is_seen_here(whole, is_state)
        return self._named_is_seen(name, is_state)

    def _whole(self, value: ast.expr) -> ast.expr:
        """The expression that the value is a part of, or one of several values of."""
        whole = outer_value(self.file, value)
        outer = self.file.parents[whole]
        return self._whole(outer) if isinstance(outer, _CHOICES) and outer is not self._tested(whole) else whole

    def _tested(self, value: ast.expr) -> ast.AST | None:
        outer = self.file.parents[value]
        return outer if isinstance(outer, ast.IfExp) and outer.test is value else None

    def _name_of(self, value: ast.expr) -> str | None:
        """The name that a statement gives the value."""
        parent = self.file.parents[value]
        targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
        is_plain = isinstance(parent, (ast.Assign, ast.AnnAssign)) and len(targets) == 1
        target = targets[0]
        return target.id if is_plain and isinstance(target, ast.Name) else None

    def loads(self, name: str) -> list[ast.Name]:
        names = (node for node in ast.walk(self.function) if isinstance(node, ast.Name) and node.id == name)
        return [node for node in names if isinstance(node.ctx, ast.Load)]

    def _is_seen_here(self, value: ast.expr, is_state: bool) -> bool:
        parent = self.file.parents[value]
        if isinstance(parent, ast.Expr):
            return False
        if isinstance(parent, ast.Dict):
            return self.is_seen(parent, is_state=is_state)
        if isinstance(parent, _LOOPS) and parent.iter is value and isinstance(parent.target, ast.Name):
            return self._named_is_seen(parent.target.id, is_state)
        if isinstance(parent, ast.keyword):
            parent = self.file.parents[parent]
        if isinstance(parent, ast.Call) and parent.func is not value:
            is_upstream = kind_of(self.typer, parent) in ("submit", "map") or (
                not self.by_calls and self.typer.type_of(parent.func) == TASK
            )
            return not (is_upstream or self.typer.callable_of(parent.func) == "prefect.futures.wait")
        return self._member_is_seen(parent, is_state) if isinstance(parent, ast.Attribute) else True

    def _named_is_seen(self, name: str, is_state: bool) -> bool:
        """The same for a name, of the value or of each of several that a loop goes through."""
        if name in self.followed:
            return False
        self.followed.add(name)
        return any(self.is_seen(load, is_state=is_state) for load in self.loads(name))

    def _member_is_seen(self, member: ast.Attribute, is_state: bool) -> bool:
        call = self.file.parents[member]
        is_called = isinstance(call, ast.Call) and call.func is member
        if member.attr == "append" and is_called:
            return False
        if member.attr == "result" and is_called:
            assert isinstance(call, ast.Call)
            return _raises(call)
        if not is_state and member.attr in ("wait", "state"):
            state = call if is_called else member
            assert isinstance(state, ast.expr)
            return self.is_seen(state, is_state=True)
        return self._decides(call if is_called else member) if is_state else True

    def _decides(self, node: ast.AST) -> bool:
        """Whether what a state says can make the flow fail."""
        outer = self.file.parents[node]
        while isinstance(outer, _TESTS):
            outer = self.file.parents[outer]
        if isinstance(outer, (ast.If, ast.While)):
            return any(
                isinstance(inner, ast.Raise) for part in (*outer.body, *outer.orelse) for inner in ast.walk(part)
            )
        return isinstance(outer, ast.Assert)


def _raises(call: ast.Call) -> bool:
    """Whether `.result()` raises what the run failed with."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "raise_on_failure"]
    return not any(isinstance(value, ast.Constant) and value.value is False for value in given)
