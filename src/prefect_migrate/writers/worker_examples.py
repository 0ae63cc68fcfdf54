"""The commands that a person could write in place of an agent of which nothing sure can be made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect_migrate.commands.quoting import quote
from prefect_migrate.commands.words import Word
from prefect_migrate.plan.model import Plan, Value
from prefect_migrate.readers.agents import CommandAgent

#: Options that say the same for a worker.
_KEPT = ("--limit", "--prefetch-seconds", "--run-once")


def matching_queues(plan: Plan, agent: CommandAgent) -> list[str]:
    """The queues of this repository's deployments that `--match` or `--regex` means."""
    prefixes = _values(agent, "--match")
    patterns = _values(agent, "--regex")
    return [
        queue
        for queue in sorted(plan.pools_of_queue)
        if any(queue.startswith(prefix) for prefix in prefixes) or any(_matches(pattern, queue) for pattern in patterns)
    ]


def _values(agent: CommandAgent, name: str) -> list[str]:
    words = [option.value for option in agent.parsed.all(name)]
    return [word.text for word in words if word is not None and not word.dynamic]


def _matches(pattern: str, queue: str) -> bool:
    try:
        return re.match(pattern, queue) is not None
    except re.error:
        return False


def example_commands(plan: Plan, agent: CommandAgent, pools: Sequence[str]) -> str:
    """One worker for each pool, with the queues that belong to it."""
    return " and ".join(f"`{_command(plan, agent, pool)}`" for pool in pools or ["POOL"])


def _command(plan: Plan, agent: CommandAgent, pool: str) -> str:
    words = ["prefect", "worker", "start", "--pool", _spelled(pool) if pool != "POOL" else pool]
    for queue in [queue for queue in _told(agent) if not queue.known or _belongs(plan, str(queue.literal), pool)]:
        words += ["--work-queue", _spelled(queue.literal) if queue.known else queue.text]
    if not _told(agent):
        for name in matching_queues(plan, agent):
            words += ["--work-queue", _spelled(name)] if _belongs(plan, name, pool) else []
    for option in agent.parsed.options:
        if option.name in _KEPT:
            words += [option.spelled, *([_spelled_word(option.value)] if option.value else [])]
    api = agent.parsed.last("--api")
    before = [f"PREFECT_API_URL={_spelled_word(api.value)}"] if api and api.value else []
    return " ".join([*before, *words])


def _told(agent: CommandAgent) -> list[Value]:
    """Its queues; behind a mention in a sentence the words may be those of the sentence."""
    in_sentence = agent.invocation.context == "text" and len(agent.parsed.positionals) > 1
    return agent.queues[: -len(agent.parsed.positionals)] if in_sentence else agent.queues


def _belongs(plan: Plan, queue: str, pool: str) -> bool:
    known = plan.pools_of_queue.get(queue)
    return known is None or pool in known or pool == "POOL"


def _spelled_word(word: Word) -> str:
    return word.raw if word.dynamic else _spelled(word.text)


def _spelled(value: object) -> str:
    return quote(str(value))
