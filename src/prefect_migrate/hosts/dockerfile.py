"""Dockerfiles: RUN, CMD, ENTRYPOINT and HEALTHCHECK, as a line, as a list or as a here-document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.commands import programs
from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import read_commands
from prefect_migrate.hosts.items import flat_items, item_words, read_words
from prefect_migrate.hosts.literals import JSON, read_literals
from prefect_migrate.hosts.nodes import Listing, Table
from prefect_migrate.hosts.strings import read_string

_KEYWORD = re.compile(r"[ \t]*(?:ONBUILD[ \t]+)?(?:HEALTHCHECK(?:[ \t]+--\S+)*[ \t]+)?([A-Za-z]+)[ \t]*")
_FLAGS = re.compile(r"(?:--[a-z]+(?:=\S+)?[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)*)*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_COMMENT = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")
_CONTINUES = re.compile(r"\\[ \t]*\r?\n?\Z")
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_RUNS = frozenset({"RUN", "CMD", "ENTRYPOINT"})


class Instruction(NamedTuple):
    keyword: str
    #: What follows the keyword and its flags.
    start: int
    end: int


def read_dockerfile(text: str) -> Iterator[Command]:
    entrypoint: Instruction | None = None
    for instruction in instructions(text):
        keyword = instruction.keyword
        if keyword == "FROM":
            entrypoint = None
        elif keyword in _RUNS and text[instruction.start : instruction.start + 1] == "[":
            yield from _list_form(text, instruction, entrypoint if keyword == "CMD" else None)
        elif keyword in _RUNS:
            yield from _line_form(text, instruction)
        elif keyword in ("ENV", "ARG"):
            yield from read_commands(text[instruction.start : instruction.end], base=instruction.start)
        if keyword == "ENTRYPOINT":
            entrypoint = instruction


def instructions(text: str) -> Iterator[Instruction]:
    """Each instruction with the lines that it goes on over, and the here-documents that it opens."""
    position = 0
    while position < len(text):
        keyword = _KEYWORD.match(text, position)
        comment = _COMMENT.match(text, position)
        if keyword is None or comment is not None:
            position = _line_end(text, position)
            continue
        flags = _FLAGS.match(text, keyword.end())
        start = flags.end() if flags else keyword.end()
        end = _instruction_end(text, keyword.end())
        yield Instruction(keyword[1].upper(), start, end)
        position = max(end, _line_end(text, position))


def runs_at_build(text: str, position: int) -> bool:
    """Whether what stands there runs when the image is built, and not when it is started."""
    return any(one.keyword == "RUN" and one.start <= position < one.end for one in instructions(text))


def _line_end(text: str, position: int) -> int:
    line = _LINE.match(text, position)
    return line.end() if line and line.end() > position else len(text)


def _instruction_end(text: str, start: int) -> int:
    """Comments and empty lines do not end an instruction that goes on."""
    end = _line_end(text, start)
    line = text[start:end]
    while end < len(text) and _CONTINUES.search(line):
        while (comment := _COMMENT.match(text, end)) and comment.end() > end:
            end = comment.end()
        line = text[end : _line_end(text, end)]
        end += len(line)
    return _after_heredocs(text, start, end)


def _after_heredocs(text: str, start: int, end: int) -> int:
    for opening in _HEREDOC.finditer(text, start, end):
        closing = re.compile(rf"(?m)^\t*{opening[2]}[ \t]*\r?(?:\n|\Z)").search(text, end)
        end = closing.end() if closing else end
    return end


def _list_form(text: str, instruction: Instruction, entrypoint: Instruction | None) -> Iterator[Command]:
    """`CMD ["…"]`, which an entrypoint of the same stage may start."""
    listing = _listing(text, instruction)
    if listing is None:
        yield from _line_form(text, instruction)
        return
    words, items = item_words(text, listing), flat_items(listing)
    found = list(read_words(text, words, items))
    before = _listing(text, entrypoint) if entrypoint else None
    if not found and before is not None and words:
        combined = [*item_words(text, before), *words]
        found = list(read_words(text, combined, [*flat_items(before), *items]))
        found = [command for command in found if programs.path_length(command.words[1:]) > 1]
    yield from found


def _listing(text: str, instruction: Instruction) -> Listing | None:
    node = read_literals(text, JSON, instruction.start, instruction.end).node
    first = node.pairs[0][1] if isinstance(node, Table) and node.pairs else None
    return first if isinstance(first, Listing) else None


def _line_form(text: str, instruction: Instruction) -> Iterator[Command]:
    start, end = _body(text, instruction)
    if "#" not in text[start:end]:
        yield from read_commands(text[start:end].rstrip(), base=start)
        return
    spans = [(at, at + 1) for at in _without_comments(text, start, end)]
    yield from read_string(text, Decoded("".join(text[first] for first, _ in spans), spans))


def _body(text: str, instruction: Instruction) -> tuple[int, int]:
    """The lines of `RUN <<EOF`, which are a script; else the instruction as it stands."""
    start, end = instruction.start, instruction.end
    opening = _HEREDOC.match(text, start, end)
    if opening is None or text[opening.end() : _line_end(text, opening.end())].strip():
        return start, end
    first = _line_end(text, opening.end())
    last = text.rfind(opening[2], first, end)
    return (first, last) if last >= 0 else (first, end)


def _without_comments(text: str, start: int, end: int) -> Iterator[int]:
    """Docker takes comment lines out before a shell sees the rest."""
    position = start
    while position < end:
        stop = min(_line_end(text, position), end)
        line = text[position:stop]
        first = text.rfind("\n", 0, position) + 1
        own_line = not text[first:position].strip()
        if not own_line or not line.lstrip().startswith("#") or _inside_heredoc(text, start, position):
            yield from range(position, stop)
        position = stop


def _inside_heredoc(text: str, start: int, position: int) -> bool:
    return _HEREDOC.search(text, start, position) is not None
