"""What the syntax tree does not hold: comments, strings that span lines, the parenthesis that opens a call."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_STARTS = frozenset(getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name))
_ENDS = frozenset(getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name))
#: Comments that speak to a tool about their own line, and mean nothing elsewhere.
_PRAGMA = re.compile(
    r"#\s*(?:noqa\b|type:\s*ignore|pragma\b|pylint:|pyright:|mypy:|ruff:|fmt:|isort:|yapf:|nosec\b|flake8[:\s]|black:)",
    re.IGNORECASE,
)


def lines_of(code: str) -> list[str]:
    """The lines as Python counts them, with their ends (`str.splitlines` splits at form feeds and the like too)."""
    return [line for line in _LINE.findall(code) if line]


def tokens_of(code: str) -> list[tokenize.TokenInfo] | None:
    """The tokens of an expression, which may span lines without parentheses of its own; None if it has none.

    The first line's columns are one too high.
    """
    try:
        return list(tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return None


@lru_cache(maxsize=4)
def lines_inside_strings(code: str) -> frozenset[int] | None:
    """The numbers (from 0) of the lines that begin inside a string; None if that can't be known."""
    tokens = tokens_of(code)
    if tokens is None:
        return None
    inside: set[int] = set()
    starts: list[int] = []
    for token in tokens:
        if token.type in _STARTS:
            starts.append(token.start[0])
        elif token.type in _ENDS:
            inside.update(range(starts.pop(), token.end[0]))
        elif token.type == tokenize.STRING:
            inside.update(range(token.start[0], token.end[0]))
    return frozenset(inside)


def comments_of(code: str) -> list[str]:
    """The comments in an expression, in order, each with its `#`."""
    return [token.string for token in tokens_of(code) or [] if token.type == tokenize.COMMENT]


def is_pragma(comment: str) -> bool:
    """Whether a comment is for a tool (`# noqa`, `# type: ignore`)."""
    return bool(_PRAGMA.match(comment))


def own_words(comments: list[str]) -> list[str]:
    """The comments without those for tools, and without the first line of a script."""
    return [comment for comment in comments if not is_pragma(comment) and not comment.startswith("#!")]


def opening_parenthesis(code: str) -> int:
    """Where the arguments of a call begin: the offset of its `(`.  Raises ValueError."""
    try:
        call = ast.parse(f"({code}\n)", mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"not a call: {code[:60]!r}") from error
    if not isinstance(call, ast.Call):
        raise ValueError(f"not a call: {code[:60]!r}")
    position = _offset(code, call.func.end_lineno or 1, call.func.end_col_offset or 0)
    return next(offset for offset in _significant(code, position) if code[offset] == "(")


def _offset(code: str, line: int, column: int) -> int:
    """The offset of a place in `(code`, in `code`."""
    lines = lines_of(code)
    before = sum(map(len, lines[: line - 1]))
    text = lines[line - 1].encode("utf-8", "surrogatepass")
    return before + len(text[: column - (line == 1)].decode("utf-8", "surrogatepass"))


def _significant(code: str, start: int) -> Iterator[int]:
    """The offsets from `start` on that are in no comment."""
    in_comment = False
    for offset in range(start, len(code)):
        if code[offset] == "#":
            in_comment = True
        elif code[offset] in "\r\n":
            in_comment = False
        if not in_comment:
            yield offset
