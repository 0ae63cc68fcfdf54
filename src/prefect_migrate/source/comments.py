"""The comments of a statement, for writers that move it out of Python."""

from __future__ import annotations

import ast
import io
import tokenize

from prefect_migrate.source.python import PythonFile


def leading_comments(file: PythonFile, statement: ast.stmt) -> list[str]:
    """The comment lines right above a statement, each with its `#`."""
    found: list[str] = []
    line = statement.lineno - 1
    while line >= 1 and file.text.line(line).strip().startswith("#") and not file.text.line(line).startswith("#!"):
        found.insert(0, file.text.line(line).strip())
        line -= 1
    return found


def inner_comments(file: PythonFile, statement: ast.stmt) -> dict[int, str]:
    """line -> the comment on it, for all lines of a statement."""
    start = file.text.line_starts[statement.lineno - 1]
    end = statement.end_lineno or statement.lineno
    stop = file.text.line_starts[end] if end < len(file.text.line_starts) else len(file.text.text)
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(file.text.text[start:stop]).readline):
            if token.type == tokenize.COMMENT:
                found[token.start[0] + statement.lineno - 1] = token.string
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return found


def all_comments(file: PythonFile, statement: ast.stmt) -> list[str]:
    """Those above a statement, then those inside it."""
    return leading_comments(file, statement) + [text for _, text in sorted(inner_comments(file, statement).items())]


def argument_comments(file: PythonFile, statement: ast.stmt, call: ast.Call) -> dict[str, list[str]]:
    """keyword -> the comments above it, inside it or behind it; "" for those of no keyword."""
    result: dict[str, list[str]] = {}
    keywords = sorted(call.keywords, key=lambda keyword: keyword.value.lineno)
    for line, text in sorted(inner_comments(file, statement).items()):
        owner = next((keyword for keyword in keywords if (keyword.value.end_lineno or 0) >= line), None)
        result.setdefault(owner.arg or "" if owner else "", []).append(text)
    return result
