"""Defaults of a flow's parameters that pydantic 1 took for their type and pydantic 2 does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.behaviour.runs import Function
from prefect_migrate.names.plain_types import plain_type
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile


@dataclass(frozen=True, slots=True)
class Refused:
    """A parameter, the type that it is said to have, and a default that is not of it."""

    parameter: ast.arg
    annotation: ast.expr
    default: ast.expr
    is_none: bool


def refused_defaults(file: PythonFile, function: Function, target: Target) -> Iterator[Refused]:
    """Those of a flow that validates its parameters."""
    if _may_not_validate(function.decorator_list[0]):
        return
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    late = zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True)
    for parameter, default in [*late, *zip(given.kwonlyargs, given.kw_defaults, strict=True)]:
        annotation = parameter.annotation
        said = _unquoted(annotation)
        if annotation is None or said is None or not isinstance(default, ast.Constant):
            continue
        kind = plain_type(file, said, target)
        is_none = default.value is None
        if kind is not None and (is_none or (kind == "str" and isinstance(default.value, (int, float)))):
            yield Refused(parameter, annotation, default, is_none)


def _unquoted(annotation: ast.expr | None) -> ast.expr | None:
    """The type that an annotation says; one in quotes is read at the level of the module, as Prefect does."""
    if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
        return annotation
    try:
        return ast.parse(annotation.value.strip(), mode="eval").body
    except SyntaxError:
        return None


def _may_not_validate(decorator: ast.expr) -> bool:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(keyword.arg in (None, "validate_parameters") for keyword in keywords)
