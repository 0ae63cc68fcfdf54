"""What PyYAML, which Prefect reads its files with, makes of a plain scalar: the types of YAML 1.1."""

from __future__ import annotations

import re
from typing import Any, Literal

ScalarType = Literal["str", "null", "bool", "int", "float", "date"]

_TRUE = frozenset({"yes", "true", "on"})
_BOOL = re.compile(r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")
_NULL = re.compile(r"~|null|Null|NULL|")
_INT = re.compile(
    r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"
)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?"
)
_PATTERNS: tuple[tuple[ScalarType, re.Pattern[str]], ...] = (
    ("bool", _BOOL),
    ("int", _INT),
    ("float", _FLOAT),
    ("null", _NULL),
    ("date", _DATE),
)


def type_of(text: str) -> ScalarType:
    """The type of a plain scalar that has no tag."""
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(text)), "str")


def value_of(text: str) -> Any:
    """The value of a plain scalar; a date stays the text that it is."""
    kind = type_of(text)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in _TRUE
    if kind == "int":
        return _int(text.replace("_", ""))
    if kind == "float":
        return _float(text.replace("_", "").lower())
    return text


def _int(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if ":" in digits:
        return sign * int(_sexagesimal(digits))
    if digits.startswith(("0b", "0x")):
        return sign * int(digits, 0)
    return sign * int(digits, 8 if digits.startswith("0") else 10)


def _float(text: str) -> float:
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    if ":" in digits:
        return sign * _sexagesimal(digits)
    return sign * float(digits.lstrip(".") if digits in (".inf", ".nan") else digits)


def _sexagesimal(digits: str) -> float:
    value = 0.0
    for part in digits.split(":"):
        value = value * 60 + float(part)
    return value
