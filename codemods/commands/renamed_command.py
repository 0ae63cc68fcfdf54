from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Edit, Finding
from prefect_migrate.hosts.edit import delete_words, replace_word
from prefect_migrate.hosts.rule import CommandRule, spelled_path
from prefect_migrate.rules import Example

#: What each word of the path becomes; "" goes.
_RENAMED = {
    ("orion",): {"orion": "server"},
    ("project", "init"): {"project": ""},
    ("cloud", "open"): {"cloud": "dashboard"},
}
_DOUBTS = {("cloud", "open"): "`prefect dashboard open` opens what PREFECT_UI_URL names, not the workspace of a login"}


class RenamedCommand(CommandRule):
    """A command has another name in Prefect 3

    `prefect orion start` and `prefect orion database …` are `prefect server …`, `prefect project init` is
    `prefect init`, `prefect cloud open` is `prefect dashboard open`.  The options are the same.  What only a text
    mentions is reported; in a document and where a variable holds the command, look at the rewrite.
    """

    code = "PM210"
    name = "renamed-command"
    examples = (
        Example(
            "services:\n  orion:\n    command: prefect orion start --host 0.0.0.0  # the API\n",
            "services:\n  orion:\n    command: prefect server start --host 0.0.0.0  # the API\n",
            path="compose.yaml",
        ),
        Example(
            '{"command": ["prefect", "orion", "database", "upgrade", "-y"]}\n',
            '{"command": ["prefect", "server", "database", "upgrade", "-y"]}\n',
            path="task.json",
        ),
        Example("prefect project init --recipe git\n", "prefect init --recipe git\n", path="start.sh"),
        Example("prefect cloud open\n", "prefect dashboard open\n", path="open.sh", unsafe=True),
        Example(
            "healthcheck:\n  test: [CMD, prefect, orion, --help]\n",
            "healthcheck:\n  test: [CMD, prefect, server, --help]\n",
            path="service.yaml",
        ),
        Example("Run `prefect orion start` first.\n", path="README.md"),
        Example("prefect orion kubernetes-manifest > server.yaml\n", path="deploy.sh"),
        Example("prefect server start\n# prefect orion start\n", path="start.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        path = invocation.path
        key = next((key for key in _RENAMED if path[: len(key)] == key), None)
        if key is None or (key == path == ("orion",) and command.context == "text"):
            return
        if path == ("orion",) and _unknown(invocation):
            yield self.finding(
                context,
                (command.start, command.end),
                f"`prefect orion {_unknown(invocation)}`: Prefect 3 has no such command",
                "Remove it, or do what it did with Prefect 3's own commands.",
                reason="it is from the betas of Prefect 2, and `prefect server` has none of that name",
            )
            return
        renamed = " ".join(("prefect", *filter(None, (_RENAMED[key].get(part, part) for part in path))))
        yield self.rewritten(
            context,
            command,
            f"`{spelled_path(invocation)}`: Prefect 3 has no such command",
            f"Use `{renamed}`.",
            title=f"Use {renamed}",
            make=lambda: _edits(command, invocation, _RENAMED[key]),
            doubts=[_DOUBTS[key]] if key in _DOUBTS else [],
            reason="it does the same under another name",
        )


def _unknown(invocation: Invocation) -> str:
    """The sub-command of the group that no Prefect 2 from 2.0 on has."""
    return next((word.text for word in invocation.unknown if not word.dynamic and not word.text.startswith("-")), "")


def _edits(command: Command, invocation: Invocation, renamed: dict[str, str]) -> list[Edit]:
    edits: list[Edit] = []
    words = list(command.words)
    for part, word in zip(invocation.path, invocation.path_words, strict=True):
        new = renamed.get(part)
        index = words.index(word)
        if new:
            edits.append(replace_word(command, index, new))
        elif new == "":
            edits += delete_words(command, index, index + 1)
    return edits
