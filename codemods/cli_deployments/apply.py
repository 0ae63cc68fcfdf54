from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.cli_rules import CliRule, applied_changes, other_commands, own_commands
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.hosts.fixes import doubts_of, obstacles_of
from prefect_migrate.readers.cli_deployments import APPLY, CliCommand
from prefect_migrate.rules import Example

_FLOWS = ("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n")
_BUILD = ("build.sh", "prefect deployment build flows.py:etl -n nightly\n")


class DeploymentApply(CliRule):
    """`prefect deployment apply` is gone

    The YAML file that it registers is one of Prefect 2's own; no command of Prefect 3 reads it.  Right behind the
    `prefect deployment build` that makes the file, the command goes away, because `prefect deploy` does both.
    Elsewhere `prefect --no-prompt deploy --name …` takes its place, for what its files became in prefect.yaml.

    It only reports files that nothing in the repository makes, or whose names are only known when it runs.
    """

    code = "PM111"
    name = "deployment-apply"
    examples = (
        Example(
            "prefect deployment apply etl-deployment.yaml\n",
            "prefect --no-prompt deploy --name nightly\n",
            path="register.sh",
            others=(_FLOWS, _BUILD),
        ),
        Example(
            "prefect deployment build flows.py:etl -n nightly && prefect deployment apply etl-deployment.yaml\n",
            "prefect deployment build flows.py:etl -n nightly\n",
            path="deploy.sh",
            others=(_FLOWS,),
        ),
        Example("for file in *.yaml; do prefect deployment apply $file; done\n", path="deploy.sh"),
        Example("kubectl apply -f prefect-deployment.yaml\n", path="deploy.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for command in own_commands(context):
            if command.verb == APPLY:
                yield self._finding(context, command)
        for mentioned, why in other_commands(context, APPLY):
            yield self.mention(context, mentioned, APPLY, why)

    def _finding(self, context: FileContext, command: CliCommand) -> Finding:
        span = (command.invocation.start, command.invocation.end)
        message = "`prefect deployment apply`: Prefect 3 does not read such files"
        obstacles = [*command.obstacles, *obstacles_of(command.invocation)]
        obstacles += [f"{item.label}: {item.obstacles[0]}" for item in command.deployments if item.obstacles]
        if obstacles:
            step = "Put the deployment into prefect.yaml, and run `prefect --no-prompt deploy --name NAME` here."
            if len(obstacles) == 1 and obstacles[0].endswith("with its own options"):
                step = "Take it away, if nothing else is registered here: that command does it."
                if "made by nothing" in obstacles[0]:
                    step = "Take it away if that command does it; else put it into prefect.yaml and deploy it."
            return self.finding(context, span, message, step, reason="; ".join(obstacles))
        doubts = [doubt for item in command.deployments for doubt in item.doubts if doubt]
        doubts += doubts_of(context, command.invocation)
        return self.finding(
            context,
            span,
            message,
            "Take it away." if command.goes else "Run `prefect deploy` for the entries in prefect.yaml.",
            fix=Fix("Delete it" if command.goes else "Use prefect deploy", lambda: applied_changes(context, command)),
            applicability=Applicability.REVIEW if doubts else Applicability.SAFE,
            reason="; ".join(dict.fromkeys(doubts)) or "the deployments are known, and stand in prefect.yaml",
        )
