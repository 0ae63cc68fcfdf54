"""Types that None is not of, for certain: no alias, no Any, no Optional."""

from __future__ import annotations

import ast

from prefect_migrate.reference import lineage
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile

_BUILTINS = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict", "set", "frozenset", "tuple"})
_OTHERS = frozenset(
    {"datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "decimal.Decimal", "pathlib.Path",
     "uuid.UUID"}
    | {f"typing.{name}" for name in ("Dict", "FrozenSet", "List", "Set", "Tuple")}
    | {f"pydantic.{name}" for name in ("AnyUrl", "HttpUrl", "SecretBytes", "SecretStr")}
)  # fmt: skip


def plain_type(file: PythonFile, annotation: ast.expr, target: Target) -> str | None:
    """The dotted name of such a type; blocks are told by the index of the target."""
    if isinstance(annotation, ast.Subscript):
        return plain_type(file, annotation.value, target)
    if isinstance(annotation, ast.Name) and annotation.id in _BUILTINS:
        return annotation.id if not file.bindings_of(annotation) else None
    meaning = file.meaning(annotation) if isinstance(annotation, (ast.Name, ast.Attribute)) else None
    if meaning is None or not meaning.certain:
        return None
    is_block = meaning.name.startswith("prefect") and "prefect.blocks.core.Block" in lineage(meaning.name, target)
    return meaning.name if is_block or meaning.name in _OTHERS else None
