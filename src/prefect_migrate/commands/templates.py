"""Expressions of template languages, which are filled in before a shell sees the text, inside any quotes."""

from __future__ import annotations

import re

from prefect_migrate.commands.lexer import Lexer
from prefect_migrate.commands.words import Part

#: GitHub's ${{ … }}, GitLab's $[[ … ]], then {{ … }} and {% … %} of Jinja, Helm, Go and just.  Each alternative stops
#: at the next opening, so that many unclosed ones cost no more than one.
EXPRESSION = (
    r"\$\{\{(?:[^}$\r\n]|\}(?!\})|\$(?!\{\{))*\}\}"
    r"|\$\[\[[^]$\r\n]*\]\]"
    r"|\{\{(?:[^{}\r\n]|\{[^{}\r\n]*\}|\}(?!\}))*\}\}"
    r"|\{%[^%\r\n]*%\}"
)
_EXPRESSION = re.compile(EXPRESSION)


def read_expression(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """An expression of a template, or the one character."""
    if found := lexer.match(_EXPRESSION):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    return lexer.add(parts, lexer.pos + 1, quote=quote)


def add_literal(lexer: Lexer, parts: list[Part], end: int, quote: str, pattern: re.Pattern[str] = _EXPRESSION) -> None:
    """Parts from here to `end`, where nothing but `pattern` has a meaning."""
    for found in pattern.finditer(lexer.text, lexer.pos, end):
        if found.start() > lexer.pos:
            lexer.add(parts, found.start(), quote=quote)
        lexer.add(parts, found.end(), dynamic=True, quote=quote)
    if lexer.pos < end:
        lexer.add(parts, end, quote=quote)
