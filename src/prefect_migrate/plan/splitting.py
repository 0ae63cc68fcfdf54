"""Split a pool of agents, which takes any block, into the typed pools that its deployments need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.model import Block, Deployment
from prefect_migrate.readers.names import INFRASTRUCTURE


def type_of(block: Block | None) -> str:
    """The type of work pool that does what a block did; Prefect 2's default is a process."""
    return INFRASTRUCTURE.get(block.cls, "process") if block else "process"


def document_of(block: Block | None) -> str | None:
    """The document that a block is loaded from, as code."""
    return block.document.text if block is not None and block.loaded and block.document else None


def canonical(value: Any) -> str:
    """Equal for equal values."""
    return json.dumps(value, sort_keys=True, default=repr)


def parts_of(name: str, group: list[Deployment]) -> Iterator[tuple[str, list[Deployment]]]:
    """(pool, deployments): the pool as it is named if one will do, else one for each type, document and template.

    A pool of agents has no type of its own: each deployment brought its infrastructure along.
    """
    parts: dict[tuple[str, str | None, str], list[Deployment]] = {}
    for deployment in group:
        parts.setdefault(_needs(deployment.infrastructure), []).append(deployment)
    taken: set[str] = set()
    for part in parts.values():
        block = part[0].infrastructure
        new = name if len(parts) == 1 else _free(f"{name}-{_label(block)}", taken)
        taken.add(new)
        yield new, part


def _needs(block: Block | None) -> tuple[str, str | None, str]:
    return type_of(block), document_of(block), canonical(settings_of(block).template or None) if block else "null"


def _label(block: Block | None) -> str:
    name = block.document.or_none() if block is not None and block.loaded and block.document else None
    return str(name or type_of(block))


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while (f"{name}-{number}" if number > 1 else name) in taken:
        number += 1
    return f"{name}-{number}" if number > 1 else name
