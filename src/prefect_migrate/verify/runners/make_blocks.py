"""Save block documents in this engine: `make_blocks.py REQUEST`, a JSON list of `{"class", "name", "fields"}`.

`class` is dotted; `fields` may be fewer than the class wants, what is missing is made up.  What can't be made is
written to standard output, a line each, and does not stop the rest.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import typing
import warnings
from pathlib import Path
from typing import Any

_TEXT = "stand-in"
_DEPTH = 4


def block_class(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def complete(cls: Any, given: dict[str, Any], depth: int = _DEPTH) -> Any:
    """A block with these fields, nested blocks included, and something for each other field that it wants."""
    values = {}
    for name, (annotation, required) in fields_of(cls).items():
        nested = block_in(annotation)
        if nested is not None and isinstance(given.get(name), dict):
            values[name] = complete(nested, given[name], depth - 1)
        elif name in given:
            values[name] = given[name]
        elif required:
            values[name] = complete(nested, {}, depth - 1) if nested is not None and depth else plain(annotation)
    return cls(**values)


def fields_of(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Field -> (annotation, whether it is required), of a model of either pydantic."""
    if "model_fields" in dir(cls):
        return {name: (field.annotation, field.is_required()) for name, field in cls.model_fields.items()}
    return {name: (field.outer_type_, bool(field.required)) for name, field in cls.__fields__.items()}


def block_in(annotation: Any) -> Any:
    """The first block class in a type."""
    from prefect.blocks.core import Block

    if inspect.isclass(annotation) and issubclass(annotation, Block):
        return annotation
    found = (block_in(inner) for inner in typing.get_args(annotation))
    return next((cls for cls in found if cls is not None), None)


def plain(annotation: Any) -> Any:
    """Something of a type."""
    options = typing.get_args(annotation)
    origin = typing.get_origin(annotation) or annotation
    if origin in (dict, list, set, tuple):
        return origin()
    if origin in (bool, int, float):
        return origin(1)
    return plain(options[0]) if options and origin is typing.Union else _TEXT


def main() -> None:
    warnings.simplefilter("ignore")
    for wanted in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        try:
            block = complete(block_class(wanted["class"]), wanted["fields"])
            block.save(wanted["name"], overwrite=True)
        except Exception as error:
            text = " ".join(str(error).split())
            sys.stdout.write(f"{wanted['class']} {wanted['name']!r}: {type(error).__name__}: {text[:200]}\n")


main()
