"""The block documents that the manifests of `prefect deployment build` name, with the fields that the manifests repeat.

`prefect deployment apply` loads them from its server, those that Prefect 2 had saved without a name as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from prefect_migrate.plan.documents import is_secret

_ROLES = ("infrastructure", "storage")
_NOT_FIELDS = frozenset({"type", "block_type_slug"})


def manifest_blocks(root: Path) -> Iterator[tuple[str, str, dict[str, Any], list[str]]]:
    """(slug, name, fields, those left out as secrets) of each document that a manifest below a folder names.

    Another document in a field is its reference, as in a work pool's template.
    """
    for path in sorted(root.rglob("*")):
        if path.suffix in (".yaml", ".yml") and path.is_file():
            text = path.read_text("utf-8", "replace")
            if "_block_document_name" in text:
                yield from _in_manifest(text)


def _in_manifest(text: str) -> Iterator[tuple[str, str, dict[str, Any], list[str]]]:
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return
    blocks = [data.get(role) for role in _ROLES] if isinstance(data, dict) else []
    for block in blocks:
        if isinstance(block, dict):
            name, slug = block.get("_block_document_name"), block.get("_block_type_slug")
            if isinstance(name, str) and isinstance(slug, str):
                given = {str(key): _reference(value) or value for key, value in block.items() if _is_field(key, value)}
                fields = {key: value for key, value in given.items() if _reference(block[key]) or _is_plain(key, value)}
                yield slug, name, fields, [key for key in given if key not in fields]


def _is_field(key: Any, value: Any) -> bool:
    return not str(key).startswith("_") and key not in _NOT_FIELDS and value is not None


def _is_plain(key: str, value: Any) -> bool:
    return not is_secret({key: value})


def _reference(value: Any) -> str | None:
    """What names the document that a field of another one holds."""
    if not isinstance(value, dict) or not isinstance(value.get("_block_document_name"), str):
        return None
    slug = value.get("_block_type_slug") or value.get("block_type_slug")
    return f"{{{{ prefect.blocks.{slug}.{value['_block_document_name']} }}}}"
