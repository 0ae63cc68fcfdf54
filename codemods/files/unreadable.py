from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import ALL
from prefect_migrate.findings import Finding, Place
from prefect_migrate.rules import Rule


class UnreadableFile(Rule):
    """A file can't be read

    The file could not be opened, or is too large to be source.  Nothing in it was looked at, so it may use what
    Prefect 3 lacks.  Make it readable, or leave it out with `--exclude`.
    """

    code = "PM901"
    name = "unreadable-file"
    kinds = ALL
    reads_foreign = True

    def check(self, context: FileContext) -> Iterator[Finding]:
        problem = context.file.problem
        if problem is not None:
            yield Finding(
                self.code, self.name, f"The file {problem}", context.path, Place(1, 1, 1, 1),
                "Make it readable, or leave it out with --exclude.", reason="nothing in it was looked at",
            )  # fmt: skip
