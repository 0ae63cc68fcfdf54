"""The grammar of PowerShell."""

from __future__ import annotations

import re

from prefect_migrate.commands.lexer import Grammar, Lexer
from prefect_migrate.commands.operators import operate
from prefect_migrate.commands.posix import line_end, read_braces
from prefect_migrate.commands.templates import EXPRESSION, add_literal, read_expression
from prefect_migrate.commands.words import Part

_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*:)?\w+(?:\.[A-Za-z_]\w*|\[[\w'\" -]*\])*|\$[$?^]")
_IN_QUOTES = re.compile(r"\$(?:[A-Za-z_]\w*:)?\w+|\$[$?^]")
_TEMPLATE = re.compile(EXPRESSION)
_DOUBLE = re.compile(r'[^"`${]+')
_CONTINUED = re.compile(r"`\r?\n")
_HERE_STRING = re.compile(r"@(['\"])[ \t]*\r?\n")
_LIST = re.compile(r"@\(([^()\r\n]*)\)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


def read_comment(lexer: Lexer) -> int:
    if lexer.text.startswith("#", lexer.pos, lexer.end):
        return line_end(lexer)
    if lexer.patience and lexer.text.startswith("<#", lexer.pos, lexer.end):
        end = lexer.text.find("#>", lexer.pos + 2, lexer.end)
        if end >= 0:
            return end + 2
        lexer.patience -= 1
    return 0


def read_backtick(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if not quote and lexer.match(_CONTINUED):
        return False
    end = min(lexer.pos + 2, lexer.end)
    return lexer.add(parts, end, _ESCAPES.get(lexer.text[end - 1], lexer.text[end - 1]), quote=quote)


def read_dollar(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if found := lexer.match(_TEMPLATE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    if lexer.text.startswith("$(", lexer.pos, lexer.end):
        return lexer.substitute(parts, 2, quote)
    if lexer.text.startswith("${", lexer.pos, lexer.end):
        return read_braces(lexer, parts, 2, quote)
    if found := lexer.match(_IN_QUOTES if quote else _VARIABLE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    return lexer.add(parts, lexer.pos + 1, quote=quote)


def read_single(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    mark = lexer.mark()
    inner: list[Part] = []
    lexer.pos += 1
    while (end := lexer.text.find("'", lexer.pos, lexer.end)) >= 0:
        add_literal(lexer, inner, end, "'")
        if not lexer.text.startswith("''", end, lexer.end):
            lexer.pos = end + 1
            parts.extend(inner)
            return True
        lexer.add(inner, end + 2, "'", quote="'")
    lexer.pos = lexer.end
    return lexer.unclosed(mark, parts, inner)


def read_double(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    mark = lexer.mark()
    inner: list[Part] = []
    lexer.pos += 1
    while lexer.pos < lexer.end:
        if run := lexer.match(_DOUBLE):
            lexer.add(inner, run.end(), quote='"')
            continue
        character = lexer.text[lexer.pos]
        if lexer.text.startswith('""', lexer.pos, lexer.end):
            lexer.add(inner, lexer.pos + 2, '"', quote='"')
        elif character == '"':
            lexer.pos += 1
            parts.extend(inner)
            return True
        else:
            lexer.grammar.readers[character](lexer, inner, '"')
    return lexer.unclosed(mark, parts, inner)


def read_brace(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """A template's expression, or the start of a block, which ends the word."""
    if quote or lexer.match(_TEMPLATE):
        return read_expression(lexer, parts, quote)
    return False


def read_here_string(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """`@" … "@`: its text is one part, taken as it stands; so is what a list `@("orion", "start")` says."""
    if listed := lexer.match(_LIST):
        inner = listed[1].replace('"', "").replace("'", "")
        return lexer.add(parts, listed.end(), inner, dynamic="$" in inner)
    opening = lexer.match(_HERE_STRING)
    if opening is None or not lexer.patience:
        return lexer.add(parts, lexer.pos + 1)
    end = lexer.text.find(f"\n{opening[1]}@", opening.end() - 1, lexer.end)
    if end < 0:
        lexer.patience -= 1
        return lexer.add(parts, lexer.pos + 1)
    lexer.pos = opening.end()
    if lexer.pos < end:
        lexer.add(parts, end, quote=opening[1])
    lexer.pos = end + 3
    return True


POWERSHELL = Grammar(
    re.compile(r"(?:[ \t]|`\r?\n)+"),
    re.compile(r"[^ \t\r\n'\"`$;&|(){}<>@]+"),
    re.compile(r"\r?\n|\r|&&|\|\||[;&|()}]|\{(?!\{)|[0-9*]?(?:>>|>&|>)|<"),
    {
        "'": read_single,
        '"': read_double,
        "`": read_backtick,
        "$": read_dollar,
        "@": read_here_string,
        "{": read_brace,
    },
    read_comment,
    operate,
)
