"""The grammar of Windows batch files."""

from __future__ import annotations

import re

from prefect_migrate.commands.lexer import Grammar, Lexer
from prefect_migrate.commands.operators import operate
from prefect_migrate.commands.posix import line_end
from prefect_migrate.commands.templates import read_expression
from prefect_migrate.commands.words import Part

_VARIABLE = re.compile(r"%~[A-Za-z$:]*\w|%%~?[A-Za-z$:]*\w|%[0-9*]|%[^%\s\"=&|<>^]+%|![A-Za-z_]\w*(?::[^!\r\n]*)?!")
_DOUBLED = re.compile(r"%%")
_QUOTED = re.compile(r'[^"\\%!{\r\n$]+|\\+(?!["\\])')
#: As the C runtime reads them: two backslashes before a quote are one, an odd one makes it a character.
_QUOTED_ESCAPE = re.compile(r'""|(?P<pairs>(?:\\\\)*)\\"|(?P<last>(?:\\\\)+)(?=")')
_JOINED = re.compile(r"\^\r?\n(?=[^ \t\r\n^&|()<>])")
_CONTINUED = re.compile(r"\^\r?\n")
_COMMENT = re.compile(r"(?i:@?rem)(?=[ \t\r\n]|$)|::")


def read_comment(lexer: Lexer) -> int:
    """REM or `::` in place of a command."""
    if lexer.simple.words or not lexer.match(_COMMENT):
        return 0
    return line_end(lexer)


def read_caret(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if joined := lexer.match(_JOINED):
        lexer.pos = joined.end()
        return True
    if lexer.match(_CONTINUED):
        return False
    end = min(lexer.pos + 2, lexer.end)
    return lexer.add(parts, end, lexer.text[end - 1])


def read_variable(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if found := lexer.match(_VARIABLE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    if lexer.match(_DOUBLED):
        return lexer.add(parts, lexer.pos + 2, "%", quote=quote)
    return lexer.add(parts, lexer.pos + 1, quote=quote)


def read_double(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """A quote ends with its line, closed or not."""
    lexer.pos += 1
    while lexer.pos < lexer.end and lexer.text[lexer.pos] not in "\r\n":
        character = lexer.text[lexer.pos]
        if run := lexer.match(_QUOTED):
            lexer.add(parts, run.end(), quote='"')
        elif escape := lexer.match(_QUOTED_ESCAPE):
            slashes = "\\" * (len(escape["pairs"] or escape["last"] or "") // 2)
            lexer.add(parts, escape.end(), slashes if escape["last"] else f'{slashes}"', quote='"')
        elif character == '"':
            lexer.pos += 1
            break
        else:
            lexer.grammar.readers[character](lexer, parts, '"')
    return True


BAT = Grammar(
    re.compile(r"(?:[ \t]|\^\r?\n)+"),
    re.compile(r"[^ \t\r\n\"^%!&|()<>{$]+"),
    re.compile(r"\r?\n|\r|&&|\|\||[&|()]|[0-9]?(?:>>|>&|>|<&|<)"),
    {
        '"': read_double,
        "^": read_caret,
        "%": read_variable,
        "!": read_variable,
        "{": read_expression,
        "$": read_expression,
    },
    read_comment,
    operate,
)
