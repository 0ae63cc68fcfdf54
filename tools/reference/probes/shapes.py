"""The shape of classes and callables at run time: bases, members, fields and signatures."""

from __future__ import annotations

import enum
import inspect
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kinds import kind_of, kind_of_result  # type: ignore[import-not-found]

_KINDS = {
    "POSITIONAL_ONLY": "/",
    "POSITIONAL_OR_KEYWORD": "",
    "VAR_POSITIONAL": "*",
    "KEYWORD_ONLY": "k",
    "VAR_KEYWORD": "**",
}
_DUNDERS = {"__init__", "__call__", "__await__", "__enter__", "__aenter__"}


def text_of(value: object, limit: int = 120) -> str:
    """A value's repr without addresses and machine paths."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__}: {type(error).__name__}>"
    text = re.sub(r" at 0x[0-9a-f]+", "", text).replace(str(Path.home()), "~")
    return text if len(text) <= limit else f"{text[:limit]}..."


def plain(value: Any) -> Any:
    """A pydantic class without the arguments that were given to it as a generic one."""
    generic = getattr(value, "__pydantic_generic_metadata__", None) or {}
    return generic.get("origin") or value


def path_of(value: object) -> str:
    """Where a class or function is defined: `module:qualified.name`."""
    value = plain(value)
    return f"{getattr(value, '__module__', None)}:{getattr(value, '__qualname__', getattr(value, '__name__', '?'))}"


def signature_of(value: Callable[..., Any]) -> list[list[str]] | None:
    """Parameters as [name, kind] or [name, kind, default]; kind is '', 'k' keyword-only, '/', '*' or '**'."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except Exception:
        return None
    rows = []
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD and (keys := _unpacked(parameter.annotation)):
            rows += [[key, "k", "<optional>"] for key in keys]
            continue
        row = [re.sub(r"^_\w+?__", "__", parameter.name), _KINDS[parameter.kind.name]]
        if parameter.default is not parameter.empty:
            row.append(text_of(parameter.default))
        rows.append(row)
    return rows


def _unpacked(annotation: object) -> list[str]:
    """The keys of `**kwargs: Unpack[SomeTypedDict]`; only type checkers resolve the annotation, mostly."""
    match = re.search(
        r"Unpack\[(?:ForwardRef\()?['\"]?([\w.]+)", annotation if isinstance(annotation, str) else text_of(annotation)
    )
    name = match.group(1).rpartition(".")[2] if match else None
    for module in list(sys.modules.values()) if name else ():
        found = vars(module).get(str(name)) if module.__name__.startswith("prefect") else None
        if hasattr(found, "__total__"):
            return sorted(found.__annotations__)
    return []


def flavour_of(value: Any) -> str:
    """`sync`, `coroutine`, `generator`, `compatible` (sync outside a loop) or `dispatch` (that, with an async twin)."""
    inner = inspect.unwrap(value)
    if "async_dispatch" in getattr(getattr(value, "__code__", None), "co_filename", ""):
        return "dispatch"
    if callable(getattr(value, "aio", None)):
        return "compatible" if hasattr(value, "__wrapped__") and inspect.iscoroutinefunction(inner) else "dispatch"
    if inspect.iscoroutinefunction(value):
        return "coroutine"
    if inspect.iscoroutinefunction(inner):
        return "compatible"
    return "generator" if inspect.isasyncgenfunction(inner) else "sync"


def callable_of(value: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"signature": signature_of(value), "flavour": flavour_of(value)}
    kind = kind_of_result(value, str(getattr(value, "__module__", "")).partition(".")[0])
    return {**row, "gives": kind} if kind else row


def fields_of(cls: type) -> dict[str, dict[str, Any]]:
    """The fields of a pydantic model of either major version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fields = getattr(cls, "model_fields", None) or getattr(cls, "__fields__", None)
    found: dict[str, dict[str, Any]] = {}
    for name, field in fields.items() if isinstance(fields, dict) else ():
        found[name] = _field(field)
        if kind := kind_of(getattr(field, "annotation", None), cls.__module__, cls.__module__.partition(".")[0]):
            found[name]["holds"] = kind
        if getattr(field, "alias", None) not in (None, name):
            found[name]["alias"] = field.alias
    return found


def _field(field: Any) -> dict[str, Any]:
    required = field.is_required() if hasattr(field, "is_required") else bool(getattr(field, "required", False))
    shape: dict[str, Any] = {"kind": "field", "required": required}
    if not required:
        shape["default"] = (
            "<factory>" if getattr(field, "default_factory", None) else text_of(getattr(field, "default", None))
        )
    return shape


def extra_of(cls: type) -> str | None:
    """What a pydantic model does with arguments that are no field: allow, forbid or ignore."""
    config = getattr(cls, "model_config", None)
    if isinstance(config, dict):
        return str(config.get("extra") or "ignore")
    extra = getattr(getattr(cls, "__config__", None), "extra", None)
    return str(getattr(extra, "value", extra)) if extra is not None else None


def members_of(cls: type) -> dict[str, dict[str, Any]]:
    """The members that the class itself defines; inherited ones are found through its bases."""
    found: dict[str, dict[str, Any]] = {}
    annotations = {name for name in vars(cls).get("__annotations__", {}) if not name.startswith("__")}
    for name, value in vars(cls).items():
        if not name.startswith("__") or name in _DUNDERS:
            found[name] = _member(cls, name, value)
    for name in annotations - set(found):
        found[name] = {"kind": "annotated"}
    for name, field in fields_of(cls).items():
        if name in annotations or not any(name in fields_of(base) for base in cls.__bases__):
            found[name] = field
    if isinstance(cls, type) and issubclass(cls, enum.Enum):
        found.update({name: {"kind": "enum"} for name in cls.__members__})
    return found


def _member(cls: type, name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, property):
        kind = kind_of_result(value.fget, cls.__module__.partition(".")[0])
        return {"kind": "property", **({"holds": kind} if kind else {})}
    if isinstance(value, (classmethod, staticmethod)):
        return {"kind": type(value).__name__, **callable_of(getattr(cls, name))}
    if isinstance(value, type):
        return {"kind": "class"}
    if inspect.isfunction(value) or (callable(value) and hasattr(value, "__get__")):
        return {"kind": "method", **callable_of(value)}
    return {"kind": "attribute"}


def shape_of(cls: type) -> dict[str, Any]:
    """{bases, members, signature, extra?, slug?} of a class."""
    shape: dict[str, Any] = {
        "bases": [path_of(base) for base in cls.__bases__ if base is not object],
        "members": members_of(cls),
        "signature": signature_of(cls),
    }
    if (extra := extra_of(cls)) is not None:
        shape["extra"] = extra
    if hasattr(cls, "_block_type_slug") and hasattr(cls, "get_block_type_slug"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape["slug"] = cls.get_block_type_slug()
    return shape
