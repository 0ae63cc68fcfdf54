"""The pydantic models that Prefect works with: subclasses of its blocks, and what flows and tasks take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import FLOW, TASK
from prefect_migrate.reference import lineage
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, External, resolve

_BLOCK = "prefect.blocks.core.Block"
_MODELS = {"pydantic.BaseModel": "model", "pydantic.main.BaseModel": "model", "pydantic.v1.BaseModel": "old-model"}
#: block: a subclass of Prefect's own; model: one of pydantic's; old-model: of pydantic.v1's.
Kind = Literal["block", "model", "old-model"]


class Model(NamedTuple):
    """A class, the file it is in, and the place in the file at hand that brings it to Prefect."""

    kind: str
    file: PythonFile
    node: ast.ClassDef
    use: ast.expr | None = None


def models_of(context: FileContext, file: PythonFile) -> Iterator[Model]:
    """The block classes of a file, and the models that its flows and tasks take."""
    for node in file.of_type(ast.ClassDef):
        if node.bases and kind_of(context, file, node) == "block":
            yield Model("block", file, node)
    seen: set[ast.AST] = set()
    typer = typer_of(context, file)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
        *file.of_type(ast.FunctionDef), *file.of_type(ast.AsyncFunctionDef)
    ]  # fmt: skip
    for function in functions:
        if function.decorator_list and typer.decorated(function) in (FLOW, TASK):
            for model in _parameters(context, file, function):
                if model.node not in seen:
                    seen.add(model.node)
                    yield model


def _parameters(
    context: FileContext, file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[Model]:
    for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        for name in ast.walk(argument.annotation) if argument.annotation is not None else ():
            if isinstance(name, (ast.Name, ast.Attribute)):
                found = resolve(context.project, file, name)
                if isinstance(found, Definition) and isinstance(found.node, ast.ClassDef):
                    kind = kind_of(context, found.file, found.node)
                    if kind in ("model", "old-model"):
                        yield Model(kind, found.file, found.node, name)


def kind_of(context: FileContext, file: PythonFile, node: ast.ClassDef) -> str | None:
    """What a class is, by its bases, those of the repository's own followed."""
    for base in known_bases(context, file, node):
        if _BLOCK in lineage(base.name, context.target):
            return "block"
        if base.certain and base.name in _MODELS:
            return _MODELS[base.name]
    return None


def known_bases(context: FileContext, file: PythonFile, node: ast.ClassDef, hops: int = 0) -> Iterator[External]:
    """The classes from elsewhere that a class is made from, by itself or by the repository's own between them."""
    for base in node.bases:
        found = resolve(context.project, file, base.value if isinstance(base, ast.Subscript) else base)
        inner = found.node if isinstance(found, Definition) else None
        if isinstance(found, External):
            known = found.name.startswith("prefect")
            yield replace(found, name=typer_of(context, file).canonical(found.name)) if known else found
        elif isinstance(found, Definition) and isinstance(inner, ast.ClassDef) and inner is not node and hops <= 4:
            yield from known_bases(context, found.file, inner, hops + 1)
