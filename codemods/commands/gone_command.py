from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.commands.tree import CommandPath, load_tree
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.hosts.rule import CommandRule, older, spelled_path
from prefect_migrate.rules import Example

#: Commands that rules of their own take care of.
_ELSEWHERE: frozenset[CommandPath] = frozenset(
    {
        ("agent", "start"), ("cloud", "open"), ("deployment", "apply"), ("deployment", "build"),
        ("deployment", "pause-schedule"), ("deployment", "resume-schedule"), ("deployment", "set-schedule"),
        ("project", "init"),
    }
)  # fmt: skip


class GoneCommand(CommandRule):
    """A command is gone

    Prefect 3's CLI answers with "Unknown command" and exit code 2, so a script that calls one of these stops there.
    The list is the difference between the commands of both versions; what to do instead is said for each.  Commands
    of which something sure can be made have rules of their own.
    """

    code = "PM211"
    name = "gone-command"
    examples = (
        Example("prefect kubernetes manifest agent -q etl | kubectl apply -f -\n", path="deploy.sh"),
        Example(
            "jobs:\n  build:\n    steps:\n      - run: prefect project register-flow flows.py:etl\n", path="ci.yml"
        ),
        Example("prefect deployment create flows.py\n", path="deploy.sh"),
        Example("prefect storage create\n", path="deploy.sh"),
        Example("prefect deployment run etl/nightly && prefect agent start -q etl\n", path="run.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        path = invocation.path
        if not path and command.context == "command" and (name := older(invocation)):
            yield self.finding(
                context,
                (command.start, command.end),
                f"`prefect {name}`: Prefect 3 has no such command",
                "Remove it, or do what it did with Prefect 3's own commands.",
                reason="it is from Prefect 1 or from the betas of Prefect 2",
            )
        if not is_gone(path) or path in _ELSEWHERE or path[:1] == ("orion",):
            return
        if path in load_tree(2).groups and command.context == "text":
            return
        mention = "; a text mentions it, nothing here runs it" if command.context == "text" else ""
        yield self.finding(
            context,
            (command.start, command.end),
            f"`{spelled_path(invocation)}`: Prefect 3 has no such command",
            advice(path),
            reason=f"nothing that Prefect 3 has does the same{mention}",
        )


def is_gone(path: CommandPath) -> bool:
    """Whether Prefect 3 lacks a command of Prefect 2."""
    return bool(path) and load_tree(3).resolve(path) is None


def advice(path: CommandPath) -> str:
    """What to do instead of a command, or of the group that it belongs to."""
    known = _advice()
    paths = (" ".join(path[:length]) for length in range(len(path), 0, -1))
    return next((known[name] for name in paths if name in known), "Remove it.")


@cache
def _advice() -> dict[str, str]:
    advice: dict[str, str] = json.loads(Path(__file__).with_name("advice.json").read_text("utf-8"))
    return advice
