"""What a class puts into the attributes of its own objects, as `self.client = get_client()` does."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.names.strings import last_name
from prefect_migrate.source.python import PythonFile

_PROPERTIES = frozenset({"property", "cached_property"})


class Held(NamedTuple):
    """One place that gives an attribute its value: an expression, a type's annotation, or nothing that can be known."""

    value: ast.expr | None
    annotation: ast.expr | None = None


Attributes = dict[ast.ClassDef, dict[str, list[Held]]]


def attributes_of(file: PythonFile) -> Attributes:
    """class -> attribute -> each place that sets it, in the class's body or by way of a method's `self`."""
    found: Attributes = defaultdict(lambda: defaultdict(list))
    for node in file.of_type(ast.Attribute):
        if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            owner = own_class(file, node.value)
            if owner is not None:
                found[owner][node.attr].append(_set(file.parents[node], node))
    for owner in file.of_type(ast.ClassDef):
        for name, held in _in_body(owner):
            found[owner][name].append(held)
    return found


def own_class(file: PythonFile, name: ast.Name) -> ast.ClassDef | None:
    """The class that has the method whose first parameter a name is."""
    bindings = file.bindings_of(name)
    if len(bindings) != 1 or bindings[0].kind != "parameter":
        return None
    method = bindings[0].scope.node
    if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    owner = file.parents.get(method)
    first = [*method.args.posonlyargs, *method.args.args][:1]
    is_static = any(last_name(decorator) == "staticmethod" for decorator in method.decorator_list)
    is_own = [argument.arg for argument in first] == [name.id] and not is_static
    return owner if isinstance(owner, ast.ClassDef) and is_own else None


def _set(parent: ast.AST, node: ast.expr) -> Held:
    if isinstance(parent, ast.Assign) and node in parent.targets:
        return Held(parent.value)
    if isinstance(parent, ast.AnnAssign) and parent.target is node:
        return Held(parent.value, parent.annotation)
    return Held(parent.context_expr if isinstance(parent, ast.withitem) else None)


def _in_body(owner: ast.ClassDef) -> Iterator[tuple[str, Held]]:
    for statement in owner.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement.name, _of_property(statement)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, _set(statement, target)


def _of_property(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Held:
    """What a property that does nothing but return gives; nothing that can be known of a method."""
    if not any(last_name(decorator) in _PROPERTIES for decorator in method.decorator_list):
        return Held(None)
    last = method.body[-1]
    returned = last.value if isinstance(last, ast.Return) and len(method.body) <= _SHORT else None
    return Held(returned, method.returns)


#: A docstring and a `return`.
_SHORT = 2
