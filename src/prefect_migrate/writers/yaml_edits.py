"""Edits of a YAML file that replace the characters of a key or a value and leave all others as they are."""

from __future__ import annotations

import json
import re

from prefect_migrate.changes.edits import line_span
from prefect_migrate.findings import CannotFix, Edit
from prefect_migrate.source.yaml_scalars import type_of
from prefect_migrate.source.yaml_tree import Alias, Item, Mapping, Node, Scalar

#: What a plain scalar can't start with, or hold.
_NOT_PLAIN = re.compile(r"^[-?:]?$|^[-?:] |^[\s,\[\]{}#&*!|>'\"%@`]|: |:$| #|[\x00-\x1f\x7f]|\s$")


def rename_key(item: Item, name: str) -> Edit:
    """Another key, in the quotes of the old one."""
    return Edit(item.key.start, item.key.end, f"{item.key.style}{name}{item.key.style}")


def quote_scalar(scalar: Scalar) -> Edit:
    """The same characters, as a string."""
    mark = "'" if '"' in scalar.text or "\\" in scalar.text else '"'
    return Edit(scalar.start, scalar.end, f"{mark}{scalar.text}{mark}")


def set_value(text: str, item: Item, value: str) -> Edit:
    """Another value; `value` is how it is spelled."""
    node = item.node
    if not isinstance(node, Alias) and node.anchor:
        raise CannotFix(f"`&{node.anchor}` is used elsewhere in the file")
    if node.start == node.end:
        colon = text.index(":", item.key.end) + 1
        return Edit(colon, colon, f" {value}")
    return Edit(node.start, node.end, value)


def delete_item(text: str, mapping: Mapping, item: Item) -> Edit:
    """Take a key and its value away, with the line or lines that they stand on."""
    if len(mapping.items) == 1:
        raise CannotFix(f"`{item.key.text}` is all that is there")
    if isinstance(item.node, (Scalar, Mapping)) and item.node.anchor:
        raise CannotFix(f"`&{item.node.anchor}` is used elsewhere in the file")
    at = mapping.items.index(item)
    if mapping.flow:
        return _delete_in_flow(text, mapping, at)
    end = line_span(text, item.key.start, content_end(text, item.node))[1]
    start = line_span(text, item.key.start, item.key.start)[0]
    if text[start : item.key.start].strip():
        # it stands behind the dash of a list, where the next key moves up to
        return Edit(item.key.start, mapping.items[at + 1].key.start, "")
    return Edit(start, end, "")


def _delete_in_flow(text: str, mapping: Mapping, at: int) -> Edit:
    if at + 1 < len(mapping.items):
        return Edit(mapping.items[at].key.start, mapping.items[at + 1].key.start, "")
    return Edit(mapping.items[at - 1].node.end, mapping.items[at].node.end, "")


def content_end(text: str, node: Node) -> int:
    """Where a node's last visible character ends."""
    return len(text[: node.end].rstrip()) if node.end > node.start else node.end


def column(text: str, offset: int) -> int:
    """The 0-based column of a character."""
    return offset - line_span(text, offset, offset)[0]


def newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def spelled(value: str) -> str:
    """A string as a scalar that Prefect's loader reads back as that string."""
    if type_of(value) == "str" and not _NOT_PLAIN.search(value) and value not in ("=", "<<"):
        return value
    return json.dumps(value, ensure_ascii=False)


def as_list(text: str, item: Item) -> list[Edit]:
    """The mapping under a key as a list that holds only it."""
    node = item.node
    if isinstance(node, Alias) or not isinstance(node, Mapping) or node.flow:
        start = node.start if not isinstance(node, Mapping) or node.anchor_start is None else node.anchor_start
        return [Edit(start, start, "["), Edit(node.end, node.end, "]")]
    inner = column(text, node.start)
    outer = column(text, item.key.start)
    dash = max(outer, inner - 2)
    line = node.start - inner
    mark = " " * dash + "- "
    if node.anchor_start is not None:
        # the anchor moves behind the dash, where it still names the mapping
        mark += f"&{node.anchor}{newline_of(text)}{' ' * max(inner, dash + 2)}"
    edits = [Edit(line, node.start, mark)]
    if node.anchor_start is not None:
        before = len(text[: node.anchor_start].rstrip(" \t"))
        edits.append(Edit(before, node.anchor_start + len(f"&{node.anchor}"), ""))
    if inner - dash < 2:
        edits += _indent(text, node.start, content_end(text, node), 2 - (inner - dash))
    return edits


def append_item(text: str, mapping: Mapping, line: str) -> Edit:
    """One more `key: value` at the end of a mapping."""
    last = mapping.items[-1]
    end = content_end(text, last.node) if last.node.end > last.node.start else text.index(":", last.key.end) + 1
    if mapping.flow:
        return Edit(end, end, f", {line}")
    # a comment behind the last value stays there
    stop = line_span(text, end, end)[1]
    newline = newline_of(text)
    lead = "" if text[:stop].endswith(("\n", "\r")) else newline
    return Edit(stop, stop, f"{lead}{' ' * column(text, last.key.start)}{line}{newline if not lead else ''}")


def _indent(text: str, start: int, end: int, count: int) -> list[Edit]:
    """More blanks before each line after the first of a stretch."""
    return [
        Edit(match.end(), match.end(), " " * count)
        for match in re.finditer(r"\r\n|\r|\n", text[:end])
        if match.end() > start and text[match.end() : match.end() + 1] not in ("\r", "\n")
    ]


def line_end(text: str, offset: int) -> int:
    """Where the line of a character ends, its newline excluded."""
    return len(text[: line_span(text, offset, offset)[1]].rstrip("\r\n")) if offset < len(text) else offset
