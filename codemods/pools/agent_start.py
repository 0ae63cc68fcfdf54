from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import COMMAND_DIALECTS
from prefect_migrate.findings import Applicability, CannotFix, Changes, Finding, Fix
from prefect_migrate.readers.agents import CommandAgent
from prefect_migrate.rules import Example, Rule
from prefect_migrate.writers.worker_start import WorkerPlan, example_commands, plan_worker, worker_edits

_FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(etl, "nightly", work_queue_name="etl").apply()
"""


class AgentStart(Rule):
    """`prefect agent start` is gone

    Prefect 3 has workers in place of agents, and a worker polls one typed work pool.  The pool is the one that the
    agent names, or the one that the deployments of its queues got, from whichever file of the repository they come.

    It only reports an agent whose queues no deployment here names, or whose queues went to several pools (each needs
    a worker of its own), and the options that a worker lacks: `--match`, `--tag` (whose `-t` means the worker's type
    in Prefect 3, so that a mere change of the verb would change what it does) and `--api`.
    """

    code = "PM201"
    name = "agent-start"
    needs_plan = True
    kinds = frozenset(COMMAND_DIALECTS)
    examples = (
        Example(
            "agent:\n\tpoetry run prefect agent start -q etl --hide-welcome  # one is enough\n",
            "agent:\n\tpoetry run prefect worker start --pool process-pool -q etl  # one is enough\n",
            path="Makefile",
            others=(("flows.py", _FLOWS),),
        ),
        Example(
            "exec prefect agent start --pool 'my pool' \\\n    --limit 4\n",
            "exec prefect worker start --pool 'my pool' \\\n    --limit 4\n",
            path="start.sh",
        ),
        Example("prefect agent start -q nobody-knows\n", path="start.sh"),
        Example("prefect agent start -t production -p pool\n", path="start.sh"),
        Example("# prefect agent start -q etl\nprefect worker start --pool etl\n", path="start.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for agent in context.plan.agents:
            if isinstance(agent, CommandAgent) and agent.kind == "agent" and agent.site.path == context.path:
                yield self._finding(context, agent)

    def _finding(self, context: FileContext, agent: CommandAgent) -> Finding:
        span = (agent.invocation.start, agent.invocation.end)
        message = "`prefect agent start`: Prefect 3 has no agents"
        worker = plan_worker(context.plan, agent)
        obstacles = [*worker.obstacles, *_obstacles(agent)]
        if obstacles:
            step = f"Start a worker for each work pool, such as {example_commands(agent, worker.pools)}."
            return self.finding(context, span, message, step, reason="; ".join(obstacles))
        fix = Fix(f"Start a worker of pool {worker.pools[0]}", lambda: _changes(agent, worker))
        return self.finding(
            context, span, message, f"Create work pool {worker.pools[0]!r} before you start the worker.", fix=fix,
            applicability=Applicability.REVIEW if worker.review else Applicability.SAFE,
            reason=worker.review or "the pool is known, and every option means the same",
        )  # fmt: skip


def _obstacles(agent: CommandAgent) -> list[str]:
    command = agent.invocation
    if command.context not in ("command", "variable"):
        return [f"the command stands in {'a here-document' if command.context == 'heredoc' else 'a text'}"]
    return [] if command.editable else ["the command stands in a string with escapes"]


def _changes(agent: CommandAgent, worker: WorkerPlan) -> Changes:
    try:
        return Changes(edits=worker_edits(agent, worker.pools[0]))
    except ValueError as error:
        raise CannotFix(str(error)) from error
