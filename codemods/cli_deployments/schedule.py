from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.cli_rules import CliRule, other_commands, own_commands, scheduled_changes
from prefect_migrate.commands.model import Command
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.hosts.fixes import doubts_of, obstacles_of
from prefect_migrate.readers.cli_deployments import APPLY, SCHEDULES, CliCommand
from prefect_migrate.rules import Example

_FLOWS = ("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n")


class SetSchedule(CliRule):
    """`prefect deployment set-schedule`, `pause-schedule` and `resume-schedule` are gone

    Right behind the command that builds the deployment, in the same script, the schedule moves to the deployment's
    entry in prefect.yaml and the command goes away.  Elsewhere `set-schedule` becomes `prefect deployment schedule
    create … --replace`, which does the same to a deployment on the server.

    Pausing and resuming is reported there: Prefect 3 wants the id of the schedule, which only the server knows.
    """

    code = "PM113"
    name = "set-schedule"
    examples = (
        Example(
            "prefect deployment set-schedule etl/prod --cron '0 3 * * *' --timezone UTC\n",
            "prefect deployment schedule create etl/prod --cron '0 3 * * *' --timezone UTC --replace --accept-yes\n",
            path="schedule.sh",
        ),
        Example(
            "prefect deployment build flows.py:etl -n a -a\nprefect deployment set-schedule etl/a --interval 60\n",
            "prefect deployment build flows.py:etl -n a -a\n",
            path="deploy.sh",
            others=(_FLOWS,),
        ),
        Example("prefect deployment pause-schedule etl/prod\n", path="pause.sh"),
        Example("prefect deployment set-schedule flows.py:etl --cron '@daily'\n", path="schedule.sh"),
        Example("| often | `prefect deployment set-schedule etl/prod --interval 60` |\n", path="README.md"),
        Example("prefect deployment schedule ls etl/prod\n", path="schedule.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for command in own_commands(context):
            if command.verb != APPLY:
                yield self._finding(context, command)
        for verb in sorted(SCHEDULES):
            for mentioned, why in other_commands(context, verb):
                yield self._mentioned(context, mentioned, verb[-1], why)

    def _mentioned(self, context: FileContext, command: Command, verb: str, reason: str) -> Finding:
        message = f"`prefect deployment {verb}`: Prefect 3 has no such command"
        return self.finding(context, (command.start, command.end), message, _STEPS[verb], reason=reason)

    def _finding(self, context: FileContext, command: CliCommand) -> Finding:
        verb = command.verb[-1]
        span = (command.invocation.start, command.invocation.end)
        message = f"`prefect deployment {verb}`: Prefect 3 has no such command"
        obstacles = [*command.obstacles, *obstacles_of(command.invocation)]
        if verb != "set-schedule" and not command.goes:
            obstacles.append("Prefect 3 wants the id of the schedule")
        if obstacles:
            return self.finding(context, span, message, _STEPS[verb], reason="; ".join(obstacles))
        doubts = [doubt for item in command.deployments for doubt in item.doubts if doubt and command.goes]
        doubts += doubts_of(context, command.invocation)
        title = "Move it into prefect.yaml" if command.goes else "Use deployment schedule create"
        return self.finding(
            context,
            span,
            message,
            "Set it in prefect.yaml." if command.goes else _STEPS[verb],
            fix=Fix(title, lambda: scheduled_changes(context, command)),
            applicability=Applicability.REVIEW if doubts else Applicability.SAFE,
            reason="; ".join(dict.fromkeys(doubts)) or "it sets the same schedule",
        )


_STEPS = {
    "set-schedule": "Use `prefect deployment schedule create FLOW/DEPLOYMENT … --replace`.",
    "pause-schedule": "Write `active: false` in prefect.yaml, or use `prefect deployment schedule pause NAME ID`.",
    "resume-schedule": "Write `active: true` in prefect.yaml, or use `prefect deployment schedule resume NAME ID`.",
}
