"""Makefiles: the recipes in them, and what make does to a line before sh reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.commands.lexer import Grammar, Lexer
from prefect_migrate.commands.operators import operate
from prefect_migrate.commands.posix import BLANK, OPERATOR, PLAIN, READERS, read_braces, read_comment, read_escape
from prefect_migrate.commands.templates import EXPRESSION, add_literal
from prefect_migrate.commands.words import Part

_SHELL_VARIABLE = re.compile(r"\$\$(?:[A-Za-z_]\w*|[0-9@*#?!-]|\$\$)")
_AUTOMATIC = re.compile(r"\$[^\s$(){}'\"]")
_PARENTHESIS = re.compile(r"[^()\r\n]+|[()]")
_FUNCTION = re.compile(r"\$\(shell[ \t]+")
_JOINED = re.compile(r"(?:\\\r?\n\t?)+(?=[^ \t\r\n;&|()<>\\])")
_QUOTED = re.compile(rf"{EXPRESSION}|\$[^\s$(){{}}'\"]|\$\([^()\r\n]*\)|\$\{{[^{{}}\r\n]*\}}")
_TEMPLATE = re.compile(EXPRESSION)
_LINE = re.compile(r"[^\r\n\\]*(?:\\(?:\r?\n)?[^\r\n\\]*)*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ASSIGNMENT = re.compile(r"[ ]*(?:export[ \t]+|override[ \t]+)?[\w.-]+[ \t]*(?P<kind>!?|[:?+]{0,3})=[ \t]*")
_RULE = re.compile(r"[^\s#=:][^#=:]*::?[^;#=]*;[ \t]*")


class Region(NamedTuple):
    """A stretch that sh reads: a recipe line, or a variable's value that may be used as one."""

    start: int
    end: int
    variable: bool


def regions(text: str) -> Iterator[Region]:
    """The recipe lines, continuations joined, and the values of variables."""
    position, defining = 0, False
    while position < len(text):
        line = _LINE.match(text, position)
        end = line.end() if line else position
        content = text[position:end]
        if content.lstrip(" ").startswith(("define ", "endef")):
            defining = not content.lstrip(" ").startswith("endef")
        elif found := _region(text, position, end, defining):
            yield found
        ended = _LINE_END.match(text, end)
        position = ended.end() if ended else max(end, position + 1)


def _region(text: str, start: int, end: int, defining: bool) -> Region | None:
    if text[start] == "\t" or defining:
        return Region(start, end, defining)
    if assignment := _ASSIGNMENT.match(text, start, end):
        return Region(assignment.end(), end, assignment["kind"] != "!")
    if rule := _RULE.match(text, start, end):
        return Region(rule.end(), end, False)
    return None


def read_dollar(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """`$$` is the shell's dollar, everything else make's."""
    text, pos = lexer.text, lexer.pos
    if found := lexer.match(_TEMPLATE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    if text.startswith("$$", pos, lexer.end):
        return _shell_dollar(lexer, parts, quote)
    if function := lexer.match(_FUNCTION):
        return lexer.substitute(parts, len(function.group()), quote)
    if text.startswith("$(", pos, lexer.end):
        return _make_variable(lexer, parts, quote)
    if text.startswith("${", pos, lexer.end):
        return read_braces(lexer, parts, 2, quote)
    if found := lexer.match(_AUTOMATIC):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    return lexer.add(parts, pos + 1, quote=quote)


def _shell_dollar(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if lexer.text.startswith("$$(", lexer.pos, lexer.end):
        return lexer.substitute(parts, 3, quote)
    if lexer.text.startswith("$${", lexer.pos, lexer.end):
        return read_braces(lexer, parts, 3, quote)
    if found := lexer.match(_SHELL_VARIABLE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    return lexer.add(parts, lexer.pos + 2, "$", quote=quote)


def _make_variable(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """`$(NAME)` or a function call with balanced parentheses; unclosed on its line, it is a `$`."""
    at, depth = lexer.pos + 2, 1
    while depth and lexer.patience and (piece := _PARENTHESIS.match(lexer.text, at, lexer.end)):
        at = piece.end()
        depth += {"(": 1, ")": -1}.get(piece.group(), 0)
    if depth:
        lexer.patience -= bool(lexer.patience)
        return lexer.add(parts, lexer.pos + 1, quote=quote)
    return lexer.add(parts, at, dynamic=True, quote=quote)


def read_backslash(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """The shell sees the dollar that make leaves of two, and no tab at the start of a continued line."""
    if not quote and (joined := lexer.match(_JOINED)):
        lexer.pos = joined.end()
        return True
    if lexer.text.startswith("\\$$", lexer.pos, lexer.end):
        return lexer.add(parts, lexer.pos + 3, "$", quote=quote)
    if lexer.text.startswith("\\$", lexer.pos, lexer.end):
        return lexer.add(parts, lexer.pos + 1, quote=quote)
    return read_escape(lexer, parts, quote)


def read_single(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """make's variables are filled in before sh sees the quotes."""
    end = lexer.text.find("'", lexer.pos + 1, lexer.end)
    if end < 0:
        return lexer.add(parts, lexer.pos + 1)
    lexer.pos += 1
    while lexer.pos < end:
        dollars = lexer.text.find("$$", lexer.pos, end)
        add_literal(lexer, parts, end if dollars < 0 else dollars, "'", _QUOTED)
        if dollars >= 0:
            lexer.add(parts, dollars + 2, "$", quote="'")
    lexer.pos = end + 1
    return True


MAKE = Grammar(
    BLANK,
    PLAIN,
    OPERATOR,
    {**READERS, "$": read_dollar, "'": read_single, "\\": read_backslash},
    read_comment,
    operate,
)
