from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.rules import Example
from prefect_migrate.writers.yaml_edits import delete_item
from prefect_migrate.yaml_rules import PrefectYamlRule, problems_of, span_of


class UnknownScheduleKey(PrefectYamlRule):
    """A key in a schedule that Prefect 3 does not know

    Prefect 2 looked at the keys of a schedule that it knew, and of `cron`, `interval` and `rrule` at the first that
    was set.  Prefect 3 forbids all others, and skips the whole file for a `catchup`, a `max_active_runs` or a second
    kind of schedule.  What Prefect 2 did not look at goes.
    """

    code = "PM122"
    name = "prefect-yaml-schedule-key"
    examples = (
        Example(
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
              schedules:
              - cron: 0 3 * * *
                catchup: false
                timezone: Europe/Berlin
            """,
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
              schedules:
              - cron: 0 3 * * *
                timezone: Europe/Berlin
            """,
            path="prefect.yaml",
        ),
        Example(
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
              schedules:
              - {interval: 3600, anchor_date: "2024-01-01T00:00:00+00:00", active: false, slug: hourly}
            """,
            path="prefect.yaml",
            clean=True,
        ),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        for problem in problems_of(file, "extra"):
            owner, item = problem.owner, problem.item
            yield self.finding(
                context,
                span_of(item),
                f"{problem.what[0].upper()}{problem.what[1:]}, so Prefect 3 skips the whole file",
                "Take it away: Prefect 2 did not look at it.",
                fix=Fix("Delete it", lambda o=owner, i=item: Changes([delete_item(file.text.text, o, i)])),  # type: ignore[misc]
                applicability=Applicability.SAFE,
                reason="Prefect 2 did not look at it",
            )
