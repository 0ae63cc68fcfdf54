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


def manifest_blocks(root: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(slug, name, fields) of each document that a manifest below a folder names; secrets are left out."""
    for path in sorted(root.rglob("*")):
        if path.suffix in (".yaml", ".yml") and path.is_file():
            text = path.read_text("utf-8", "replace")
            if "_block_document_name" in text:
                yield from _in_manifest(text)


def _in_manifest(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return
    blocks = [data.get(role) for role in _ROLES] if isinstance(data, dict) else []
    for block in blocks:
        if isinstance(block, dict):
            name, slug = block.get("_block_document_name"), block.get("_block_type_slug")
            if isinstance(name, str) and isinstance(slug, str):
                yield slug, name, {key: value for key, value in block.items() if _is_field(str(key), value)}


def _is_field(key: str, value: Any) -> bool:
    return not key.startswith("_") and key not in _NOT_FIELDS and value is not None and not is_secret({key: value})
