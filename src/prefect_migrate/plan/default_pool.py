"""Prefect 2's pool of everything that names none: where its deployments have gone."""

from __future__ import annotations

from collections.abc import Collection

from prefect_migrate.plan.model import Deployment, Plan

#: A server that Prefect 2 has used keeps it with a type that no worker polls.
DEFAULT_POOL = "default-agent-pool"


def pools_after_default(plan: Plan, queues: Collection[str] = ()) -> list[str]:
    """The pools in which the deployments of `queues` are now, of all if there are none; nothing if no deployment tells.

    Whoever names the pool in a command and in no deployment means those that were in it by default.
    """
    moved = [item for item in plan.deployments if item.is_prefect_2 and not _pool_name(item) and item.pool is not None]
    found = [item.pool.name for item in moved if item.pool and (not queues or _queue(item) in queues)]
    if not moved:
        # an earlier run has moved them
        found = [pool for queue in queues for pool in plan.pools_of_queue.get(queue, [])]
        found += [] if queues else [name for name in plan.made_pools if name in plan.pools]
    if DEFAULT_POOL in plan.pools and (not queues or any(_is_in_default(plan, queue) for queue in queues)):
        found.insert(0, DEFAULT_POOL)
    return list(dict.fromkeys(found))


def pool_of_all(plan: Plan) -> str | None:
    """The one pool that every deployment of Prefect 3 names, as after an earlier run; None if there are several."""
    pools = {item.pool.name for item in plan.deployments if item.pool is not None and not item.is_prefect_2}
    return pools.pop() if len(pools) == 1 else None


def _is_in_default(plan: Plan, queue: str) -> bool:
    """Whether a deployment that names the pool itself has the queue."""
    return DEFAULT_POOL in plan.pools_of_queue.get(queue, ())


def _pool_name(deployment: Deployment) -> object:
    name = deployment.work_pool_name
    return None if name is None else name.literal


def _queue(deployment: Deployment) -> str:
    queue = deployment.work_queue_name
    return queue.literal if queue is not None and isinstance(queue.literal, str) else "default"
