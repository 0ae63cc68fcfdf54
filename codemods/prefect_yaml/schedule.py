from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_schema import is_null, owned
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Item, Mapping
from prefect_migrate.writers.yaml_edits import as_list, delete_item, rename_key, set_value
from prefect_migrate.yaml_rules import PrefectYamlRule, is_for_prefect_3

_BEFORE = """\
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool: {name: my-pool}
  schedule:
    cron: 0 3 * * *  # when the sources are quiet
    timezone: Europe/Berlin
- name: report
  entrypoint: flows.py:report
  work_pool: {name: my-pool}
  schedule: null
"""


class SingularSchedule(PrefectYamlRule):
    """`schedule:` in prefect.yaml is `schedules:` now

    A deployment has a list of schedules since Prefect 2.16.  Prefect 3.8 still converts a `schedule:` and says nothing;
    it is the list that the documentation, the models and the next releases know.  An empty `schedule:` becomes an
    empty list.  A deployment that has both is refused by both versions, and PM120 reports it.  A file that says of
    itself that it is for Prefect 3 is left alone.
    """

    code = "PM121"
    name = "prefect-yaml-schedule"
    examples = (
        Example(
            _BEFORE,
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
              schedules:
              - cron: 0 3 * * *  # when the sources are quiet
                timezone: Europe/Berlin
            - name: report
              entrypoint: flows.py:report
              work_pool: {name: my-pool}
              schedules: []
            """,
            path="prefect.yaml",
        ),
        Example("deployments:\n- name: etl\n  schedules: []\n", path="prefect.yaml", clean=True),
        Example(f"prefect-version: 3.4.1\n{_BEFORE}", path="prefect.yaml", clean=True),
        Example(_BEFORE, path="prefect.yaml", others=(("requirements.txt", "prefect==3.4.1\n"),), clean=True),
        # What `prefect init` of Prefect 3 writes itself.
        Example("prefect-version: 3.8.8\ndeployments:\n- name: etl\n  schedule: {}\n", path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        seen: set[int] = set()
        still_works = is_for_prefect_3(context, file)
        for entry in file.entries:
            owner, item = owned(entry).get("schedule", (entry, None))
            if item is None or item.key.start in seen or not _is_rewritten(entry, item):
                continue
            seen.add(item.key.start)
            if still_works:
                continue
            yield self.finding(
                context,
                (item.key.start, item.key.end),
                "`schedule:` is the key of Prefect 2; Prefect 3 has a list of `schedules:`",
                "Write a list with this one schedule under `schedules:`.",
                fix=Fix("Use schedules:", lambda e=entry, o=owner, i=item: _changes(file, e, o, i)),  # type: ignore[misc]
                applicability=Applicability.SAFE,
                reason="a list of one schedule says the same",
            )


def _is_rewritten(entry: Mapping, item: Item) -> bool:
    if is_null(item.value):
        return True
    if not isinstance(item.value, Mapping):
        return False
    return not item.value.items or entry.get("schedules") is None


def _changes(file: PrefectFile, entry: Mapping, owner: Mapping, item: Item) -> Changes:
    text = file.text.text
    if entry.get("schedules") is not None:
        return Changes([delete_item(text, owner, item)])
    rename = rename_key(item, "schedules")
    if isinstance(item.value, Mapping) and item.value.items:
        return Changes([rename, *as_list(text, item)])
    return Changes([rename, set_value(text, item, "[]")])
