from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, Option
from prefect_migrate.commands.quoting import quote
from prefect_migrate.commands.words import Word
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit, Finding
from prefect_migrate.hosts.edit import replace_value, replace_word, spell
from prefect_migrate.hosts.rule import CommandRule, spelled_path
from prefect_migrate.plan.default_pool import DEFAULT_POOL, pools_after_default
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
#: What is told to a pool; who creates or deletes one knows which.
_OF_POOLS = frozenset(
    ("work-pool", verb) for verb in ("set-concurrency-limit", "clear-concurrency-limit", "pause", "resume", "update")
)


class DefaultPool(CommandRule):
    """A command names the pool that the deployments have left

    In Prefect 2 all deployments that name no work pool are in default-agent-pool, whose type no worker polls.  They
    get a typed pool, and the commands that limit, pause or fill the old one follow them; Prefect 3 would find no such
    pool, or change one in which nothing happens.  It only reports commands whose deployments went to several pools.
    """

    code = "PM204"
    name = "default-agent-pool"
    needs_plan = True
    examples = (
        Example(
            "prefect work-pool set-concurrency-limit 'default-agent-pool' 1\n",
            "prefect work-pool set-concurrency-limit 'process-pool' 1\n",
            path="queues.sh",
            others=_SITES,
        ),
        Example(
            "prefect work-queue create etl --pool default-agent-pool\n",
            "prefect work-queue create etl --pool process-pool\n",
            path="queues.sh",
            others=_SITES,
        ),
        Example("prefect work-pool pause default-agent-pool\n", path="queues.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        word, option = _named(invocation)
        if word is None or word.value != DEFAULT_POOL:
            return
        queues = [queue.text for queue in invocation.positionals] if option is not None else []
        pools = pools_after_default(context.plan, queues)
        if not pools or DEFAULT_POOL in pools:
            return
        yield self.rewritten(
            context, command, f"`{spelled_path(invocation)}`: the deployments of {DEFAULT_POOL} have another work pool",
            f"Name {' or '.join(map(quote, pools))}, where they are now.", title=f"Name work pool {pools[0]}",
            make=lambda: [_renamed(command, option, word, pools[0])],
            obstacles=[f"they belong to several work pools: {', '.join(pools)}"] if len(pools) > 1 else [],
            reason="they got this pool",
        )  # fmt: skip


def _named(invocation: Invocation) -> tuple[Word | None, Option | None]:
    """The word that names a pool, and the option that has it."""
    if invocation.path in _OF_POOLS:
        return next(iter(invocation.positionals), None), None
    option = invocation.last("--pool") if invocation.path[:1] == ("work-queue",) else None
    return (None if option is None else option.value), option


def _renamed(command: Command, option: Option | None, word: Word, pool: str) -> Edit:
    if option is not None:
        return replace_value(command, option, spell(command, pool, word))
    return replace_word(command, command.words.index(word), pool)
