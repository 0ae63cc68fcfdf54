"""Writer: values as Python code."""

from __future__ import annotations

import json
from typing import Any


def text_literal(text: str) -> str:
    """A string in double quotes."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def code_of(value: Any, indent: str = "", newline: str = "\n", unit: str = "    ", width: int = 60) -> str:
    """A value as code: in one line where it is short, else one item to a line, indented from `indent` on."""
    flat = _flat(value)
    if len(flat) <= width or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = indent + unit
    if isinstance(value, dict):
        items = [f"{_flat(key)}: {code_of(item, inner, newline, unit, width)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [code_of(item, inner, newline, unit, width) for item in value]
        opening, closing = "[", "]"
    return opening + newline + "".join(f"{inner}{item},{newline}" for item in items) + indent + closing


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return repr(value)
