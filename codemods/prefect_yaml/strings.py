from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Scalar
from prefect_migrate.writers.yaml_edits import quote_scalar
from prefect_migrate.yaml_rules import PrefectYamlRule, problems_of


class UnquotedString(PrefectYamlRule):
    """A number, a date or a bare yes where prefect.yaml needs a text

    Prefect 2 took `version: 1` and made a text of it.  Prefect 3 wants a string, and skips the whole file for a name,
    a version, a description, a queue or a `prefect-version` that YAML reads as something else.  Quotes help.

    Quoting is for review where YAML and the eye see different things: Prefect 2 registered `version: 1.10` as 1.1.
    """

    code = "PM123"
    name = "prefect-yaml-unquoted-string"
    examples = (
        Example(
            """\
            deployments:
            - name: etl
              version: 2  # second try
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
            """,
            """\
            deployments:
            - name: etl
              version: "2"  # second try
              entrypoint: flows.py:etl
              work_pool: {name: my-pool}
            """,
            path="prefect.yaml",
        ),
        Example(
            'name: "2024"\nprefect-version: 3.8.8\ndeployments: []\n',
            path="prefect.yaml",
            clean=True,
        ),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        for problem in problems_of(file, "string"):
            scalar = problem.item.value
            assert isinstance(scalar, Scalar)
            same = str(scalar.value) == scalar.text
            yield self.finding(
                context,
                (scalar.start, scalar.end),
                f"{problem.what[0].upper()}{problem.what[1:]}, so Prefect 3 skips the whole file",
                "Put it in quotes.",
                fix=Fix("Quote it", lambda scalar=scalar: Changes([quote_scalar(scalar)])),  # type: ignore[misc]
                applicability=Applicability.SAFE if same else Applicability.REVIEW,
                reason="Prefect 2 made the same text of it" if same else f"Prefect 2 registered {scalar.value!s}",
            )
