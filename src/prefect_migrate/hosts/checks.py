"""What must still hold after an edit: the file says the same around it, to those who parse it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from prefect_migrate.discovery import kinds
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar, Table
from prefect_migrate.hosts.yaml_files import UnreadableYaml, read_yaml

_YAML = frozenset({kinds.YAML, kinds.PREFECT_YAML})
_JSON = frozenset({kinds.JSON, kinds.NOTEBOOK})


def still_loads(kind: str, before: str, after: str) -> bool:
    """Whether a file that could be parsed still can, with the same keys in the same places."""
    if kind in _YAML:
        return _same(_yaml_keys(before), _yaml_keys(after))
    if kind in _JSON:
        return _same(_json_keys(before), _json_keys(after))
    return True


def _same(before: list[str] | None, after: list[str] | None) -> bool:
    return before is None or before == after


def _yaml_keys(text: str) -> list[str] | None:
    try:
        return [key for node in read_yaml(text) for key in _keys(node)]
    except UnreadableYaml:
        return None


def _keys(node: Node) -> Iterator[str]:
    """The keys of all tables, and the kind of each value that is no list."""
    if isinstance(node, Table):
        for key, value in node.pairs:
            yield key
            yield from _keys(value)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from () if isinstance(item, (Scalar, Expression)) else _keys(item)


def _json_keys(text: str) -> list[str] | None:
    keys: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys.extend(key for key, _ in pairs)
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=note)
    except ValueError:
        return None
    return keys
