"""Whether something that the repository starts still picks up the runs of a deployment."""

from __future__ import annotations

from typing import Any

from prefect_migrate.verify.job import AGENT_POOL
from prefect_migrate.verify.model import MISSING, Difference
from prefect_migrate.verify.records import Record

_DEFAULT_QUEUE = "default"


def not_picked_up(
    before: Record, after: Record, inventory2: dict[str, Any], inventory3: dict[str, Any]
) -> Difference | None:
    """A difference if an agent of the repository served the deployment in Prefect 2 and none of its workers does now.

    A repository that starts nothing any more may do so elsewhere; about that nothing is said.
    """
    agents = [agent for agent in inventory2.get("agents", []) if _agent_serves(agent, before)]
    others = inventory3.get("agents", [])
    if not agents or not others or any(_worker_serves(worker, after) for worker in others):
        return None
    left = [agent for agent in others if agent.get("kind") == "agent"]
    # Prefect 3 has no such command: a person has to say which workers take its place.
    new = f"nothing: Prefect 3 has no agents, and {_place(left[0])} is still there" if left else MISSING
    return Difference("picked up by", _place(agents[0]), new)


def _place(agent: dict[str, Any]) -> str:
    return f"{agent.get('command')} ({agent.get('path')}:{agent.get('line')})"


def _agent_serves(agent: dict[str, Any], record: Record) -> bool:
    if agent.get("kind") != "agent" or (record.pool or {}).get("type") not in (None, AGENT_POOL):
        return False
    pool = agent.get("work_pool")
    return _queue_of(record) in agent.get("work_queues", []) or (
        pool is not None and pool == record.deployment.get("work_pool_name")
    )


def _worker_serves(worker: dict[str, Any], record: Record) -> bool:
    """Whether a worker does; one whose pool only its environment knows is given the benefit of the doubt."""
    if worker.get("kind") != "worker":
        return False
    pool, queues = worker.get("work_pool"), worker.get("work_queues") or []
    if pool is None:
        return True
    return bool(pool == record.deployment.get("work_pool_name")) and (not queues or _queue_of(record) in queues)


def _queue_of(record: Record) -> str:
    return str(record.deployment.get("work_queue_name") or _DEFAULT_QUEUE)
