from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_meanings import Meaning, new_meanings
from prefect_migrate.rules import Example
from prefect_migrate.writers.yaml_edits import set_value
from prefect_migrate.yaml_rules import PrefectYamlRule, span_of

_OLD = """\
prefect-version: 2.20.4
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool: {name: my-pool}
  pull: []
  schedules:
  - {cron: 0 0 1 * MON, day_or: false}
"""


class NewMeaning(PrefectYamlRule):
    """prefect.yaml says something that Prefect 2 passed over

    Prefect 3 reads keys that Prefect 2 did not: `concurrency_limit`, `day_or`, the parameters of a schedule.  An empty
    list under `pull` means no pull steps at all, where Prefect 2 fell back on its own.  Nothing warns of it.

    Only files that are stamped with a `prefect-version` of 2 are looked at.  What keeps the behaviour is for review:
    the new meaning may be the one that was wanted all along.
    """

    code = "PM128"
    name = "prefect-yaml-new-meaning"
    examples = (
        Example(
            _OLD,
            _OLD.replace("pull: []", "pull: null").replace("day_or: false", "day_or: true"),
            path="prefect.yaml",
            unsafe=True,
        ),
        Example(_OLD.replace("pull: []", "concurrency_limit: 1"), path="prefect.yaml"),
        Example(_OLD.replace("2.20.4", "3.1.0"), path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        for meaning in new_meanings(file):
            yield self._finding(context, file, meaning)

    def _finding(self, context: FileContext, file: PrefectFile, meaning: Meaning) -> Finding:
        item, value = meaning.item, meaning.value
        message = f"`{item.key.text}` {meaning.what}"
        if value is None:
            step = "Take it away unless that is wanted; then write the version of Prefect 3 as `prefect-version`."
            return self.finding(context, span_of(item), message, step, reason="only you know whether that is wanted")
        return self.finding(
            context,
            span_of(item),
            message,
            f"Write `{item.key.text}: {value}` to keep what Prefect 2 did.",
            fix=Fix(f"Write {value}", lambda: Changes([set_value(file.text.text, item, value)])),
            applicability=Applicability.REVIEW,
            reason="it keeps what Prefect 2 did; the new meaning may be what was wanted",
        )
