"""Markdown, reStructuredText, Org and AsciiDoc: blocks of code as what they are, and what the prose mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.programs import path_length
from prefect_migrate.commands.shell import read_commands, read_text_commands
from prefect_migrate.discovery import kinds
from prefect_migrate.hosts.strings import doubtful, mentions_command, within

_FENCE = re.compile(r"(?m)^(?P<indent>[ \t>]*)(?P<mark>`{3,}|~{3,})[ \t]*\{?\.?(?P<language>[\w+#.-]*)[^`\n]*\n")
_DIRECTIVE = re.compile(
    r"(?m)^(?P<indent>[ \t]*)\.\. (?:code-block|code|sourcecode|prompt)::[ \t]*(?P<language>\w*)[^\n]*\n"
)
#: Org mode's `#+begin_src sh … #+end_src` and `#+begin_example`.
_ORG = re.compile(
    r"(?mi)^[ \t]*#\+begin_(?P<kind>src|example)(?:[ \t]+(?P<language>[\w+-]+))?[^\n]*\n"
    r"(?P<body>(?:(?![ \t]*#\+end_)[^\n]*\n)*)[ \t]*#\+end_(?P=kind)"
)
#: AsciiDoc's `[source,bash]` above lines between `----`.
_LISTING = re.compile(
    r"(?m)^(?:\[(?:source)?,?[ \t]*(?P<language>[\w+-]*)[^\]\n]*\]\r?\n(?:\.[^\n]*\n)?)?"
    r"(?P<mark>-{4,}|\.{4,})[ \t]*\r?\n"
    r"(?P<body>(?:(?!(?P=mark)[ \t]*\r?$)[^\n]*\n)*)(?P=mark)[ \t]*\r?$"
)
#: What tells it from Markdown, in which such a line stands below a heading.
_ASCIIDOC = re.compile(r"(?m)\A\s*= \S|^\[source\b")
_INDENTED = re.compile(r"(?m)(?:\A|(?<=\n\n)|(?<=\n\r\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+")
_UNTOLD = frozenset({"", "text", "txt", "none", "plain", "plaintext"})
_KINDS = {
    "bash": kinds.SHELL, "sh": kinds.SHELL, "shell": kinds.SHELL, "zsh": kinds.SHELL,
    "console": kinds.SHELL, "terminal": kinds.SHELL,
    "shell-session": kinds.SHELL, "shellsession": kinds.SHELL, "cmd": kinds.BATCH, "bat": kinds.BATCH,
    "batch": kinds.BATCH, "powershell": kinds.POWERSHELL, "ps1": kinds.POWERSHELL, "pwsh": kinds.POWERSHELL,
    "dockerfile": kinds.DOCKERFILE, "docker": kinds.DOCKERFILE, "yaml": kinds.YAML, "yml": kinds.YAML,
    "json": kinds.JSON, "toml": kinds.TOML, "hcl": kinds.TERRAFORM, "terraform": kinds.TERRAFORM,
    "makefile": kinds.MAKE, "make": kinds.MAKE, "ini": kinds.INI, "systemd": kinds.INI,
}  # fmt: skip

#: Fences that hold commands and no output.
_SCRIPTS = frozenset({"bash", "sh", "shell", "zsh"})
_PYTHON = frozenset({"python", "py", "python3", "ipython", "ipython3", "pycon"})
#: What shows an old command next to the new one.
_CHANGES = frozenset({"diff", "patch"})


class Block(NamedTuple):
    """The lines of a block of code, and all of it with what sets it off."""

    start: int
    end: int
    language: str
    whole: tuple[int, int]


def read_markdown(text: str) -> Iterator[Command]:
    from prefect_migrate.hosts.reading import read_text, sniff

    position = 0
    for block in sorted(blocks(text)):
        if block.start < position:
            continue
        yield from _prose(text, position, block.whole[0])
        position = block.whole[1]
        content = text[block.start : block.end]
        kind = sniff(content) if block.language in _UNTOLD else _KINDS.get(block.language)
        if block.language in _PYTHON:
            yield from _python(text, block)
        elif kind == kinds.SHELL:
            yield from _shell(text, block)
        elif kind is not None:
            yield from (command.moved(block.start) for command in read_text(kind, content))
        elif block.language not in _CHANGES:
            yield from _prose(text, block.start, block.end)
    yield from _prose(text, position, len(text))


def blocks(text: str) -> Iterator[Block]:
    """Fences first; then what a directive, or four blanks at the start, set off."""
    yield from _fences(text)
    for directive in _DIRECTIVE.finditer(text):
        end = _indented_end(text, directive.end(), len(directive["indent"]))
        yield Block(directive.end(), end, directive["language"].lower(), (directive.start(), end))
    if "#+" in text:
        yield from (_block(found) for found in _ORG.finditer(text))
    if _ASCIIDOC.search(text):
        yield from (_block(found) for found in _LISTING.finditer(text))
    for indented in _INDENTED.finditer(text):
        if not _FENCE.search(text, *indented.span()):
            yield Block(*indented.span(), "terminal", indented.span())


def _block(found: re.Match[str]) -> Block:
    return Block(*found.span("body"), (found["language"] or "").lower(), found.span())


def _fences(text: str) -> Iterator[Block]:
    position = 0
    while opening := _FENCE.search(text, position):
        mark = re.escape(opening["mark"][0])
        closing = re.compile(rf"(?m)^[ \t>]*{mark}{{{len(opening['mark'])},}}[ \t]*\r?$").search(text, opening.end())
        end = closing.start() if closing else len(text)
        position = closing.end() if closing else len(text)
        yield Block(opening.end(), end, opening["language"].lower(), (opening.start(), position))


def _indented_end(text: str, start: int, indent: int) -> int:
    """Where the lines end that are indented further, empty ones among them."""
    end = start
    for line in re.compile(r"[^\n]*(?:\n|\Z)").finditer(text, start):
        content = line.group()
        if content.strip() and len(content) - len(content.lstrip()) <= indent:
            break
        end = line.end()
        if end >= len(text):
            break
    return end


def _shell(text: str, block: Block) -> Iterator[Command]:
    """Lines of a block may as well be what a program prints; and an indented one may be prose."""
    for command in read_commands(text[block.start : block.end], base=block.start):
        if doubtful(command) or (block.language not in _SCRIPTS and not path_length(command.words[1:])):
            yield from within([command], "text")
        else:
            yield command


def _python(text: str, block: Block) -> Iterator[Command]:
    """Python, or commands that are coloured as Python."""
    from prefect_migrate.hosts.notebook import read_code

    content = text[block.start : block.end]
    if not mentions_command(content):
        return
    opening = "if 1:\n" if content[:1] in (" ", "\t") else ""
    found = read_code(opening + content)
    if found is None:
        yield from _shell(text, block)
        return
    yield from (command.moved(block.start - len(opening)) for command in found)


def _prose(text: str, start: int, end: int) -> Iterator[Command]:
    yield from read_text_commands(text[start:end], base=start)
