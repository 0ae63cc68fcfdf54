from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.commands.quoting import quote
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit, Finding
from prefect_migrate.hosts.edit import insert_words, spell
from prefect_migrate.hosts.rule import CommandRule, spelled_path
from prefect_migrate.plan.model import Plan
from prefect_migrate.rules import Example

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
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


class WorkQueuePool(CommandRule):
    """A work queue is named without its work pool

    Without `--pool` Prefect 2 meant the queue that agents poll.  Prefect 3 still puts such a queue into the pool
    default-agent-pool, whose type no worker can poll, and says nothing: the queue fills up.  The pool is the one that
    the deployments of the queue got.  It only reports queues that no deployment here names, or several pools have.
    """

    code = "PM202"
    name = "work-queue-pool"
    needs_plan = True
    examples = (
        Example(
            "prefect work-queue create etl --limit 2\n",
            "prefect work-queue create etl --limit 2 --pool process-pool\n",
            path="queues.sh",
            others=_SITES,
        ),
        Example(
            '!prefect work-queue set-concurrency-limit "etl" 1\n',
            '!prefect work-queue set-concurrency-limit "etl" 1 --pool process-pool\n',
            path="queues.sh",
            others=_SITES,
        ),
        Example("prefect work-queue create nobody-knows\n", path="queues.sh"),
        Example("prefect work-queue create etl -p pool; prefect work-queue ls\n", path="queues.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        if invocation.path[:1] != ("work-queue",) or not invocation.positionals or invocation.last("--pool"):
            return
        queue = invocation.positionals[0]
        if _ID.fullmatch(queue.text.lower()):
            return
        pools, doubts, obstacles = _pools(context.plan, queue.value, queue.raw)
        if invocation.last("--tag") is not None:
            obstacles.append("the queue finds its runs by tags")
        yield self.rewritten(
            context, command, f"`{spelled_path(invocation)}`: the queue's work pool is not named",
            "Add " + " or ".join(f"`--pool {quote(pool)}`" for pool in pools or ["POOL"]) + "; the pool must be there.",
            title=f"Name work pool {pools[0] if pools else ''}",
            make=lambda: _edits(command, pools[0]), obstacles=obstacles, doubts=doubts,
            reason="the deployments of the queue got this pool",
        )  # fmt: skip


def _pools(plan: Plan, queue: str | None, raw: str) -> tuple[list[str], list[str], list[str]]:
    """The pools that the queue may belong to, the doubts about that, and why none can be chosen."""
    pools = plan.pools_of_queue.get(queue, []) if queue is not None else []
    if len(pools) == 1:
        return list(pools), [], []
    if pools:
        return list(pools), [], [f"queue {raw} belongs to several work pools: {', '.join(pools)}"]
    unknown = f"no deployment in this repository names queue {raw}"
    if len(plan.pools) == 1:
        return [*plan.pools], [f"{unknown}; its only work pool was taken"], []
    return sorted(plan.pools), [], [f"{unknown}, so its work pool is not known"]


def _edits(command: Command, pool: str) -> list[Edit]:
    return insert_words(command, len(command.words), [spell(command, "--pool"), spell(command, pool)])
