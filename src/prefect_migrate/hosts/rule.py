"""The base class of rules about commands of the Prefect CLI."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, parse
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Edit, Finding, Fix
from prefect_migrate.hosts.fixes import changes_of, doubts_of, obstacles_of
from prefect_migrate.hosts.sites import HOST_KINDS, read_sites
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.rules import Rule

#: Commands and groups that were gone before 2.0.
_OLDER = frozenset(
    {"auth", "backend", "create", "delete", "describe", "diagnostics", "execute", "get", "heartbeat", "register", "run",
     "storage"}
)  # fmt: skip


class CommandRule(Rule):
    """A rule over commands: write `visit(self, command, invocation, context)`, yielding findings.

    `invocation` is the command as Prefect 2 reads it.
    """

    kinds = HOST_KINDS

    def check(self, context: FileContext) -> Iterator[Finding]:
        for command in commands_of(context):
            yield from self.visit(command, parse(command, load_tree(2)), context)

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        """The findings of one command."""
        raise NotImplementedError

    def rewritten(
        self,
        context: FileContext,
        command: Command,
        message: str,
        next_step: str,
        *,
        title: str,
        make: Callable[[], list[Edit]],
        obstacles: Sequence[str] = (),
        doubts: Sequence[str] = (),
        reason: str = "",
    ) -> Finding:
        """A finding with the fix that `make` gives, unless there are obstacles; a doubt makes it one to review."""
        span = (command.start, command.end)
        why_not = [*obstacles, *obstacles_of(command)]
        if why_not:
            return self.finding(context, span, message, next_step, reason="; ".join(why_not))
        why_look = [*doubts, *doubts_of(context, command)]
        return self.finding(
            context,
            span,
            message,
            next_step,
            fix=Fix(title, lambda: changes_of(context, make)),
            applicability=Applicability.REVIEW if why_look else Applicability.SAFE,
            reason="; ".join(why_look) or reason,
        )


def commands_of(context: FileContext) -> Iterator[Command]:
    """The commands of a file; what a text mentions is history in a repository that names Prefect 3 and no other."""
    for command in read_sites(context.project, context.file):
        if command.context != "text" or not was_on_3(context.project, context.config):
            yield command


def spelled_path(invocation: Invocation) -> str:
    """`prefect work-queue create`, as a sentence has it."""
    return " ".join(("prefect", *invocation.path))


def older(invocation: Invocation) -> str:
    """The command of an older Prefect that an invocation is, "" if it is none."""
    first = invocation.unknown[0].text if invocation.unknown else ""
    return first if first in _OLDER and load_tree(3).resolve((first,)) is None else ""
