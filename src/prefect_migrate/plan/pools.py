"""Work pools: which typed pool each deployment gets, and what stands in the pool's base job template."""

from __future__ import annotations

import json
from typing import Any

from prefect_migrate.config import Config
from prefect_migrate.plan.infrastructure import BlockSettings, settings_of
from prefect_migrate.plan.model import Block, Deployment, Plan, WorkPool
from prefect_migrate.readers.names import INFRASTRUCTURE


def assign_pools(plan: Plan, config: Config) -> None:
    """Give every deployment its pool; deployments of Prefect 3 keep the one that they name."""
    for deployment in plan.deployments:
        if deployment.is_prefect_2:
            _assign(plan, config, deployment)
        elif deployment.work_pool_name is not None and isinstance(deployment.work_pool_name.literal, str):
            name = deployment.work_pool_name.literal
            deployment.pool = plan.pools.setdefault(name, WorkPool(name, "", ours=False))
        _note_queue(plan, deployment)


def _assign(plan: Plan, config: Config, deployment: Deployment) -> None:
    block = deployment.infrastructure
    settings = settings_of(block) if block else BlockSettings()
    pool_type = INFRASTRUCTURE[block.cls] if block else "process"
    explicit = deployment.work_pool_name
    if explicit is not None and explicit.literal is not None:
        if not isinstance(explicit.literal, str):
            return
        name = config.pool_renames.get(explicit.literal, explicit.literal)
        pool = plan.pools.get(name)
        if pool is None:
            ours = block is not None
            pool = plan.pools[name] = WorkPool(name, config.pool_types.get(name, pool_type if ours else ""), ours=ours)
            _fill(pool, block, settings)
    else:
        pool = _default_pool(plan, config, pool_type, block, settings)
    deployment.pool = pool


def _default_pool(plan: Plan, config: Config, pool_type: str, block: Block | None, settings: BlockSettings) -> WorkPool:
    """The repository's pool for a block: named after the block's document, else after its type; a number for each
    further block of that type that differs."""
    document = block.document.literal if block and block.document and block.document.known else None
    base = str(document or config.pool_defaults.get(pool_type, f"{pool_type}-pool"))
    base = config.pool_renames.get(base, base)
    identity = _identity(settings, block)
    number = 1
    while True:
        name = base if number == 1 else f"{base}-{number}"
        pool = plan.pools.get(name)
        if pool is None:
            pool = plan.pools[name] = WorkPool(name, pool_type)
            _fill(pool, block, settings)
            return pool
        if pool.type == pool_type and _identity_of_pool(pool) == identity:
            return pool
        number += 1


def _fill(pool: WorkPool, block: Block | None, settings: BlockSettings) -> None:
    pool.block = block
    pool.variables = settings.variables
    pool.template = settings.template or None
    pool.lost = settings.lost


def _identity(settings: BlockSettings, block: Block | None) -> str:
    loaded = block.document.text if block and block.loaded and block.document else None
    return _canonical([settings.variables, settings.template or None, loaded])


def _identity_of_pool(pool: WorkPool) -> str:
    block = pool.block
    loaded = block.document.text if block and block.loaded and block.document else None
    return _canonical([pool.variables, pool.template, loaded])


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _note_queue(plan: Plan, deployment: Deployment) -> None:
    pool, queue = deployment.pool, deployment.work_queue_name
    if pool is None:
        return
    name = queue.literal if queue is not None and isinstance(queue.literal, str) else None
    if name and name != "default":
        pool.queues.setdefault(name, None)
    found = plan.pools_of_queue.setdefault(name or "default", [])
    if pool.name not in found:
        found.append(pool.name)
