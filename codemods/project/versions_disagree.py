from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.findings import Finding, place_of
from prefect_migrate.pins.survey import Statement, survey
from prefect_migrate.pins.versions import spelled
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, RepositoryRule


class VersionsDisagree(RepositoryRule):
    """The repository asks for several Prefects

    Requirements, images, integration packages, charts and the stamp of prefect.yaml name different Prefects, Prefect
    2 among them.  Client, server, worker and integrations have to go together: a Prefect 2 client can't speak to a
    Prefect 3 server, and an integration for the one can't be installed beside the other.

    One finding for the whole repository lists them all.  It only reports: each place has a finding of its own, and
    this one goes when the last of them is changed.  A repository whose places all name Prefect 3 is never reported.
    """

    code = "PM509"
    name = "versions-disagree"
    examples = (
        Example(
            "prefect==2.14.9\nprefect-aws==0.5.0\n",
            path="requirements.txt",
            others=(("Dockerfile", "FROM prefecthq/prefect:3.1-python3.11\n"),),
        ),
        Example(
            "prefect==2.14.9\n",
            path="requirements.txt",
            others=(("Dockerfile", "FROM prefecthq/prefect:2.10-python3.11\n"),),
        ),
        Example(
            "prefect==2.14.9\nprefect-aws==0.4.1\n",
            path="requirements.txt",
            others=(("Dockerfile", "FROM prefecthq/prefect:2-python3.11\n"),),
            clean=True,
        ),
        Example(
            "prefect>=3.1\n",
            path="requirements.txt",
            others=(("Dockerfile", "FROM prefecthq/prefect:3.4-python3.11\n"),),
            clean=True,
        ),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        statements = survey(project, config)
        first = next((statement for statement in statements if statement.generation != "3"), None)
        text = first and project.text(first.path)
        if first is None or text is None or not _disagree(statements):
            return
        message = f"the repository asks for several Prefects: {_listed(project, statements)}"
        yield Finding(
            self.code, self.name, message, first.path, place_of(text, first.start, first.end),
            f"Bring all of them to Prefect {spelled(config.target)}, and server and workers at the same time.",
            reason="each place has a finding of its own", subject="several Prefects",
        )  # fmt: skip


def _disagree(statements: list[Statement]) -> bool:
    """Different generations, or different minors of one."""
    exact = {statement.version for statement in statements if "." in statement.version}
    return len({statement.generation for statement in statements}) > 1 or len(exact) > 1


def _listed(project: Project, statements: list[Statement]) -> str:
    groups: dict[tuple[str, str], list[str]] = {}
    for statement in statements:
        text = project.text(statement.path)
        line = text.position(statement.start)[0] if text else 1
        groups.setdefault((statement.generation, statement.what), []).append(f"{statement.path}:{line}")
    return "; ".join(f"{what} ({_some(places)})" for (_, what), places in sorted(groups.items()))


def _some(places: list[str]) -> str:
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
