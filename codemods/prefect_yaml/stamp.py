from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.pins.versions import newest_release
from prefect_migrate.readers.prefect_yaml import PrefectFile
from prefect_migrate.readers.prefect_yaml_meanings import new_meanings
from prefect_migrate.rules import Example
from prefect_migrate.source.yaml_tree import Scalar
from prefect_migrate.writers.yaml_edits import set_value
from prefect_migrate.yaml_rules import PrefectYamlRule, span_of


class VersionStamp(PrefectYamlRule):
    """`prefect-version` of prefect.yaml names Prefect 2

    `prefect init` wrote down which Prefect made the file.  No command reads it, people and other tools do; a stamp of
    Prefect 2 on a file for Prefect 3 misleads them.  A stamp that YAML takes for a number, such as 2.14, makes Prefect
    3 skip the whole file (PM123).

    It stays while PM128 has something to say about the file, because it tells for which version that was written.
    """

    code = "PM129"
    name = "prefect-yaml-stamp"
    examples = (
        Example(
            "name: etl\nprefect-version: 2.14.21  # made by `prefect init`\n",
            "name: etl\nprefect-version: 3.8.8  # made by `prefect init`\n",
            path="prefect.yaml",
        ),
        Example('prefect-version: "2.20"\n', 'prefect-version: "3.4.25"\n', path="prefect.yaml", target="3.4"),
        Example("prefect-version: 3.1.4\n", path="prefect.yaml", clean=True),
    )

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        stamp = file.stamp
        item = file.root.get("prefect-version") if file.root is not None else None
        if stamp is None or stamp[0] != 2 or item is None or not isinstance(item.node, Scalar):
            return
        if any(new_meanings(file)):
            step = "Settle what PM128 reports, then write the version of Prefect 3."
            yield self.finding(context, span_of(item), f"The file says that it is for Prefect {item.node.text}", step)
            return
        version = newest_release(context.target)
        mark = item.node.style
        yield self.finding(
            context,
            span_of(item),
            f"The file says that it is for Prefect {item.node.text}",
            f"Write {version}, or take the line away.",
            fix=Fix(f"Write {version}", lambda: Changes([set_value(file.text.text, item, f"{mark}{version}{mark}")])),
            applicability=Applicability.SAFE,
            reason="no command reads it",
        )
