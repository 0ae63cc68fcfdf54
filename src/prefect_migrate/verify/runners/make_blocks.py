"""Save block documents in this engine: `make_blocks.py REQUEST`, a JSON list of `{"class", "name", "fields"}`.

`class` is dotted; `fields` may be fewer than the class wants, what is missing is made up.  Another document in one is
`{{ prefect.blocks.SLUG.NAME }}`, which must have come before.  What can't be made is written to standard output, a line
each, and does not stop the rest.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import typing
import warnings
from pathlib import Path
from typing import Any

_TEXT = "stand-in"
_DEPTH = 4
_REFERENCE = re.compile(r"\{\{ prefect\.blocks\.(?P<slug>[a-z0-9-]+)\.(?P<name>[a-z0-9-]+) \}\}")


def block_class(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def complete(cls: Any, given: dict[str, Any], depth: int = _DEPTH) -> Any:
    """A block with these fields, nested blocks included, and something for each other field that it wants."""
    values = {}
    for name, (annotation, required) in fields_of(cls).items():
        nested = block_in(annotation)
        document = held(nested, given.get(name))
        if document is not None:
            values[name] = document
        elif nested is not None and isinstance(given.get(name), dict):
            values[name] = complete(nested, given[name], depth - 1)
        elif name in given and not (nested is not None and is_reference(given[name])):
            values[name] = given[name]
        elif required:
            values[name] = complete(nested, {}, depth - 1) if nested is not None and depth else plain(annotation)
    return cls(**values)


def is_reference(value: Any) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def held(cls: Any, value: Any) -> Any:
    """The document that a field of this block class names, if it is there and fits."""
    match = _REFERENCE.fullmatch(value) if cls is not None and isinstance(value, str) else None
    if match is None:
        return None
    try:
        document = cls.load(match["name"])
    except (ValueError, RuntimeError):
        return None
    return document if isinstance(document, cls) else None


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
