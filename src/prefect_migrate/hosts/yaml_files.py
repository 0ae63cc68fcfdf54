"""YAML as nodes: several documents, tags and anchors, and templates that do not load as they stand included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.hosts.masks import has_template, mask_template
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar, Table
from prefect_migrate.hosts.strings import ESCAPES, PLAIN, VARIABLES
from prefect_migrate.hosts.yaml_scalars import after_properties, decode_block, decode_flow

#: How deep nodes are followed.
_DEPTH = 60
#: Tags whose text stays a text once it is filled in.
_TEXT_TAGS = frozenset({"tag:yaml.org,2002:str", "!Sub", "!"})
#: By the style of a scalar; a block means itself.
_ENCLOSING = {"": PLAIN + VARIABLES, "'": f"'{VARIABLES}", '"': f'"{ESCAPES}{VARIABLES}'}
_ENDS = frozenset({"SequenceEndEvent", "MappingEndEvent"})


class UnreadableYaml(Exception):
    """The text is no YAML, nor a template of which YAML comes."""


def read_yaml(text: str) -> list[Node]:
    """The documents of a stream.  Raises UnreadableYaml."""
    shown = mask_template(text) if has_template(text) else text
    try:
        return _documents(text, shown)
    except UnreadableYaml:
        if shown == text:
            raise
        return _documents(text, text)


def _documents(text: str, shown: str) -> list[Node]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return list(_Reader(text, shown, YAML(typ="safe", pure=True).parse(shown)).documents())
    except (YAMLError, RecursionError, ValueError, AttributeError, StopIteration) as error:
        raise UnreadableYaml(str(error).partition("\n")[0]) from error


class _Reader:
    """Makes nodes of the parser's events, which have a place for each alias, too."""

    def __init__(self, text: str, shown: str, events: Any) -> None:
        self.text = text
        self.shown = shown
        self.events: Iterator[Any] = iter(events)
        self.anchored: dict[str, str] = {}

    def documents(self) -> Iterator[Node]:
        for event in self.events:
            if type(event).__name__ == "DocumentStartEvent":
                yield self._node(next(self.events), 0)

    def _node(self, event: Any, depth: int) -> Node:
        if depth > _DEPTH:
            raise UnreadableYaml("too deep")
        start, end = event.start_mark.index, event.end_mark.index
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(str(event.anchor), start, end)
        if kind == "ScalarEvent":
            return self._scalar(event, after_properties(self.shown, start, end), end)
        return self._listing(start, depth) if kind == "SequenceStartEvent" else self._table(start, depth)

    def _listing(self, start: int, depth: int) -> Listing:
        items, event = [], next(self.events)
        while type(event).__name__ not in _ENDS:
            items.append(self._node(event, depth + 1))
            event = next(self.events)
        return Listing(start, event.end_mark.index, items)

    def _table(self, start: int, depth: int) -> Table:
        pairs, event = [], next(self.events)
        while type(event).__name__ not in _ENDS:
            key = event.value if type(event).__name__ == "ScalarEvent" else ""
            self._node(event, depth + 1)
            pairs.append((key, self._node(next(self.events), depth + 1)))
            event = next(self.events)
        return Table(start, event.end_mark.index, pairs)

    def _alias(self, anchor: str, start: int, end: int) -> Node:
        value = self.anchored.get(anchor)
        if value is None:
            return Expression(start, end)
        return Scalar(start, end, lambda: Decoded(value, [(start, end)] * len(value)))

    def _scalar(self, event: Any, start: int, end: int) -> Node:
        if event.anchor:
            self.anchored[str(event.anchor)] = event.value
        tag = str(event.tag or "!")
        if tag.startswith("!") and tag not in _TEXT_TAGS:
            return Expression(event.start_mark.index, end)
        value, style = event.value, event.style or ""
        return Scalar(start, end, lambda: self._decoded(value, start, end, style), _ENCLOSING.get(style, ""))

    def _decoded(self, value: str, start: int, end: int, style: str) -> Decoded:
        """What the scalar says, checked against what the parser makes of it."""
        for indent in (None, *range(16)) if style in ("|", ">") and style else (None,):
            if _decode(self.shown, start, end, style, indent).value.rstrip() == value.rstrip():
                return _decode(self.text, start, end, style, indent)
        return Decoded(value, [(start, end)] * len(value))


def _decode(text: str, start: int, end: int, style: str, indent: int | None) -> Decoded:
    if style in ("|", ">") and style:
        return decode_block(text, start, end, indent)
    return decode_flow(text, start, end, style)
