"""Pipelines of Jenkins: the strings that `sh`, `bat` and `powershell` run, and those that are kept for later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command, Context, Dialect
from prefect_migrate.hosts.python_strings import decode_python
from prefect_migrate.hosts.strings import VARIABLES, doubtful, is_command, read_string, within

#: Comments, so that a quote in one opens nothing, and strings, which are spelled as Python's are.
_TOKEN = re.compile(
    r"//[^\n]*|/\*[\s\S]*?\*/"
    r"|(?P<string>'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\[\s\S]|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
)
_STEP = re.compile(r"\b(?P<step>sh|bat|powershell|pwsh)\s*\(?\s*(?:(?:\w+\s*:[^,()]*,\s*)*script\s*:\s*)?$")
_SHOWN = re.compile(r"\b(?:echo|println|error|stage|description|message|label|name)\s*[(:]?\s*$")
_DIALECTS: dict[str, Dialect] = {"bat": "bat", "powershell": "powershell", "pwsh": "powershell"}
_WINDOW = 120


def read_groovy(text: str) -> Iterator[Command]:
    for token in _TOKEN.finditer(text):
        if token["string"] and "prefect" in token["string"]:
            yield from _string(text, *token.span())


def _string(text: str, start: int, end: int) -> Iterator[Command]:
    before = text[max(0, start - _WINDOW) : start]
    step = _STEP.search(before)
    string = decode_python(text, start, end)
    if string is None or _SHOWN.search(before):
        return
    value = string.decoded.value.rstrip()
    decoded = Decoded(value, string.decoded.spans[: len(value)])
    enclosing = string.enclosing + VARIABLES * (text[start] == '"')
    dialect = _DIALECTS.get(step["step"], "sh") if step else "sh"
    for command in read_string(text, decoded, dialect=dialect, enclosing=enclosing):
        if is_command(command, step is not None):
            kept: Context = "text" if doubtful(command) else "variable"
            yield from [command] if step else within([command], kept)
