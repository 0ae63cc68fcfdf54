from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.pins.versions import spelled
from prefect_migrate.rules import Example, Rule
from prefect_migrate.settings.uses import KINDS, is_passed_on, uses


class RemovedSetting(Rule):
    """A setting is gone, and Prefect 3 ignores it

    `PREFECT_AGENT_PREFETCH_SECONDS`, the switches of experiments that are over, and a few more: no error, no warning,
    the value has no effect.  It only reports, with what takes the setting's place if anything does: to take a value
    out of an environment, or to give another setting one, is for a person who knows what it was for.
    """

    code = "PM343"
    name = "removed-setting"
    kinds = KINDS
    examples = (
        Example("export PREFECT_AGENT_PREFETCH_SECONDS=30\n", path="start.sh"),
        Example('import os\n\nos.environ["PREFECT_EXPERIMENTAL_ENABLE_WORKERS"] = "1"\n'),
        Example("export PREFECT_LOGGING_LEVEL=DEBUG PREFECT_MINE=1\n", path="start.sh", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for use in uses(context, "removed_ignored"):
            place, fact = use.place, use.fact
            if place.role == "reads" and is_passed_on(context, place):
                continue
            yield self.finding(
                context, (place.start, place.end), f"Prefect {spelled(context.target)} has no `{place.name}`",
                f"{fact.advice[0].upper()}{fact.advice[1:]}." if fact.advice else "Take it out; it has no effect.",
                reason="nothing takes its place by itself",
            )  # fmt: skip
