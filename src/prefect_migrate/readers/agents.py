"""Reader: agents of Prefect 2, and workers of Prefect 3, that any kind of file starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.commands.words import Word
from prefect_migrate.findings import place_of
from prefect_migrate.hosts.sites import read_sites, text_of
from prefect_migrate.plan.model import UNKNOWN, Agent, Site, Value
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.source.text import SourceText

AGENT_START = ("agent", "start")
WORKER_START = ("worker", "start")


@dataclass(slots=True)
class CommandAgent(Agent):
    """An agent together with the command that starts it."""

    invocation: Command = field(kw_only=True)
    parsed: Invocation = field(kw_only=True)


def read_agents(project: Project, file: ProjectFile) -> Iterator[CommandAgent]:
    """The agents and workers that a file starts, those that it only talks about left out."""
    for agent in mentioned_agents(project, file):
        if agent.invocation.context != "text":
            yield agent


def mentioned_agents(project: Project, file: ProjectFile) -> Iterator[CommandAgent]:
    """Those that a text or a string talks about, too."""
    for command in read_sites(project, file):
        agent = _agent(project, file, command)
        if agent is not None:
            yield agent


def _agent(project: Project, file: ProjectFile, command: Command) -> CommandAgent | None:
    parsed = parse(command, load_tree(2))
    kind: Literal["agent", "worker"] = "agent"
    if parsed.path != AGENT_START:
        parsed, kind = parse(command, load_tree(3)), "worker"
    if parsed.path not in (AGENT_START, WORKER_START):
        return None
    text = text_of(project, file)
    if text is None:
        return None
    pool = parsed.last("--pool")
    return CommandAgent(
        _site(file.path, text, command),
        text.text[command.start : command.end],
        queues=[value_of_word(word) for word in queue_words(parsed)],
        pool=value_of_word(pool.value) if pool and pool.value else None,
        kind=kind,
        invocation=command,
        parsed=parsed,
    )


def _site(path: str, text: SourceText, command: Command) -> Site:
    return Site(path, place_of(text, command.start, command.end))


def queue_words(parsed: Invocation) -> list[Word]:
    """The words that name work queues: `-q` as often as it is given, and the positional one."""
    options = [option.value for option in parsed.all("--work-queue") if option.value is not None]
    return [*options, *parsed.positionals]


def value_of_word(word: Word) -> Value:
    """A word's text, known unless it holds a variable."""
    return Value(word.raw, UNKNOWN if word.dynamic else word.text)
