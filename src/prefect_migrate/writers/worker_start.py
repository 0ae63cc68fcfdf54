"""Writer: `prefect agent start` as `prefect worker start`, word by word, for the pool that its queues got."""

from __future__ import annotations

from dataclasses import dataclass, field

from prefect_migrate.commands.edit import delete_option, insert_words, replace_word
from prefect_migrate.commands.quoting import quote
from prefect_migrate.findings import Edit
from prefect_migrate.plan.model import Plan
from prefect_migrate.readers.agents import CommandAgent

#: Options that say the same for a worker.
_KEPT = frozenset({"--work-queue", "--pool", "--run-once", "--prefetch-seconds", "--limit"})
#: Options that can go without a trace.
_DROPPED = frozenset({"--hide-welcome"})
_LOST = {
    "--match": "a worker polls the queues that it is given, or all of its pool; name the queues",
    "--tag": "a worker has no tags, and its -t means the type",
    "--regex": "a worker polls the queues that it is given, or all of its pool; name the queues",
    "--api": "set PREFECT_API_URL for the command instead",
}


@dataclass(slots=True)
class WorkerPlan:
    """Which pools the agent's work went to, and how sure that is.

    `review` tells why a person should look; `obstacles` why nothing can be written.
    """

    pools: list[str] = field(default_factory=list)
    review: str = ""
    obstacles: list[str] = field(default_factory=list)


def plan_worker(plan: Plan, agent: CommandAgent) -> WorkerPlan:
    """The pools of an agent: its own, or those of the deployments of its queues, wherever those stand."""
    result = WorkerPlan()
    result.obstacles = [f"`{o.spelled}`: {_LOST[o.name]}" for o in agent.parsed.options if o.name in _LOST]
    if agent.parsed.unknown:
        result.obstacles.append(f"`{agent.parsed.unknown[0].raw}` is no option of Prefect 2's agent")
    if agent.pool is not None:
        result.pools = [agent.pool.text]
        return result
    _pools_of_queues(plan, agent, result)
    return result


def _pools_of_queues(plan: Plan, agent: CommandAgent, result: WorkerPlan) -> None:
    names = [queue.or_none() for queue in agent.queues] or ["default"]
    unknown = [queue.text for queue in agent.queues if not queue.known]
    for name in names:
        result.pools += [pool for pool in plan.pools_of_queue.get(name or "", []) if pool not in result.pools]
    unknown += [str(name) for name in names if name is not None and name not in plan.pools_of_queue]
    everything = sorted(plan.pools)
    if unknown and not result.pools and len(everything) == 1:
        result.pools = everything
        result.review = f"no deployment in this repository names queue {unknown[0]}; its only work pool was taken"
    elif unknown and not result.pools:
        result.obstacles.append(
            f"no deployment in this repository names queue {unknown[0]}, so its work pool is not known"
        )
    elif unknown:
        result.review = f"no deployment in this repository names queue {unknown[0]}; it may belong to another pool"
    if len(result.pools) > 1:
        result.obstacles.append(
            f"its queues belong to several work pools, each of which needs a worker: {', '.join(result.pools)}"
        )


def worker_edits(agent: CommandAgent, pool: str) -> list[Edit]:
    """Edits of the words.  Raises ValueError when they have no places of their own, or the pool can't be quoted."""
    command, parsed = agent.invocation, agent.parsed
    words = list(command.words)
    group, start = (words.index(word) for word in parsed.path_words)
    edits = [replace_word(command, group, "worker")]
    for option in parsed.options:
        if option.name in _DROPPED:
            edits += delete_option(command, option)
    if agent.pool is None:
        name = quote(pool, command.dialect, enclosing=command.enclosing)
        edits.append(Edit(words[start].end, words[start].end, f" --pool {name}"))
    for word in parsed.positionals:
        edits.append(insert_words(command, words.index(word), ["--work-queue"]))
    return _merged([Edit(edit.start, edit.end, edit.text) for edit in edits])


def _merged(edits: list[Edit]) -> list[Edit]:
    """Insertions at the same place in one edit, in the order in which they were made."""
    result: list[Edit] = []
    for edit in edits:
        same = next((i for i, other in enumerate(result) if (other.start, other.end) == (edit.start, edit.end)), None)
        if same is None:
            result.append(edit)
        else:
            result[same] = Edit(edit.start, edit.end, result[same].text + edit.text)
    return result


def example_commands(agent: CommandAgent, pools: list[str]) -> str:
    """What a person could write: one worker for each pool."""
    queues = " ".join(f"--work-queue {queue.text}" for queue in agent.queues)
    return " and ".join(
        f"`prefect worker start --pool {pool} {queues}`".replace(" `", "`") for pool in pools or ["POOL"]
    )
