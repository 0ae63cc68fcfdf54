from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.hosts.fixes import changes_of, doubts_of, obstacles_of
from prefect_migrate.hosts.sites import HOST_KINDS
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.readers.agents import CommandAgent, mentioned_agents
from prefect_migrate.rules import Example, Rule
from prefect_migrate.writers.worker_examples import example_commands
from prefect_migrate.writers.worker_start import WorkerPlan, is_of_prefect_1, plan_worker, worker_edits

_FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(etl, "nightly", work_queue_name="etl").apply()
"""
_SITES = (("flows.py", _FLOWS),)


class AgentStart(Rule):
    """`prefect agent start` is gone

    Prefect 3 has workers in place of agents, and a worker polls one typed work pool.  The pool is the one that the
    agent names, or the one that the deployments of its queues got, from whichever file of the repository they come
    (an agent of default-agent-pool had those that name no pool).
    It finds agents in scripts, compose files, manifests, images, CI, Terraform, notebooks and Python alike.

    It only reports an agent whose queues no deployment here names, or whose queues went to several pools (each needs
    a worker in a target, unit or container of its own: a worker runs until it is stopped, and one in the background
    would outlive the other), and the options that a worker lacks: `--match`, `--tag` (whose `-t` means the worker's
    type in Prefect 3, so that a mere change of the verb would change what it does) and `--api`.
    """

    code = "PM201"
    name = "agent-start"
    needs_plan = True
    kinds = HOST_KINDS
    examples = (
        Example(
            "agent:\n\tpoetry run prefect agent start -q etl --hide-welcome  # one is enough\n",
            "agent:\n\tpoetry run prefect worker start --pool process-pool -q etl  # one is enough\n",
            path="Makefile",
            others=_SITES,
        ),
        Example(
            "exec prefect agent start --pool 'my pool' \\\n    --limit 4\n",
            "exec prefect worker start --pool 'my pool' \\\n    --limit 4\n",
            path="start.sh",
        ),
        Example(
            "args:\n  - prefect\n  - agent\n  - start\n  - etl  # nightly\n",
            "args:\n  - prefect\n  - worker\n  - start\n  - --pool\n  - process-pool\n  - --work-queue\n"
            "  - etl  # nightly\n",
            path="agent.yaml",
            others=_SITES,
        ),
        Example(
            'CMD ["prefect", "agent", "start", "-q", "etl"]\n',
            'CMD ["prefect", "worker", "start", "--pool", "process-pool", "-q", "etl"]\n',
            path="Dockerfile",
            others=_SITES,
        ),
        Example(
            "```\n$ prefect agent start -p a\n```\n", "```\n$ prefect worker start -p a\n```\n", "a.md", unsafe=True
        ),
        Example("prefect agent start -q nobody-knows\n", path="start.sh"),
        Example("prefect agent start -t production -p pool\n", path="start.sh"),
        Example("# prefect agent start -q etl\nprefect worker start --pool etl\n", path="start.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for agent in mentioned_agents(context.project, context.file):
            history = agent.invocation.context == "text" and was_on_3(context.project, context.config)
            if agent.kind == "agent" and not history:
                yield self._finding(context, agent)

    def _finding(self, context: FileContext, agent: CommandAgent) -> Finding:
        span = (agent.invocation.start, agent.invocation.end)
        message = "`prefect agent start`: Prefect 3 has no agents"
        worker = plan_worker(context.plan, agent, context.config.pool_renames)
        obstacles = [*worker.obstacles, *obstacles_of(agent.invocation)]
        if obstacles:
            step = f"Start a worker for each work pool: {example_commands(context.plan, agent, worker.pools)}."
            if is_of_prefect_1(agent):
                step = "Port its flows to Prefect 3, then start a worker of the work pool that they get."
            return self.finding(context, span, message, step, reason="; ".join(obstacles))
        doubts = [worker.review] if worker.review else doubts_of(context, agent.invocation)
        return self.finding(
            context, span, message, f"Create work pool {worker.pools[0]!r} before you start the worker.",
            fix=_fix(context, agent, worker),
            applicability=Applicability.REVIEW if doubts else Applicability.SAFE,
            reason="; ".join(doubts) or "the pool is known, and every option means the same",
        )  # fmt: skip


def _fix(context: FileContext, agent: CommandAgent, worker: WorkerPlan) -> Fix:
    pool = worker.pools[0]
    return Fix(f"Start a worker of pool {pool}", lambda: changes_of(context, lambda: worker_edits(agent, pool)))
