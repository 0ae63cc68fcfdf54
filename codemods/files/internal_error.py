from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.findings import Finding, Place
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import RepositoryRule


class InternalError(RepositoryRule):
    """prefect-migrate failed on a file

    Something in the file made prefect-migrate itself fail: a mistake of ours, not of the file's.  The rest of the
    repository was looked at as always.  What the failing part would have found in this file is missing, and the file
    is not rewritten.  Please report the error that the finding names, with the lines that cause it if you can.
    """

    code = "PM905"
    name = "internal-error"

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        for failure in project.failures:
            yield Finding(
                self.code, self.name, f"prefect-migrate failed at {failure.doing}: {failure.error}", failure.path,
                Place(1, 1, 1, 1), "Look through this file by hand, and report the error.",
                reason="it was not looked at completely",
            )  # fmt: skip
