"""Where other texts hold Python that imports Prefect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.decoded import Decoded, decode_escapes
from prefect_migrate.discovery import kinds

IMPORTS = re.compile(r"(?:^|[;'\"])[ \t]*(?:from|import)[ \t]+prefect(?:_\w+)?\b", re.MULTILINE)
_HEREDOC = re.compile(r"<<[-~]?[ \t]*\\?(['\"]?)([A-Za-z_]\w*)\1[^\n]*\n")
_COMMAND = re.compile(
    r"""\bpython[\d.]*[ \t]+(?:-\w+[ \t]+)*?-c[ \t]*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)')""", re.DOTALL
)
_ESCAPE = re.compile(r"\\([\"\\$`])")
_FENCE = re.compile(r"^[ \t]*(?P<fence>```+|~~~+)[ \t]*(?P<language>[^\n`]*)\n", re.MULTILINE)
_PYTHON = re.compile(r"(?:\{?\.?(?:python|py|python3)\b.*)?", re.IGNORECASE)
#: Lines that are four blanks deep, and empty ones between them.
_INDENTED = re.compile(r"(?:^(?: {4}|\t)[^\n]*(?:\n|\Z)|^[ \t]*\n(?=(?:[ \t]*\n)*(?: {4}|\t)))+", re.MULTILINE)


def blocks(kind: str, text: str) -> Iterator[Decoded]:
    """The pieces that import Prefect."""
    if kind == kinds.PYTHON:
        yield dedented(text, 0, len(text))
        return
    for start, end in _of_document(text) if kind == kinds.MARKDOWN else _here_documents(text):
        if IMPORTS.search(text, start, end):
            yield dedented(text, start, end)
    for command in _COMMAND.finditer(text):
        start, end = command.span("single" if command["double"] is None else "double")
        if not IMPORTS.search(text, start - 1, end):
            continue
        if "\n" in text[start:end] or command["double"] is None:
            yield dedented(text, start, end)
        else:
            yield decode_escapes(text, start, end, _ESCAPE)


def _of_document(text: str) -> Iterator[tuple[int, int]]:
    """Fences that say that they are Python, or do not say what they are, and indented blocks between them."""
    at = 0
    while opening := _FENCE.search(text, at):
        yield from (match.span() for match in _INDENTED.finditer(text, at, opening.start()))
        closing = re.compile(rf"^[ \t]*{re.escape(opening['fence'])}[ \t]*\r?$", re.MULTILINE)
        found = closing.search(text, opening.end())
        if _PYTHON.fullmatch(opening["language"].strip()):
            yield opening.end(), found.start() if found else len(text)
        if found is None:
            return
        at = found.end()
    yield from (match.span() for match in _INDENTED.finditer(text, at))


def _here_documents(text: str) -> Iterator[tuple[int, int]]:
    for opening in _HEREDOC.finditer(text):
        closing = re.compile(rf"^[ \t]*{re.escape(opening[2])}[ \t]*\r?$", re.MULTILINE)
        found = closing.search(text, opening.end())
        if found is not None:
            yield opening.end(), found.start()


def dedented(text: str, start: int, end: int) -> Decoded:
    """Lines without the blanks that all of them begin with."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\n|[^\n]+\Z", text[start:end])]
    bodies = [(start + first, start + last) for first, last in lines]
    depths = [_depth(text, *body) for body in bodies if text[slice(*body)].strip()]
    depth = min(depths, default=0)
    value: list[str] = []
    spans: list[tuple[int, int]] = []
    for first, last in bodies:
        first = min(first + depth, last - 1) if not text[first:last].strip() else first + depth
        value.append(text[first:last])
        spans.extend(zip(range(first, last), range(first + 1, last + 1), strict=True))
    return Decoded("".join(value), spans)


def _depth(text: str, start: int, end: int) -> int:
    line = text[start:end]
    return len(line) - len(line.lstrip(" \t"))
