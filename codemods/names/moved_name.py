from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.fixes import proposals
from prefect_migrate.names.messages import moved_step, spelled, version
from prefect_migrate.names.problems import problems_of
from prefect_migrate.rules import Example, Rule


class MovedName(Rule):
    """A name of Prefect 2 has moved to another module

    The old place fails under Prefect 3.  The import is rewritten and merged with what the file imports already, `as`
    names and comments are kept, and uses follow: attributes below an `import`, names that a star import gave, strings
    that are imported when they run.  Whole trees that were renamed (`prefect.orion` to `prefect.server`) go along.

    A new place that is only known by the name, or a thing that is called otherwise now, is rewritten with `--unsafe`.
    It only reports names that a module of the repository hands on (they go with that module), and what stands under a
    check of the version or a `try` that has no other way to go.
    """

    code = "PM302"
    name = "moved-name"
    reads_cells = True
    needs_plan = True
    examples = (
        Example(
            "from prefect import flow, get_cloud_client\n\n\n@flow\nasync def ping():\n    get_cloud_client()\n",
            "from prefect import flow\nfrom prefect.client.cloud import get_cloud_client\n\n\n"
            "@flow\nasync def ping():\n    get_cloud_client()\n",
        ),
        Example(
            "import prefect.orion.schemas.schedules as sch\n\nnightly = sch.CronSchedule(cron='0 3 * * *')\n",
            "import prefect.client.schemas.schedules as sch\n\nnightly = sch.CronSchedule(cron='0 3 * * *')\n",
        ),
        Example(
            "import prefect\n\nimage = prefect.deployments.DeploymentImage('team/etl')\n",
            "import prefect\nimport prefect.docker\n\nimage = prefect.docker.DockerImage('team/etl')\n",
        ),
        Example("from prefect import flow, get_client\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for proposal in proposals(context, list(problems_of(context, "moved"))):
            use, verdict = proposal.problem.use, proposal.problem.verdict
            message = f"{spelled(use, verdict)} is not in {version(context.target)}: it is `{verdict.new}` now"
            step = moved_step(verdict)
            yield self.finding(
                context, use.span, message, step,
                fix=proposal.fix, applicability=proposal.applicability, reason=proposal.reason,
            )  # fmt: skip
