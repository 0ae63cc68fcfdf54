"""JSON, HCL and TOML as nodes: their strings, lists and tables.  Tolerant: what it can't read it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.hosts.literal_strings import decode_literal, heredoc_end, string_end
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar, Table
from prefect_migrate.hosts.strings import ESCAPES, VARIABLES

_DEPTH = 60
_BLANK = re.compile(r"[ \t\r]+|\\\r?\n|//[^\n]*|/\*[\s\S]*?\*/")
_HASH = re.compile(r"#[^\n]*")
_WORD = re.compile(r"[^\s\[\]{}(),=:\"'#]+|.", re.DOTALL)
_CLOSERS = {"[": "]", "{": "}", "(": ")"}


class Style(NamedTuple):
    """What the syntaxes differ in."""

    hash_comments: bool
    single_quotes: bool
    #: `${…}` in a string is an expression, and a heredoc is a string.
    interpolates: bool


JSON = Style(hash_comments=False, single_quotes=False, interpolates=False)
HCL = Style(hash_comments=True, single_quotes=False, interpolates=True)
TOML = Style(hash_comments=True, single_quotes=True, interpolates=False)
#: Any language whose strings have such quotes.
CODE = Style(hash_comments=False, single_quotes=True, interpolates=False)


class Literals(NamedTuple):
    """The whole text as one table, and where the lines of its heredocs are."""

    node: Node
    heredocs: list[tuple[int, int]]


def read_literals(text: str, style: Style, start: int = 0, end: int | None = None) -> Literals:
    reader = _Reader(text, style, start, len(text) if end is None else end)
    return Literals(reader.group(""), reader.heredocs)


class _Reader:
    def __init__(self, text: str, style: Style, start: int, end: int) -> None:
        self.text = text
        self.style = style
        self.pos = start
        self.end = end
        self.depth = 0
        self.heredocs: list[tuple[int, int]] = []

    def group(self, closer: str) -> Node:
        """What stands between brackets, up to `closer`; `pos` is behind the opening one."""
        start = max(self.pos - 1, 0)
        entries: list[_Entry] = [_Entry()]
        self.depth += 1
        while self.pos < self.end:
            self._skip()
            character = self.text[self.pos : self.pos + 1]
            if not character:
                break
            if character == closer:
                self.pos += 1
                break
            self._take(character, closer, entries)
        self.depth -= 1
        return _node(start, self.pos, closer, [entry for entry in entries if entry])

    def _skip(self) -> None:
        while self.pos < self.end:
            found = _BLANK.match(self.text, self.pos, self.end)
            if found is None and self.style.hash_comments:
                found = _HASH.match(self.text, self.pos, self.end)
            if found is None:
                return
            self.pos = found.end()

    def _take(self, character: str, closer: str, entries: list[_Entry]) -> None:
        entry = entries[-1]
        if character == "," or (character == "\n" and closer in ("}", "") and not entry.waits):
            self.pos += 1
            entries.append(_Entry())
        elif character in "=:" and entry.key is None and closer in ("}", ""):
            self.pos += 1
            entry.name(self.text)
        elif character == "\n" or character in "]})":
            self.pos += 1
        else:
            entry.nodes.append(self._element(character))

    def _element(self, character: str) -> Node:
        start = self.pos
        if character in _CLOSERS and self.depth < _DEPTH:
            self.pos += 1
            return self.group(_CLOSERS[character])
        if character == '"' or (character == "'" and self.style.single_quotes):
            self.pos = string_end(self.text, start, self.end, self.style.interpolates)
            marks = f"{ESCAPES}{VARIABLES}" if character == '"' else ""
            return Scalar(start, self.pos, self._decoder(start, self.pos, character), character + marks)
        if self.style.interpolates and (body := heredoc_end(self.text, start, self.end)):
            self.heredocs.append(body[:2])
            self.pos = body[2]
            return Expression(start, self.pos)
        word = _WORD.match(self.text, self.pos, self.end)
        self.pos = word.end() if word else self.pos + 1
        return Expression(start, self.pos)

    def _decoder(self, start: int, end: int, quote: str) -> Callable[[], Decoded | None]:
        return lambda: decode_literal(self.text, start, end, quote, self.style.interpolates)


class _Entry:
    """What stands between two commas or line ends."""

    def __init__(self) -> None:
        self.key: str | None = None
        self.nodes: list[Node] = []

    def __bool__(self) -> bool:
        return bool(self.nodes)

    @property
    def waits(self) -> bool:
        """Whether the value is still to come."""
        return self.key is not None and not self.nodes

    def name(self, text: str) -> None:
        """What was read so far is the key."""
        last = self.nodes[-1] if self.nodes else None
        self.key = text[last.start : last.end].strip("\"'") if last else ""
        self.nodes = []

    def node(self) -> Node:
        if len(self.nodes) == 1:
            return self.nodes[0]
        return Expression(self.nodes[0].start, self.nodes[-1].end, list(self.nodes))


def _node(start: int, end: int, closer: str, entries: list[_Entry]) -> Node:
    if closer == "]":
        return Listing(start, end, [entry.node() for entry in entries])
    if closer == ")":
        return Expression(start, end, [entry.node() for entry in entries])
    return Table(start, end, [_pair(entry) for entry in entries])


def _pair(entry: _Entry) -> tuple[str, Node]:
    """`key = value`, or the block `container "name" { … }`, whose key is its name."""
    node = entry.node()
    if entry.key is not None:
        return entry.key, node
    block = entry.nodes[-1]
    return "", block if isinstance(block, Table) else node
