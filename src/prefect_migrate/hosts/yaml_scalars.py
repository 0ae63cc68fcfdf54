"""What a scalar of YAML says, and which character of it stands where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.decoded import Decoded

#: A line break in a scalar of one paragraph, with the blanks around it and the empty lines after it.
_FOLD = re.compile(r"[ \t]*(?:\r?\n[ \t]*)+")
_ESCAPE = re.compile(r"\\(?:\r?\n[ \t]*|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[\s\S])")
_DOUBLED = re.compile(r"''")
_PROPERTIES = re.compile(r"(?:(?:![^\s,\[\]{}]*|&[^\s,\[\]{}]+)(?:[ \t]+|[ \t]*\r?\n[ \t]*))*")
_HEADER = re.compile(r"[|>][-+0-9]*[^\r\n]*(?:\r\n|\r|\n|$)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_NAMED = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"} | {
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"
}  # fmt: skip


class _Writer:
    """Collects characters with their places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: list[str] = []
        self.spans: list[tuple[int, int]] = []

    def copy(self, start: int, end: int) -> None:
        self.value.append(self.text[start:end])
        self.spans += ((at, at + 1) for at in range(start, end))

    def write(self, characters: str, start: int, end: int) -> None:
        self.value.append(characters)
        self.spans += ((start, end) for _ in characters)

    def decoded(self) -> Decoded:
        return Decoded("".join(self.value), self.spans)


def after_properties(text: str, start: int, end: int) -> int:
    """Where a node starts without its anchor and tag."""
    properties = _PROPERTIES.match(text, start, end)
    return properties.end() if properties else start


def decode_flow(text: str, start: int, end: int, style: str) -> Decoded:
    """A plain or quoted scalar that stands at `start:end`, quotes included."""
    if style:
        start, end = start + 1, end - 1
    special = {'"': _ESCAPE, "'": _DOUBLED}.get(style)
    writer = _Writer(text)
    while start < end:
        found = _next(text, start, end, special)
        if found is None:
            writer.copy(start, end)
            break
        writer.copy(start, found.start())
        writer.write(_meaning(found.group()), *found.span())
        start = found.end()
    return writer.decoded()


def _next(text: str, start: int, end: int, special: re.Pattern[str] | None) -> re.Match[str] | None:
    """The escape or line break that comes first."""
    found = [pattern.search(text, start, end) for pattern in (_FOLD, special) if pattern]
    return min((match for match in found if match), key=lambda match: match.start(), default=None)


def _meaning(raw: str) -> str:
    if raw == "''":
        return "'"
    if not raw.startswith("\\"):
        breaks = raw.count("\n")
        return " " if breaks == 1 else "\n" * (breaks - 1)
    if raw[1] in "\r\n":
        return ""
    if raw[1] in "xuU" and len(raw) > 2:
        return chr(int(raw[2:], 16))
    return _NAMED.get(raw[1], raw[1])


def decode_block(text: str, start: int, end: int, indent: int | None = None) -> Decoded:
    """A `|` or `>` scalar without its last line breaks; `indent` if its first line does not show it."""
    header = _HEADER.match(text, start, end)
    lines = list(_lines(text, header.end() if header else end, end))
    while lines and not text[slice(*lines[-1])].strip():
        lines.pop()
    if indent is None:
        indent = next((_blanks(text, *line) for line in lines if text[slice(*line)].strip()), 0)
    contents = [(min(first + indent, last), last) for first, last in lines]
    return _fold(text, contents) if text[start] == ">" else _join(text, contents)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each line without its break."""
    while start < end and (line := _LINE.match(text, start, end)):
        yield start, start + len(line.group().rstrip("\r\n"))
        start = line.end()


def _blanks(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip(" "))


def _join(text: str, lines: list[tuple[int, int]]) -> Decoded:
    writer = _Writer(text)
    for number, (start, end) in enumerate(lines):
        writer.copy(start, end)
        if number + 1 < len(lines):
            writer.write("\n", end, lines[number + 1][0])
    return writer.decoded()


def _fold(text: str, lines: list[tuple[int, int]]) -> Decoded:
    """Lines of one paragraph are one; an empty line, and one that is indented further, keeps its break."""
    writer = _Writer(text)
    full = [line for line in lines if line[0] < line[1]]
    for start, _ in lines[: lines.index(full[0])] if full else []:
        writer.write("\n", start, start + 1)
    for number, (start, end) in enumerate(full):
        writer.copy(start, end)
        if number + 1 < len(full):
            _break(writer, start, end, full[number + 1][0])
    return writer.decoded()


def _break(writer: _Writer, line: int, start: int, end: int) -> None:
    """What stands between two lines that are not empty, the first of which starts at `line`."""
    breaks = writer.text.count("\n", start, end) or 1
    kept = writer.text[line] in " \t" or writer.text[end] in " \t"
    writer.write("\n" * breaks if kept else " " if breaks == 1 else "\n" * (breaks - 1), start, end)
