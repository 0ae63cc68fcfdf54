"""What other programs may import: the scan of a directory as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect_migrate.config import load_config, parse_target


def scan_inventory(root: Path, target: str | None = None) -> dict[str, Any]:
    """The inventory part of `scan --format json`, and beside it what only `verify` asks for.

    `documents` is what the code says about block documents, `agent_pools` the pools that it names in Prefect 2 and that
    become others.

    Raises ConfigError.
    """
    from prefect_migrate.plan.documents import documents
    from prefect_migrate.plan.pools import agent_pools
    from prefect_migrate.project import Project
    from prefect_migrate.reports.json import inventory
    from prefect_migrate.scan import scan

    config = load_config(root).override(target=parse_target(target) if target else None)
    plan = scan(Project(root, exclude=config.exclude), config).plan
    return {**inventory(plan), "documents": documents(plan), "agent_pools": agent_pools(plan)}
