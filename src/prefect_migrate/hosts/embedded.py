"""The Python in other texts: here-documents of scripts, CI and images, and code blocks of Markdown.

What it imports is as gone as in a file of its own, but only a person knows what becomes of it: it is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.context import FileContext
from prefect_migrate.discovery import kinds
from prefect_migrate.findings import Finding, place_of
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.project import ProjectFile
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText

#: Rules whose names were in Prefect 2; what no Prefect 2 had may be Prefect 1's, which documents keep.
RULES = frozenset({"PM301", "PM302", "PM304"})
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]+prefect(?:_\w+)?\b", re.MULTILINE)
_HEREDOC = re.compile(r"<<[-~]?[ \t]*\\?(['\"]?)([A-Za-z_]\w*)\1[^\n]*\n")
_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>```+|~~~+)[ \t]*\{?\.?(?:python|py|python3)\b[^\n]*\n", re.MULTILINE)
_PREFECT_1 = re.compile(r"^[ \t]*from prefect import [^\n]*\b(?:Flow|Parameter|case)\b", re.MULTILINE)
#: What is filled in before Python sees the text: by a CI, a template or the shell.
_FILLED_IN = re.compile(r"\$\{\{.*?\}\}|\{\{.*?\}\}|\{%.*?%\}|\$\{[^}\n]*\}|\$\w+")
#: Documents about what was.
_TELLS = re.compile(r"changelog|history|release|news|migrat", re.IGNORECASE)
_REASON = "it stands inside another text: change it there"


class EmbeddedContext(FileContext):
    """What Python rules are given for a piece of Python in another text."""

    only_reports = True

    block: Decoded
    outer: SourceText

    def place_in_file(self, finding: Finding) -> Finding:
        """A finding of a Python rule by its place in the text around."""
        assert self.python is not None
        starts, spans = self.python.text.line_starts, self.block.spans
        start = starts[finding.place.line - 1] + finding.place.column - 1
        end = starts[finding.place.end_line - 1] + finding.place.end_column - 1
        place = place_of(self.outer, spans[start][0], spans[max(end - 1, start)][1])
        return replace(finding.without_fix(_REASON), place=place)


def embedded_contexts(context: FileContext) -> Iterator[EmbeddedContext]:
    """One for each piece of Python that imports Prefect and can be parsed."""
    text = context.text.text
    if _IMPORTS.search(text) is None:
        return
    is_document = context.file.kind == kinds.MARKDOWN
    if is_document and (_TELLS.match(PurePosixPath(context.path).name) or was_on_3(context.project, context.config)):
        return
    for block in _blocks(context.file.kind, text):
        if _PREFECT_1.search(block.value):
            continue
        python = _parsed(context.path, block.value) or _parsed(context.path, _FILLED_IN.sub(_name, block.value))
        if python is None:
            continue
        file = ProjectFile(context.path, kinds.PYTHON, context.file.data)
        inner = EmbeddedContext(context.project, file, context.plan, context.config)
        inner.block, inner.outer = block, context.text
        inner.__dict__.update(python=python, foreign=None, problem=None)
        yield inner


def _parsed(path: str, code: str) -> PythonFile | None:
    try:
        return PythonFile(path, SourceText(code.encode("utf-8", "replace"), "utf-8"))
    except UnparsablePython:
        return None


def _name(match: re.Match[str]) -> str:
    """A name as long as what is filled in, so that all places stay."""
    return "_" * len(match.group())


def _blocks(kind: str, text: str) -> Iterator[Decoded]:
    """The pieces that import Prefect."""
    if kind == kinds.MARKDOWN:
        for opening in _FENCE.finditer(text):
            closing = re.compile(rf"^[ \t]*{re.escape(opening['fence'])}[ \t]*\r?$", re.MULTILINE)
            found = closing.search(text, opening.end())
            end = found.start() if found else len(text)
            if _IMPORTS.search(text, opening.end(), end):
                yield dedented(text, opening.end(), end)
    else:
        for opening in _HEREDOC.finditer(text):
            closing = re.compile(rf"^[ \t]*{re.escape(opening[2])}[ \t]*\r?$", re.MULTILINE)
            found = closing.search(text, opening.end())
            if found is not None and _IMPORTS.search(text, opening.end(), found.start()):
                yield dedented(text, opening.end(), found.start())


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
