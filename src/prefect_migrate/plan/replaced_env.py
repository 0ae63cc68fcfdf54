"""Overrides that take the place of all of a block's environment: `infra_overrides={"env": {...}}`.

Prefect 2 put them there instead of what the block had; Prefect 3 adds them to what the work pool has.  So the pool of
such a deployment has none.
"""

from __future__ import annotations

from dataclasses import replace

from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.template_overrides import given_overrides


def drop_replaced_env(plan: Plan) -> None:
    """Take the environment from blocks of deployments that replace it anyway."""
    for deployment in plan.deployments:
        block = deployment.infrastructure
        if not deployment.is_prefect_2 or block is None or block.loaded or "env" not in block.fields:
            continue
        if "env" in given_overrides(deployment):
            fields = {name: value for name, value in block.fields.items() if name != "env"}
            deployment.infrastructure = replace(block, fields=fields)
