"""Any Python value as JSON that says what it is, the same for both engines."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import hashlib
import json
import types
import uuid
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

_DEPTH = 20
_LARGEST = 200_000
#: Written as their text; subclasses, such as pendulum's, as what they are made from.
_TEXTUAL = (
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID, PurePath,
)  # fmt: skip


def canonical(value: Any) -> Any:
    """JSON for a value; one that is very large is represented by its hash."""
    result = _json(value, _DEPTH)
    text = json.dumps(result, sort_keys=True)
    if len(text) <= _LARGEST:
        return result
    return {"$type": type(value).__name__, "$sha256": hashlib.sha256(text.encode()).hexdigest()}


def _json(value: Any, depth: int) -> Any:
    plain = not isinstance(value, enum.Enum)
    if value is None or (plain and isinstance(value, (bool, str))):
        return value
    if plain and isinstance(value, (int, float)):
        return value if value == value and abs(value) != float("inf") else {"$type": "float", "value": str(value)}
    if depth == 0:
        return {"$type": type(value).__name__}
    return _structure(value, depth - 1)


def _structure(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    if isinstance(value, (list, types.GeneratorType)):
        return [_json(item, depth) for item in value]
    if isinstance(value, (set, frozenset)):
        items = sorted((_json(item, depth) for item in value), key=repr)
        return {"$type": "set", "items": items}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return {"$type": "tuple", "items": [_json(item, depth) for item in value]}
    if isinstance(value, BaseException):
        return {"$type": type(value).__qualname__, "message": str(value)}
    for cls in _TEXTUAL:
        if isinstance(value, cls):
            return {"$type": cls.__name__, "value": value.isoformat() if hasattr(value, "isoformat") else str(value)}
    return _object(value, depth)


def _mapping(value: Mapping[Any, Any], depth: int) -> Any:
    if all(isinstance(key, str) for key in value):
        return {str(key): _json(item, depth) for key, item in value.items()}
    pairs = sorted(([_json(key, depth), _json(item, depth)] for key, item in value.items()), key=repr)
    return {"$type": "dict", "items": pairs}


def _object(value: Any, depth: int) -> Any:
    """Models, dataclasses and states by their fields, anything else by its repr."""
    name = type(value).__qualname__
    if name == "State" and hasattr(value, "state_details"):
        return {"$type": "State", "type": str(value.type.value), "name": value.name}
    if isinstance(value, enum.Enum):
        return {"$type": name, "value": _json(value.value, depth)}
    fields = getattr(type(value), "model_fields", None) or getattr(type(value), "__fields__", None)
    if isinstance(fields, Mapping):
        return {"$type": name, **{field: _json(getattr(value, field, None), depth) for field in fields}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {"$type": name, **{field: _json(getattr(value, field), depth) for field in names}}
    if hasattr(value, "_asdict"):
        return {"$type": name, **_mapping(value._asdict(), depth)}
    return {"$type": name, "repr": repr(value)}
