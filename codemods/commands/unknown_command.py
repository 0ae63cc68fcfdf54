from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import CommandPath, Tree, load_tree
from prefect_migrate.commands.words import Word
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.hosts.rule import CommandRule, older, spelled_path
from prefect_migrate.names.messages import version
from prefect_migrate.rules import Example

#: What Prefect 3 takes before and behind its sub-command.
_ANYWHERE = frozenset({"--profile", "--prompt", "--no-prompt"})
_SPELLING = re.compile(r"--?[a-z][\w-]*|[a-z][\w-]*")
#: From then on, `work_pool` is `work-pool`.
_TAKES_UNDERSCORES = (3, 9)
_FEW = 8


class UnknownCommand(CommandRule):
    """Prefect has no such command, or no such option

    Neither Prefect 2 nor Prefect 3 has it: it was meant for Prefect 1, or somebody or something made it up.  The CLI
    answers with "Unknown command" or "Unknown option".  Looked up in the commands and options that Prefect 3.8 has, and
    only where something runs: what prose and strings mention is left alone, and so is what a variable may hold.

    It only reports, with what is spelled alike.  What Prefect 2 had and Prefect 3 lacks has rules of its own.
    """

    code = "PM213"
    name = "unknown-command"
    examples = (
        Example("prefect flow test flows.py:etl\n", path="test.sh"),
        Example("deploy:\n\tprefect deploy --all --nonsense\n", path="Makefile"),
        Example("prefect deployment list\n", path="Dockerfile.sh"),
        Example("The `prefect flow test` of our own.\nprefect is what we use\n", path="README.md", clean=True),
        Example("prefect deploy $OPTIONS --all && prefect $COMMAND now\n", path="deploy.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        if command.context != "command":
            return
        now = parse(command, load_tree(3))
        word = next(iter(now.unknown), None)
        if word is None or not _is_written_out(word) or _is_of_prefect_2(word, invocation):
            return
        if word.text.startswith("-"):
            name, kind, known = word.text.partition("=")[0], "option", _options(load_tree(3), now.path)
        elif context.target < _TAKES_UNDERSCORES or "_" not in word.text:
            name, kind, known = word.text, "command", _children(load_tree(3), now.path)
        else:
            return
        yield self._finding(context, word, spelled_path(now), kind, known, name)

    def _finding(
        self, context: FileContext, word: Word, before: str, kind: str, known: list[str], wanted: str
    ) -> Finding:
        deeper = [f"prefect {' '.join(found)}" for found in load_tree(3).commands if found[-1:] == (wanted,)]
        close = [name for name in deeper if name.startswith(before)] or _alike(wanted, known)
        step = "Remove it, or look up what it was meant to be."
        if close:
            step = f"`{close[0]}` may be meant."
        elif 0 < len(known) <= _FEW:
            step = f"It has {_listed(known)}."
        message = f"`{before} {wanted}`: {version(context.target)} has no such {kind}"
        return self.finding(context, (word.start, word.end), message, step, reason="nothing tells what was meant")


def _is_written_out(word: Word) -> bool:
    """Whether a word says itself what it is, and is no placeholder such as `COMMAND` or `<name>`."""
    name = word.text.partition("=")[0]
    return bool(_SPELLING.fullmatch(name)) and name not in _ANYWHERE and word.parts[0].text.startswith(name)


def _is_of_prefect_2(word: Word, before: Invocation) -> bool:
    """Whether Prefect 2 knew it, or knew the command before it and nothing is known of what follows."""
    if word.text.startswith("-"):
        return word not in before.unknown or load_tree(3).resolve(before.path) is None
    return word in before.path_words or word not in before.unknown or bool(older(before))


def _children(tree: Tree, path: CommandPath) -> list[str]:
    return sorted({found[len(path)] for found in tree.commands if len(found) == len(path) + 1 and found[:-1] == path})


def _options(tree: Tree, path: CommandPath) -> list[str]:
    return [name for name in tree.commands[path].options if re.fullmatch("--(?!no-|empty-)[a-z-]+", name)]


def _alike(wanted: str, known: list[str]) -> list[str]:
    return ["ls"] if wanted == "list" and "ls" in known else get_close_matches(wanted, known, 1, 0.7)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
