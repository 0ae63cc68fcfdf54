from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_schema import EMPTY
from prefect_migrate.rules import Example
from prefect_migrate.writers.yaml_edits import set_value
from prefect_migrate.yaml_rules import PrefectYamlRule, problems_of

_RESULT = {"tags": "fails to deploy"}


class EmptyCollection(PrefectYamlRule):
    """Empty `parameters`, `job_variables`, `tags` or `deployments` in prefect.yaml

    A key without a value is null in YAML.  Prefect 2 took null for nothing; Prefect 3 wants a mapping or a list there,
    and skips the whole file, or for tags fails with a TypeError.  An empty one says the same.
    """

    code = "PM124"
    name = "prefect-yaml-empty"
    examples = (
        Example(
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              tags: null
              parameters:
              work_pool:
                name: my-pool
                job_variables: null
            """,
            """\
            deployments:
            - name: etl
              entrypoint: flows.py:etl
              tags: []
              parameters: {}
              work_pool:
                name: my-pool
                job_variables: {}
            """,
            path="prefect.yaml",
        ),
        Example("build: null\npush:\npull: ~\ndeployments: []\n", path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        for problem in problems_of(file, "null"):
            item, empty = problem.item, EMPTY[problem.item.key.text]
            result = _RESULT.get(item.key.text, "skips the whole file")
            yield self.finding(
                context,
                (item.key.start, item.key.end),
                f"{problem.what[0].upper()}{problem.what[1:]}, so Prefect 3 {result}",
                f"Write `{item.key.text}: {empty}`, or take the key away.",
                fix=Fix(f"Write {empty}", lambda i=item, e=empty: Changes([set_value(file.text.text, i, e)])),  # type: ignore[misc]
                applicability=Applicability.SAFE,
                reason="an empty one says the same",
            )
