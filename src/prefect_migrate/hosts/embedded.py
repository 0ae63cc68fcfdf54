"""The Python in other texts: here-documents and `python -c` of scripts, CI and images, code blocks of Markdown, and
Python files that are templates.

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
from prefect_migrate.hosts.embedded_blocks import IMPORTS, blocks
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.project import ProjectFile
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText

#: Rules whose names were in Prefect 2; what no Prefect 2 had may be Prefect 1's, which documents keep.
RULES = frozenset({"PM301", "PM302", "PM304"})
_PREFECT_1 = re.compile(r"^[ \t]*from prefect import [^\n]*\b(?:Flow|Parameter|case)\b", re.MULTILINE)
#: What is filled in before Python sees the text: by a CI, a template or the shell.
_FILLED_IN = re.compile(r"\$\{\{.*?\}\}|\{\{.*?\}\}|\{%.*?%\}|\$\{[^}\n]*\}|\$\w+")
_IMPORT = re.compile(r"(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+\w[\w., \t]*(?:#.*)?\r?$")
#: Documents about what was.
_TELLS = re.compile(r"changelog|history|release|news|migrat", re.IGNORECASE)
_REASON = "it stands inside another text: change it there"
_TEMPLATE_REASON = "the file is a template: change it there"


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
        reason = _TEMPLATE_REASON if len(self.block.value) == len(self.outer.text) else _REASON
        return replace(finding.without_fix(reason), place=place)


def embedded_contexts(context: FileContext) -> Iterator[EmbeddedContext]:
    """One for each piece of Python that imports Prefect and can be parsed."""
    text = context.text.text
    if IMPORTS.search(text) is None or (context.file.kind == kinds.PYTHON and not _is_template(context)):
        return
    is_document = context.file.kind == kinds.MARKDOWN
    if is_document and (_TELLS.match(PurePosixPath(context.path).name) or was_on_3(context.project, context.config)):
        return
    for block in blocks(context.file.kind, text):
        if _PREFECT_1.search(block.value):
            continue
        code = block.value
        spellings = (code, _FILLED_IN.sub(_name, code), _imports_of(code))
        python = next(filter(None, (_parsed(context.path, spelling) for spelling in spellings)), None)
        if python is None:
            continue
        file = ProjectFile(context.path, kinds.PYTHON, context.file.data)
        inner = EmbeddedContext(context.project, file, context.plan, context.config)
        inner.block, inner.outer = block, context.text
        inner.__dict__.update(python=python, foreign=None, problem=None)
        yield inner


def _is_template(context: FileContext) -> bool:
    """Whether a file is Python once something is filled in."""
    return _FILLED_IN.search(context.text.text) is not None and context.problem is not None


def _parsed(path: str, code: str) -> PythonFile | None:
    try:
        return PythonFile(path, SourceText(code.encode("utf-8", "replace"), "utf-8"))
    except UnparsablePython:
        return None


def _imports_of(code: str) -> str:
    """What code that is no Python imports, at the same places."""
    lines = code.splitlines(keepends=True)
    return "".join(line if _IMPORT.match(line) else re.sub(r"[^\r\n]", " ", line) for line in lines)


def _name(match: re.Match[str]) -> str:
    """A name as long as what is filled in, so that all places stay."""
    return "_" * len(match.group())
