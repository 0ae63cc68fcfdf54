"""Agents that stay where the Prefect that they are started from would go."""

from __future__ import annotations

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import DOCKERFILE, JSON, TERRAFORM, YAML
from prefect_migrate.readers.agents import mentioned_agents
from prefect_migrate.writers.worker_start import plan_worker

#: The kinds of files whose images run the commands beside them.
WITH_IMAGES = frozenset({DOCKERFILE, YAML, TERRAFORM, JSON})


def kept_agent(context: FileContext) -> str:
    """An agent in the same file that no safe fix replaces, and that no Prefect 3 could start."""
    for agent in mentioned_agents(context.project, context.file) if context.file.kind in WITH_IMAGES else ():
        runs = agent.kind == "agent" and agent.invocation.context not in ("text", "comment")
        worker = plan_worker(context.plan, agent, context.config.pool_renames) if runs else None
        if worker is not None and (worker.obstacles or worker.review or not agent.invocation.editable):
            return f"line {agent.site.line} starts an agent, which Prefect 3 has not, and needs a look first"
    return ""
