"""Somebody must still pick up the runs."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.served import not_picked_up
from tests.verify.records import after, before

AGENT = {
    "kind": "agent",
    "command": "prefect agent start -q etl",
    "work_queues": ["etl"],
    "work_pool": None,
    "path": "Makefile",
    "line": 3,
}


def worker(pool: str | None, *queues: str) -> dict[str, Any]:
    return {"kind": "worker", "command": "prefect worker start", "work_queues": list(queues), "work_pool": pool}


@pytest.mark.parametrize(
    ("agents", "workers", "served"),
    [
        ([AGENT], [worker("process-pool")], True),
        ([AGENT], [worker("process-pool", "etl")], True),
        ([AGENT], [worker(None)], True),
        ([AGENT], [worker("other-pool")], False),
        ([AGENT], [worker("process-pool", "default")], False),
        ([AGENT], [AGENT], False),
        ([AGENT], [], True),
        ([], [worker("other-pool")], True),
        ([{**AGENT, "work_queues": ["other"]}], [worker("other-pool")], True),
        ([{**AGENT, "work_queues": [], "work_pool": "default-agent-pool"}], [worker("other-pool")], False),
    ],
)
def test_served(agents: list[Any], workers: list[Any], served: bool) -> None:
    found = not_picked_up(before(), after(), {"agents": agents}, {"agents": workers})
    assert (found is None) == served
    if found is not None:
        agent = "prefect agent start -q etl (Makefile:3)"
        left = f"'nothing: Prefect 3 has no agents, and {agent} is still there'"
        assert str(found) == f"picked up by: '{agent}' -> {left if AGENT in workers else 'nothing'}"
