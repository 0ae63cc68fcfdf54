"""A YAML document as nodes with exact places, read as Prefect's own loader reads it.

Nothing is ever printed from these nodes: edits replace the characters that a node stands on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Union

from prefect_migrate.source.yaml_scalars import value_of


class BadYaml(Exception):
    """The text is no YAML of one document; `line` is 1-based."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Scalar:
    """`style` is the quote, `|` or `>`, or "" for a plain one; `tag` is only set where one is written."""

    start: int
    end: int
    text: str
    style: str = ""
    tag: str | None = None
    anchor: str | None = None

    @property
    def value(self) -> Any:
        """The Python value; a date stays text, see `yaml_scalars.type_of`."""
        return value_of(self.text) if self.is_plain else self.text

    @property
    def is_plain(self) -> bool:
        return not self.style and self.tag is None


@dataclass(slots=True)
class Alias:
    """`*name`; `node` is what it stands for."""

    start: int
    end: int
    name: str
    node: Target


@dataclass(slots=True)
class Item:
    """A key and its value in a mapping."""

    key: Scalar
    node: Node

    @property
    def value(self) -> Target:
        """The node behind an alias."""
        return self.node.node if isinstance(self.node, Alias) else self.node


@dataclass(slots=True)
class Mapping:
    """`start` is where the first key, or the opening brace, stands."""

    start: int
    end: int
    flow: bool
    anchor: str | None = None
    #: Where `&anchor` starts.
    anchor_start: int | None = None
    items: list[Item] = field(default_factory=list)
    #: Whether a key is no scalar, which Prefect could not use.
    odd_keys: bool = False

    def get(self, name: str) -> Item | None:
        """The item that counts for a key: the last one, else what `<<` brings in."""
        return self.effective().get(name)

    def effective(self) -> dict[str, Item]:
        """Key -> item, merge keys followed; own keys count more."""
        merged: dict[str, Item] = {}
        for item in self.items:
            if item.key.text == "<<" and item.key.is_plain:
                for base in bases_of(item.value):
                    for name, inherited in base.effective().items():
                        merged.setdefault(name, inherited)
        return merged | {item.key.text: item for item in self.items if item.key.text != "<<"}


@dataclass(slots=True)
class Sequence:
    start: int
    end: int
    flow: bool
    anchor: str | None = None
    anchor_start: int | None = None
    nodes: list[Node] = field(default_factory=list)

    def values(self) -> Iterator[Target]:
        """The items, aliases followed."""
        for node in self.nodes:
            yield node.node if isinstance(node, Alias) else node


Target = Union[Scalar, Mapping, Sequence]  # noqa: UP007 - the classes above name it before it is there
Node = Union[Scalar, Mapping, Sequence, Alias]  # noqa: UP007


def read_tree(text: str) -> Node | None:
    """The root node; None for a document without content.  Raises BadYaml."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    try:
        return _Reader(text, yaml.parse(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadYaml(str(error.problem or error.context), mark.line + 1 if mark else 1) from error
    except (YAMLError, RecursionError, ValueError, AttributeError) as error:
        raise BadYaml(str(error).partition("\n")[0]) from error


def plain_value(node: Node) -> Any:
    """A node as Python data; a date stays text."""
    if isinstance(node, Alias):
        return plain_value(node.node)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.nodes]
    return {item.key.value: plain_value(item.node) for item in node.effective().values()}


def bases_of(node: Target) -> Iterator[Mapping]:
    """The mappings that `<<` brings in."""
    for base in [node] if isinstance(node, Mapping) else list(node.values()) if isinstance(node, Sequence) else []:
        if isinstance(base, Mapping):
            yield base


class _Reader:
    """Makes nodes of ruamel's events, which alone tell where an alias stands."""

    def __init__(self, text: str, events: Any) -> None:
        self.text = text
        self.events = iter(events)
        self.anchors: dict[str, Target] = {}

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self.events:
            if type(event).__name__ == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise BadYaml("it holds more than one document", event.start_mark.line + 1)
                root = self.node(next(self.events))
        empty = isinstance(root, Scalar) and root.is_plain and root.value is None
        return None if empty else root

    def node(self, event: Any) -> Node:
        name = type(event).__name__
        start, end = event.start_mark.index, event.end_mark.index
        if name == "AliasEvent":
            if event.anchor not in self.anchors:
                raise BadYaml(f"found undefined alias {event.anchor!r}", event.start_mark.line + 1)
            return Alias(start, end, event.anchor, self.anchors[event.anchor])
        if name == "ScalarEvent":
            return self.known(event, self.scalar(event, start, end))
        flow = bool(event.flow_style)
        if name == "MappingStartEvent":
            mapping = Mapping(start, end, flow, event.anchor, start if event.anchor else None)
            self.known(event, mapping)
            self.fill_mapping(mapping)
            return mapping
        sequence = Sequence(start, end, flow, event.anchor, start if event.anchor else None)
        self.known(event, sequence)
        self.fill_sequence(sequence)
        return sequence

    def known(self, event: Any, node: Target) -> Target:
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def scalar(self, event: Any, start: int, end: int) -> Scalar:
        tag = str(event.tag) if event.tag is not None else None
        style = event.style if event.style in ("'", '"', "|", ">") else ""
        if event.anchor or tag:
            start = _after_properties(self.text, start, end)
        return Scalar(start, end, event.value, style, tag, event.anchor)

    def fill_mapping(self, mapping: Mapping) -> None:
        while True:
            event = next(self.events)
            if type(event).__name__ == "MappingEndEvent":
                mapping.end = event.end_mark.index if mapping.flow else self.end_of(mapping)
                return
            key = self.node(event)
            value = self.node(next(self.events))
            if isinstance(key, Alias):
                key = key.node
            if isinstance(key, Scalar):
                mapping.items.append(Item(key, value))
                if not mapping.flow and len(mapping.items) == 1:
                    mapping.start = key.start
            else:
                mapping.odd_keys = True

    def fill_sequence(self, sequence: Sequence) -> None:
        while True:
            event = next(self.events)
            if type(event).__name__ == "SequenceEndEvent":
                sequence.end = event.end_mark.index if sequence.flow else self.end_of(sequence)
                return
            sequence.nodes.append(self.node(event))

    def end_of(self, node: Mapping | Sequence) -> int:
        """Where the last of what a block collection holds ends; the event's own end is where the next thing starts."""
        last = node.items[-1].node if isinstance(node, Mapping) and node.items else None
        if isinstance(node, Sequence) and node.nodes:
            last = node.nodes[-1]
        return last.end if last is not None else node.start


def _after_properties(text: str, start: int, end: int) -> int:
    """Where a scalar itself starts behind `&anchor` and `!tag`."""
    while start < end and text[start] in "&!":
        while start < end and not text[start].isspace():
            start += 1
        while start < end and text[start].isspace():
            start += 1
    return start
