"""The strings of JSON, HCL and TOML."""

from __future__ import annotations

import re
from functools import cache

from prefect_migrate.commands.decoded import Decoded, decode_parts
from prefect_migrate.commands.words import Part

_TRIPLE = re.compile(r'"""[\s\S]*?"""|' + r"'''[\s\S]*?'''")
_PIECE = re.compile(r'[^"\\$\n]+|\\.|\$\$\{|\$\{|[$]|"')
_SINGLE = re.compile(r"'[^'\n]*'?")
_INSIDE = re.compile(r'[^{}"\n]+|[{}"]')
_HEREDOC = re.compile(r"<<[-~]?\"?([A-Za-z_]\w*)\"?[ \t]*\r?\n")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def string_end(text: str, start: int, end: int, interpolates: bool) -> int:
    """The end of the string that starts here; that of its line if nothing closes it."""
    if triple := _TRIPLE.match(text, start, end):
        return triple.end()
    if text[start] == "'":
        found = _SINGLE.match(text, start, end)
        return found.end() if found else start + 1
    position = start + 1
    while position < end and (piece := _PIECE.match(text, position, end)):
        position = piece.end()
        if piece.group() == '"':
            return position
        if piece.group() == "${" and interpolates:
            position = _expression_end(text, position, end)
    return position


def _expression_end(text: str, start: int, end: int) -> int:
    """Behind the brace that closes `${`; strings in the expression may hold others."""
    depth, position = 1, start
    while depth and position < end and (piece := _INSIDE.match(text, position, end)):
        position = piece.end()
        if piece.group() == '"':
            position = string_end(text, position - 1, end, True)
        depth += {"{": 1, "}": -1}.get(piece.group(), 0)
    return position


def heredoc_end(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """Where the lines of the heredoc that starts here start and end, and where the whole of it ends."""
    opening = _HEREDOC.match(text, start, end)
    if opening is None:
        return None
    closing = re.compile(rf"(?m)^[ \t]*{opening[1]}[ \t]*\r?$").search(text, opening.end(), end)
    return (opening.end(), closing.start(), closing.end()) if closing else None


def decode_literal(text: str, start: int, end: int, quote: str, interpolates: bool) -> Decoded:
    """What a string says."""
    width = 3 if text[start : start + 3] == quote * 3 and end - start >= 6 else 1
    inner, stop = start + width, max(end - width, start + width)
    if quote == "'":
        return decode_parts([Part(inner, stop, text[inner:stop])])
    parts, at = [], inner
    for found in _escapes(interpolates).finditer(text, inner, stop):
        parts += [Part(at, found.start(), text[at : found.start()]), Part(*found.span(), _meaning(found.group()))]
        at = found.end()
    return decode_parts([*parts, Part(at, stop, text[at:stop])])


@cache
def _escapes(interpolates: bool) -> re.Pattern[str]:
    doubled = r"|\$\$(?=\{)" if interpolates else ""
    return re.compile(rf"\\(?:u[0-9A-Fa-f]{{4}}|U[0-9A-Fa-f]{{8}}|\r?\n\s*|.){doubled}", re.DOTALL)


def _meaning(raw: str) -> str:
    if raw == "$$":
        return "$"
    if raw[1] in "\r\n":
        return ""
    if raw[1] in "uU" and len(raw) > 2:
        return chr(int(raw[2:], 16))
    return _NAMED.get(raw[1], raw[1])
