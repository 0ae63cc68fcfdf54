"""What a string of Python says, adjacent ones and f-strings included, and which character of it stands where."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.hosts.strings import BRACES, ESCAPES, PERCENTS

Filling = Literal["", "format", "percent"]
"""How the program fills in the string: `.format(…)`, `% (…)`, or not at all."""

_BETWEEN = re.compile(r"(?:\s|\\\r?\n|#[^\n]*\n|[()])*")
_OPENING = re.compile(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_ESCAPE = re.compile(r"\\(?:\r?\n|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|[0-7]{1,3}|[\s\S])")
_PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0]*[\d.*]*[a-zA-Z]|%%")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "'": "'", '"': '"'}
#: An expression of a template, which the reader of commands knows.
_SHOWN = "{{x}}"


class _Opening(NamedTuple):
    start: int
    prefix: str
    quote: str


class PythonString(NamedTuple):
    decoded: Decoded
    #: What may not be written into it as it stands: the `enclosing` of its commands.
    enclosing: str


def decode_python(text: str, start: int, end: int, filling: Filling = "") -> PythonString | None:
    """The string literals at `start:end`; None if they are bytes, or if something else stands between them."""
    value: list[str] = []
    spans: list[tuple[int, int]] = []
    enclosing: set[str] = set()
    position = _skip(text, start, end)
    while position < end:
        found = _OPENING.match(text, position, end)
        if found is None or "b" in found["prefix"].lower():
            return None
        piece = _Piece(text, end, _Opening(found.end(), found["prefix"].lower(), found["quote"]), filling)
        enclosing |= {found["quote"][0], ESCAPES, *piece.marks}
        position = _skip(text, piece.read(value, spans), end)
    return PythonString(Decoded("".join(value), spans), "".join(sorted(enclosing))) if enclosing else None


def _skip(text: str, start: int, end: int) -> int:
    found = _BETWEEN.match(text, start, end)
    return found.end() if found else start


class _Piece:
    """One literal of several that stand side by side."""

    def __init__(self, text: str, end: int, opening: _Opening, filling: Filling) -> None:
        self.text = text
        self.end = end
        self.opening = opening
        self.raw = "r" in opening.prefix
        self.braces = "f" in opening.prefix or "t" in opening.prefix or filling == "format"
        self.percent = filling == "percent"

    @property
    def marks(self) -> str:
        return BRACES * self.braces + PERCENTS * self.percent

    def read(self, value: list[str], spans: list[tuple[int, int]]) -> int:
        """Add what the literal says; where it ends."""
        at = self.opening.start
        plain = _plain(self.opening.quote[0], self.braces, self.percent)
        while at < self.end and not self.text.startswith(self.opening.quote, at):
            if found := plain.match(self.text, at, self.end):
                at, start = found.end(), at
                value.append(found.group())
                spans.extend(zip(range(start, at), range(start + 1, at + 1), strict=True))
                continue
            shown, stop = self._next(at)
            value.append(shown)
            whole = (at, stop)
            spans.extend([whole] * len(shown))
            at = stop
        return at + len(self.opening.quote)

    def _next(self, at: int) -> tuple[str, int]:
        """What stands next, and where it ends."""
        character = self.text[at]
        if character == "\\" and (found := _ESCAPE.match(self.text, at, self.end)):
            return (found.group(), found.end()) if self.raw else (_meaning(found.group()), found.end())
        if self.braces and character in "{}":
            if self.text[at : at + 2] in ("{{", "}}"):
                return character, at + 2
            return _SHOWN, self._closing(at + 1)
        if self.percent and (found := _PERCENT.match(self.text, at, self.end)):
            return "%" if found.group() == "%%" else _SHOWN, found.end()
        return character, at + 1

    def _closing(self, at: int) -> int:
        """Behind the brace that closes an expression, in which other braces and strings may stand."""
        depth = 1
        while depth and at < self.end:
            character = self.text[at]
            if character in "'\"" and character != self.opening.quote:
                closing = self.text.find(character, at + 1, self.end)
                at = closing if closing >= 0 else at
            depth += {"{": 1, "}": -1}.get(character, 0)
            at += 1
        return at


@cache
def _plain(quote: str, braces: bool, percent: bool) -> re.Pattern[str]:
    """Characters that say themselves."""
    return re.compile(rf"[^\\{quote}{'{}' * braces}{'%' * percent}]+")


def _meaning(raw: str) -> str:
    kind = raw[1]
    if kind in "\r\n":
        return ""
    if kind in "xuU" and len(raw) > 2:
        return chr(int(raw[2:], 16))
    if kind == "N" and len(raw) > 2:
        return "?"
    if kind in "01234567":
        return chr(int(raw[1:], 8))
    return _NAMED.get(kind, raw)
