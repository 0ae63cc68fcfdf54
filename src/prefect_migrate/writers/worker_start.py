"""Writer: `prefect agent start` as `prefect worker start`, word by word, for the pool that its queues got."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from prefect_migrate.findings import Edit
from prefect_migrate.hosts.edit import delete_option, insert_words, replace_value, replace_word, spell
from prefect_migrate.plan.default_pool import DEFAULT_POOL, pool_of_all, pools_after_default
from prefect_migrate.plan.model import Plan
from prefect_migrate.readers.agents import CommandAgent
from prefect_migrate.writers.worker_examples import matching_queues

#: Options that can go without a trace.
_DROPPED = frozenset({"--hide-welcome"})
_LOST = {
    "--match": "a worker polls the queues that it is given, or all of its pool; name the queues",
    "--tag": "a worker has no tags, and its -t means the type",
    "--regex": "a worker polls the queues that it is given, or all of its pool; name the queues",
    "--api": "set PREFECT_API_URL for the command instead",
}
_KINDS_OF_PREFECT_1 = frozenset({"local", "docker", "kubernetes", "ecs", "vertex"})
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass(slots=True)
class WorkerPlan:
    """Which pools the agent's work went to, and how sure that is.

    `review` tells why a person should look; `obstacles` why nothing can be written.
    """

    pools: list[str] = field(default_factory=list)
    review: str = ""
    obstacles: list[str] = field(default_factory=list)


def plan_worker(plan: Plan, agent: CommandAgent, renames: Mapping[str, str] | None = None) -> WorkerPlan:
    """The pools of an agent: its own, or those of the deployments of its queues, wherever those stand."""
    result = WorkerPlan(obstacles=_obstacles(agent))
    if is_of_prefect_1(agent):
        return result
    if agent.pool is not None:
        _own_pool(plan, agent, result, renames or {})
    else:
        _pools_of_queues(plan, agent, result)
    return result


def is_of_prefect_1(agent: CommandAgent) -> bool:
    """`prefect agent local start`, which was no agent of Prefect 2."""
    return bool(agent.parsed.unknown) and agent.parsed.unknown[0].text in _KINDS_OF_PREFECT_1


def _obstacles(agent: CommandAgent) -> list[str]:
    """What a worker can't be told, or what can't be read."""
    parsed = agent.parsed
    found = [f"`{option.spelled}`: {_LOST[option.name]}" for option in parsed.options if option.name in _LOST]
    if is_of_prefect_1(agent):
        return [f"`prefect agent {parsed.unknown[0].text} start` is from Prefect 1"]
    if parsed.unknown:
        found.append(f"`{parsed.unknown[0].raw}` is no option of Prefect 2's agent")
    for word in parsed.positionals:
        splits = word.splits and not word.raw.startswith(("<", "["))  # a placeholder in a document
        if splits or "option" in word.text.lower().strip("<[]>s").split() or "$@" in word.text or "$*" in word.text:
            found.append(f"`{word.raw}` may hold options")
        elif _ID.fullmatch(word.text.lower()):
            found.append(f"`{word.raw}` is a queue's id; a worker wants its name")
    return found


def _own_pool(plan: Plan, agent: CommandAgent, result: WorkerPlan, renames: Mapping[str, str]) -> None:
    assert agent.pool is not None
    name = agent.pool.or_none()
    split = plan.split_pools.get(renames.get(name, name)) if name is not None else None
    if split:
        result.pools = list(split)
        result.obstacles.append(
            f"its work pool becomes several, each of which needs a worker: {', '.join(result.pools)}"
        )
        return
    result.pools = [renames.get(name, name) if name is not None else agent.pool.text]
    if result.pools == [DEFAULT_POOL]:
        _default_pool(plan, agent, result)


def _default_pool(plan: Plan, agent: CommandAgent, result: WorkerPlan) -> None:
    """An agent of the pool of all that names none: its work is where those deployments are now."""
    queues = [queue.or_none() for queue in agent.queues]
    result.pools = pools_after_default(plan, [str(queue) for queue in queues if queue is not None]) or [DEFAULT_POOL]
    only = pool_of_all(plan) if result.pools == [DEFAULT_POOL] and not queues else None
    if only is not None and DEFAULT_POOL not in plan.pools:
        result.pools, result.review = [only], f"no deployment is in {DEFAULT_POOL}: those that tell are in this pool"
    elif result.pools == [DEFAULT_POOL]:
        result.review = "where Prefect 2 made this pool it is of type prefect-agent, which no worker polls"
    elif len(result.pools) > 1:
        result.obstacles.append(
            f"the deployments of {DEFAULT_POOL} belong to several work pools now, each of which needs a worker: "
            f"{', '.join(result.pools)}"
        )
    elif None in queues:
        result.review = "which queues it polls is only known when it runs"


def _pools_of_queues(plan: Plan, agent: CommandAgent, result: WorkerPlan) -> None:
    names = [queue.or_none() for queue in agent.queues] or matching_queues(plan, agent)
    if not names and not any(agent.parsed.last(option) for option in ("--match", "--regex", "--tag")):
        names = ["default"]
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
    without = sorted(plan.queues_of_unknown_pools.intersection(filter(None, names)))
    if without and not result.review:
        result.review = f"nothing here tells in what work pool a deployment of queue {without[0]} runs"
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
    given = parsed.last("--pool")
    if agent.pool is None:
        edits += insert_words(command, start + 1, [spell(command, "--pool"), spell(command, pool)])
    elif given and given.value and agent.pool.known and agent.pool.literal != pool:
        edits.append(replace_value(command, given, spell(command, pool, given.value)))
    for word in parsed.positionals:
        edits += insert_words(command, words.index(word), [spell(command, "--work-queue")])
    for option in parsed.options:
        if option.name in _DROPPED:
            edits += delete_option(command, option)
    return edits
