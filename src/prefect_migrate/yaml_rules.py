"""The base class of the rules about prefect.yaml, and what they have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.readers.prefect_yaml import KINDS, PrefectFile, prefect_file, reader_of
from prefect_migrate.readers.prefect_yaml_schema import Problem, ProblemKind
from prefect_migrate.rules import Rule
from prefect_migrate.source.yaml_tree import Item


class PrefectYamlRule(Rule):
    """A rule over each file that `prefect deploy` reads: write `findings`."""

    kinds = KINDS

    def check(self, context: FileContext) -> Iterator[Finding]:
        if "prefect_yaml" not in context.shared:
            context.shared["prefect_yaml"] = prefect_file(context.project, context.file)
        file: PrefectFile | None = context.shared["prefect_yaml"]
        for finding in self.findings(context, file) if file is not None else ():
            reader = reader_of(context.project, context.path)
            yield finding if reader is None else finding.without_fix(f"{reader} reads the file, and names its keys")

    def findings(self, context: FileContext, file: PrefectFile) -> Iterator[Finding]:
        raise NotImplementedError


_STAMP = re.compile(rb"^prefect-version:[ \t]*[\"']?(\d+)", re.MULTILINE)


def is_for_prefect_3(context: FileContext, file: PrefectFile) -> bool:
    """Whether the file, or else the repository, said of itself that it is on Prefect 3, before anything was changed."""
    generation = file.stamp[0] if file.stamp is not None else None
    if context.path in context.project.overlay:
        match = _STAMP.search(context.project.on_disk(context.path) or b"")
        generation = int(match[1]) if match is not None else None
    return generation >= 3 if generation is not None else was_on_3(context.project, context.config)


def problems_of(file: PrefectFile, kind: ProblemKind) -> Iterator[Problem]:
    return (problem for problem in file.problems if problem.kind == kind)


def span_of(item: Item) -> tuple[int, int]:
    """A key and its value, the value of one line only."""
    return item.key.start, max(item.key.end, min(item.node.end, item.key.end + 200))
