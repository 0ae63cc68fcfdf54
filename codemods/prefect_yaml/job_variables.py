from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_schema import is_null, owned
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Mapping
from prefect_migrate.writers.yaml_edits import rename_key
from prefect_migrate.yaml_rules import PrefectYamlRule

_OLD = """\
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool:
    name: my-pool
    infra_overrides:
      image: registry/etl:1
"""
#: Keys of a work pool that people write for `job_variables`.
_OTHER_NAMES = ("infra_overrides", "variables")


class InfraOverrides(PrefectYamlRule):
    """`infra_overrides` of a work pool in prefect.yaml are `job_variables`

    The server and the manifests of Prefect 2 called them infra_overrides, `prefect deploy` always called them
    job_variables.  Under another name neither version reads them, without a word.

    The rename is for review, because settings that had no effect will have one.
    """

    code = "PM127"
    name = "prefect-yaml-infra-overrides"
    examples = (
        Example(_OLD, _OLD.replace("infra_overrides", "job_variables"), path="prefect.yaml", unsafe=True),
        Example(_OLD + "    job_variables: {}\n", path="prefect.yaml"),
        Example(_OLD.replace("infra_overrides", "job_variables"), path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        seen: set[int] = set()
        for entry in file.entries:
            pool = entry.get("work_pool")
            keys = owned(pool.value) if pool is not None and isinstance(pool.value, Mapping) else {}
            for name in _OTHER_NAMES:
                item = keys[name][1] if name in keys else None
                if item is None or is_null(item.value) or item.key.start in seen:
                    continue
                seen.add(item.key.start)
                free = "job_variables" not in keys and isinstance(item.value, Mapping)
                fix = Fix("Call them job_variables", lambda i=item: Changes([rename_key(i, "job_variables")]))  # type: ignore[misc]
                yield self.finding(
                    context,
                    (item.key.start, item.key.end),
                    f"Nothing reads `{name}` of a work pool; they are called `job_variables`",
                    "Put them under `job_variables`." if free else "Merge them into `job_variables` by hand.",
                    fix=fix if free else None,
                    applicability=Applicability.REVIEW if free else Applicability.MANUAL,
                    reason="settings that had no effect will have one" if free else "there are `job_variables` too",
                )
