"""Writer: `definitions:` of a prefect.yaml, by text, so that nothing else in the file changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from prefect_migrate.changes.edits import line_span
from prefect_migrate.source.yaml_tree import BadYaml, Mapping, read_tree
from prefect_migrate.writers.shared_parts import KINDS, Definition
from prefect_migrate.writers.yaml_edits import column, content_end, newline_of

_KEY, _LISTED = "definitions", "deployments"
#: A mapping as text.
Dump = Callable[[Any], str]


def nested(definitions: Sequence[Definition]) -> dict[str, dict[str, Any]]:
    """Kind -> name -> part."""
    found: dict[str, dict[str, Any]] = {}
    for definition in definitions:
        found.setdefault(definition.kind, {})[definition.name] = definition.part
    return found


def names_of(text: str) -> set[str] | None:
    """The anchors and keys of a file; None where no definitions can be added to it."""
    found = re.findall(r"&([^\s,\]}]+)|^ *([\w-]+) *:", text, re.MULTILINE)
    return {anchor or key for anchor, key in found} if _can_define(text) else None


def _can_define(text: str) -> bool:
    """Whether definitions can be added where all deployments of the file come after them."""
    root = _root(text)
    listed = root.get(_LISTED) if root is not None else None
    if root is None or root.flow or listed is None or listed not in root.items:
        return False
    item = root.get(_KEY)
    if item is None:
        return True
    if item not in root.items or item.key.start > listed.key.start or not _is_block(item.node):
        return False
    kinds = item.node.items if isinstance(item.node, Mapping) else []
    return all(_is_block(kind.node) for kind in kinds if kind.key.text in KINDS.values())


def with_definitions(text: str, definitions: Sequence[Definition], dump: Dump) -> str:
    """The text with definitions added, where `names_of` says that it can be done."""
    for kind, group in groupby(definitions, key=lambda one: one.kind):
        text = _with_kind(text, kind, {one.name: one.part for one in group}, dump)
    return text


def _with_kind(text: str, kind: str, parts: dict[str, Any], dump: Dump) -> str:
    root = _root(text)
    assert root is not None
    item, listed = root.get(_KEY), root.get(_LISTED)
    assert listed is not None
    if item is None:
        block = dump({_KEY: {kind: parts}}) + "\n"
        return _insert(text, _above(text, listed.key.start), block)
    assert isinstance(item.node, Mapping)
    there = item.node.get(kind)
    holder, data = (item.node, {kind: parts}) if there is None else (there.node, parts)
    assert isinstance(holder, Mapping)
    indent = " " * column(text, holder.items[0].key.start)
    end = line_span(text, holder.items[-1].key.start, content_end(text, holder))[1]
    return _insert(text, end, "".join(indent + line for line in dump(data).splitlines(keepends=True)))


def _insert(text: str, at: int, block: str) -> str:
    return text[:at] + block.replace("\n", newline_of(text)) + text[at:]


def _above(text: str, key: int) -> int:
    """Where the comment lines right above a key begin."""
    start = text.rfind("\n", 0, key) + 1
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].startswith("#"):
            break
        start = above
    return start


def _is_block(node: object) -> bool:
    return isinstance(node, Mapping) and not node.flow and bool(node.items)


def _root(text: str) -> Mapping | None:
    try:
        root = read_tree(text)
    except BadYaml:
        return None
    return root if isinstance(root, Mapping) else None


def anchors_of(data: Any) -> dict[str, Any]:
    """The anchors of mappings and lists, up to the end of the deployments, as ruamel.yaml loads them."""
    found: dict[str, Any] = {}
    for key in data:
        found.update((name, node) for name, node in _anchored(data[key]))
        if key == _LISTED:
            break
    return found


def _anchored(node: Any) -> Iterator[tuple[str, Any]]:
    anchor = getattr(node, "anchor", None)
    if anchor is not None and anchor.value and not getattr(node, "merge", None) and isinstance(node, (dict, list)):
        yield anchor.value, node
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for value in values:
        yield from _anchored(value)
