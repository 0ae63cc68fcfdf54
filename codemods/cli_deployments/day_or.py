from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.hosts.rule import CommandRule
from prefect_migrate.rules import Example
from prefect_migrate.writers.cli_deploy import day_or_edits


class DayOrValue(CommandRule):
    """`--day_or` of `prefect deployment schedule create` takes no value

    It says how a cron line with both days of the month and days of the week is read.  Prefect 2 took `true` or `false`
    behind it; in Prefect 3 it is a flag with a `--no-day_or`, and a value behind it is refused.
    """

    code = "PM114"
    name = "day-or-value"
    examples = (
        Example(
            "prefect deployment schedule create etl/prod --cron '0 0 1 * 1' --day_or false -y\n",
            "prefect deployment schedule create etl/prod --cron '0 0 1 * 1' --no-day_or -y\n",
            path="schedule.sh",
        ),
        Example(
            "prefect deployment schedule create etl/prod --cron '0 0 1 * 1' --day_or $DAY_OR\n", path="schedule.sh"
        ),
        Example("prefect deployment schedule create a/b --cron '0 0 1 * 1' --no-day_or\n", path="b.sh", clean=True),
    )

    def visit(self, command: Command, invocation: Invocation, context: FileContext) -> Iterator[Finding]:
        if invocation.path != ("deployment", "schedule", "create"):
            return
        for option in invocation.all("--day_or"):
            if option.value is None or option.value.text.startswith("-"):
                continue
            yield self.rewritten(
                context,
                command,
                "`--day_or` takes no value in Prefect 3",
                "Write `--day_or` or `--no-day_or`.",
                title="Write the flag",
                make=lambda option=option: day_or_edits(command, option),  # type: ignore[misc]
                obstacles=["its value is only known when it runs"] if option.value.dynamic else [],
                reason="it means the same",
            )
