"""YAML as nodes, and the commands in it; templates of YAML that do not load as they stand included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.hosts.masks import has_template, mask_template
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar, Table
from prefect_migrate.hosts.yaml_scalars import after_properties, decode_block, decode_flow

#: How deep nodes are followed.
_DEPTH = 60
#: Tags whose text stays a text once it is filled in.
_TEXT_TAGS = frozenset({"tag:yaml.org,2002:str", "!Sub", "!", "!!str"})


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

    reader = _Reader(text, shown)
    try:
        documents: Iterable[Any] = YAML(typ="safe", pure=True).compose_all(shown)
        return [reader.node(document, 0) for document in documents if document is not None]
    except (YAMLError, RecursionError, ValueError) as error:
        raise UnreadableYaml(str(error)) from error


class _Reader:
    """Makes nodes of what ruamel composed; an anchored node stays one, however often it is used."""

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self.seen: set[int] = set()

    def node(self, node: Any, depth: int) -> Node:
        start, end = node.start_mark.index, node.end_mark.index
        if depth > _DEPTH or id(node) in self.seen:
            return Expression(start, end)
        if not isinstance(node.value, str):
            self.seen.add(id(node))
        if isinstance(node.value, str):
            return self._scalar(node, after_properties(self.shown, start, end), end)
        if node.value and isinstance(node.value[0], tuple):
            pairs = [(_key(key), self.node(value, depth + 1)) for key, value in node.value]
            return Table(start, end, [pair for pair in pairs if pair[0] is not None])
        return Listing(start, end, [self.node(item, depth + 1) for item in node.value])

    def _scalar(self, node: Any, start: int, end: int) -> Node:
        if str(node.tag) not in _TEXT_TAGS and str(node.tag).startswith("!"):
            return Expression(start, end)
        style = node.style or ""
        return Scalar(start, end, lambda: self._decoded(node.value, start, end, style), style)

    def _decoded(self, value: str, start: int, end: int, style: str) -> Decoded:
        """What the scalar says, checked against what ruamel makes of it."""
        for indent in (None, *range(16)) if style in ("|", ">") and style else (None,):
            if _decode(self.shown, start, end, style, indent).value.rstrip("\n") == value.rstrip("\n"):
                return _decode(self.text, start, end, style, indent)
        return Decoded(value, [(start, end)] * len(value))


def _decode(text: str, start: int, end: int, style: str, indent: int | None) -> Decoded:
    if style in ("|", ">") and style:
        return decode_block(text, start, end, indent)
    return decode_flow(text, start, end, style)


def _key(node: Any) -> Any:
    return node.value if isinstance(node.value, str) else None
