"""The grammar of sh and bash."""

from __future__ import annotations

import re

from prefect_migrate.commands.lexer import Grammar, Lexer
from prefect_migrate.commands.operators import operate
from prefect_migrate.commands.templates import EXPRESSION, add_literal, read_expression
from prefect_migrate.commands.words import Part

BLANK = re.compile(r"(?:[ \t]|\\\r?\n)+")
PLAIN = re.compile(r"[^ \t\r\n'\"\\$`;&|()<>{[]+")
#: `<queue>` in an example of how to call something; a redirection has no space before its file name's end.
PLACEHOLDER = r"<[A-Za-z][\w -]*>"
#: `[work pool name]` in such an example; a pattern of the shell's has no blank in its brackets.
_BRACKETED = re.compile(r"\[[A-Za-z][\w-]*(?: [\w-]+)+\]")
OPERATOR = re.compile(
    r"\r?\n|\r|;;&|;;|;&|;|&&|\|\||\|&|&>>|&>|&|\||[()]"
    rf"|\d*(?:<<<|<<-|<<|<&|<>|>&|>>|>\||(?!{PLACEHOLDER})<(?!\()|>(?!\())"
)
# A continuation inside a word: one that blanks follow ends the word.
_JOINED = re.compile(r"(?:\\\r?\n)+(?=[^ \t\r\n;&|()<>\\]|\\[^\r\n])")
_DOUBLE = re.compile(r'[^"\\$`{]+')
_DOUBLE_ESCAPE = re.compile(r'\\[$`"\\]')
_CONTINUED = re.compile(r"\\\r?\n")
_ANSI_PIECE = re.compile(r"\\([\s\S])|[^'\\]+")
_ANSI_ESCAPES = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "v": "\v",
}
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])")
_BRACED = re.compile(r"[^{}\\$]+|\\[\s\S]|\$\{|[\s\S]")
_PLACEHOLDER = re.compile(PLACEHOLDER)
_TEMPLATE = re.compile(EXPRESSION)


def read_comment(lexer: Lexer) -> int:
    """A `#` where a word could start."""
    if not lexer.text.startswith("#", lexer.pos, lexer.end):
        return 0
    return line_end(lexer)


def line_end(lexer: Lexer) -> int:
    ends = (lexer.text.find(mark, lexer.pos, lexer.end) for mark in "\r\n")
    return min((end for end in ends if end >= 0), default=lexer.end)


def read_escape(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if quote:
        return _escape_in_quotes(lexer, parts, quote)
    if joined := lexer.match(_JOINED):
        lexer.pos = joined.end()
        return True
    if lexer.match(_CONTINUED):
        return False
    end = min(lexer.pos + 2, lexer.end)
    return lexer.add(parts, end, lexer.text[end - 1], quote=quote)


def read_single(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    end = lexer.text.find("'", lexer.pos + 1, lexer.end)
    if end < 0:
        return lexer.add(parts, lexer.pos + 1)
    lexer.pos += 1
    add_literal(lexer, parts, end, "'")
    lexer.pos = end + 1
    return True


def read_double(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    mark = lexer.mark()
    inner: list[Part] = []
    lexer.pos += 1
    while lexer.pos < lexer.end:
        if run := lexer.match(_DOUBLE):
            lexer.add(inner, run.end(), quote='"')
            continue
        character = lexer.text[lexer.pos]
        if character == '"':
            lexer.pos += 1
            parts.extend(inner)
            return True
        lexer.grammar.readers[character](lexer, inner, '"')
    return lexer.unclosed(mark, parts, inner)


def _escape_in_quotes(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    if lexer.match(_DOUBLE_ESCAPE):
        return lexer.add(parts, lexer.pos + 2, lexer.text[lexer.pos + 1], quote=quote)
    return bool(lexer.take(_CONTINUED)) or lexer.add(parts, lexer.pos + 1, quote=quote)


def read_dollar(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    text, pos = lexer.text, lexer.pos
    if found := lexer.match(_TEMPLATE):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    if text.startswith("$(", pos, lexer.end):
        return lexer.substitute(parts, 2, quote)
    if text.startswith("${", pos, lexer.end):
        return read_braces(lexer, parts, 2, quote)
    if not quote and text.startswith(("$'", '$"'), pos, lexer.end):
        return _locale_or_ansi(lexer, parts)
    if variable := lexer.match(_VARIABLE):
        return lexer.add(parts, variable.end(), dynamic=True, quote=quote)
    return lexer.add(parts, pos + 1, quote=quote)


def read_braces(lexer: Lexer, parts: list[Part], opening: int, quote: str) -> bool:
    """`${…}`, which may hold others; its opening has so many characters.  Unclosed on its line, it is a `$`."""
    if not lexer.patience:
        return lexer.add(parts, lexer.pos + 1, quote=quote)
    at, depth = lexer.pos + opening, 1
    while depth and (piece := _BRACED.match(lexer.text, at, lexer.end)) and "\n" not in piece.group():
        at = piece.end()
        depth += {"${": 1, "{": 1, "}": -1}.get(piece.group(), 0)
    if depth:
        lexer.patience -= 1
        return lexer.add(parts, lexer.pos + 1, quote=quote)
    return lexer.add(parts, at, dynamic=True, quote=quote)


def _locale_or_ansi(lexer: Lexer, parts: list[Part]) -> bool:
    end = find_unescaped(lexer, "'", lexer.pos + 2) if lexer.text[lexer.pos + 1] == "'" else -1
    if end < 0:
        lexer.pos += 1
        return True
    lexer.pos += 2
    while lexer.pos < end and (piece := lexer.match(_ANSI_PIECE)):
        escaped = piece.group(1)
        # \x41 and the like are not worked out
        unknown = bool(escaped) and escaped not in _ANSI_ESCAPES
        lexer.add(parts, piece.end(), _ANSI_ESCAPES.get(escaped) if escaped else None, unknown, "'")
    lexer.pos = end + 1
    return True


def find_unescaped(lexer: Lexer, quote: str, start: int) -> int:
    """Where the quote stands next without a backslash before it; -1 if nowhere, which costs patience."""
    if lexer.patience:
        for found in re.compile(rf"\\[\s\S]|{quote}").finditer(lexer.text, start, lexer.end):
            if found.group() == quote:
                return found.start()
        lexer.patience -= 1
    return -1


def read_backquote(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    closing = find_unescaped(lexer, "`", lexer.pos + 1)
    if closing < 0:
        return lexer.add(parts, lexer.pos + 1, quote=quote)
    start, end = lexer.pos, lexer.end
    lexer.pos, lexer.end = start + 1, closing
    lexer.read_list("")
    lexer.pos, lexer.end = start, end
    return lexer.add(parts, closing + 1, dynamic=True, quote=quote)


def read_angle(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """`<(…)`, `>(…)` or a `<placeholder>`; else a redirection, which ends the word."""
    if lexer.text.startswith(("<(", ">("), lexer.pos, lexer.end):
        return lexer.substitute(parts, 2, quote)
    if found := lexer.match(_PLACEHOLDER):
        return lexer.add(parts, found.end(), dynamic=True, quote=quote)
    return False


def read_bracket(lexer: Lexer, parts: list[Part], quote: str) -> bool:
    """A `[place holder]` that is a word; else the one character."""
    found = lexer.match(_BRACKETED) if not parts else None
    return lexer.add(parts, found.end() if found else lexer.pos + 1, dynamic=bool(found), quote=quote)


READERS = {
    "\\": read_escape,
    "'": read_single,
    '"': read_double,
    "$": read_dollar,
    "`": read_backquote,
    "<": read_angle,
    ">": read_angle,
    "{": read_expression,
    "[": read_bracket,
}
SH = Grammar(BLANK, PLAIN, OPERATOR, READERS, read_comment, operate)
