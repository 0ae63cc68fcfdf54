from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.rules import Example
from prefect_migrate.yaml_rules import PrefectYamlRule, problems_of


class RefusedFile(PrefectYamlRule):
    """Prefect 3 skips a prefect.yaml that it does not understand

    Prefect 2 read the file as it came and failed, if at all, at the one deployment that was wrong.  Prefect 3 checks
    the whole file first; one value of a wrong type, anywhere, and it goes on as if the file declared nothing.  With an
    entrypoint on the command line it even deploys that, without any of the file's settings.

    This rule reports what can't be rewritten without knowing what was meant: a file that is no YAML, a `work_pool`
    that is only a name, a step without arguments, a schedule without cron, interval or rrule.  PM121 to PM124 rewrite
    the rest.
    """

    code = "PM120"
    name = "prefect-yaml-refused"
    examples = (
        Example(
            "deployments:\n- name: etl\n  entrypoint: flows.py:etl\n  work_pool: my-pool\n",
            path="prefect.yaml",
        ),
        Example("name: [prefect\n", path="prefect.yaml"),
        Example(
            "deployments:\n- name: etl\n  entrypoint: flows.py:etl\n  work_pool:\n    name: my-pool\n",
            path="prefect.yaml",
            clean=True,
        ),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        if file.broken is not None:
            reason, line = file.broken
            start = file.text.line_starts[min(line, len(file.text.line_starts)) - 1]
            message = f"Prefect can't read this file: {reason}"
            yield self.finding(context, (start, start), message, "Make it a YAML mapping; quote what holds `{{ }}`.")
        for problem in problems_of(file, "shape"):
            message = f"{_sentence(problem.what)}, so Prefect 3 skips the whole file"
            yield self.finding(context, (problem.item.key.start, problem.item.key.end), message, _ADVICE)


_ADVICE = (
    "Give it the type that docs.prefect.io/v3/concepts/deployments#deployment-schema names, or take the key away if "
    "Prefect 2 did not use it."
)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
