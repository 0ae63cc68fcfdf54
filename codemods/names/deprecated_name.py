from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.fixes import proposals
from prefect_migrate.names.messages import advice, lacking, spelled
from prefect_migrate.names.problems import problems_of
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.rules import Example, Rule


class DeprecatedName(Rule):
    """A name of Prefect 2 still works, but warns

    Prefect 3 and its integrations keep a few old places for a while: importing from them works and gives a warning that
    says where the name is now.  Nothing fails yet; with warnings as errors, as many test suites have them, it does.

    The import is rewritten as for a name that has moved.  It only reports what has no new place.  A repository that
    says of itself that it is on Prefect 3 is left alone: its own Prefect warns it.
    """

    code = "PM306"
    name = "deprecated-name"
    reads_cells = True
    needs_plan = True
    examples = (
        Example(
            "from prefect.client import get_client\n\nclient = get_client()\n",
            "from prefect.client.orchestration import get_client\n\nclient = get_client()\n",
        ),
        Example(
            "from prefect import variables\n\nbucket = variables.get('bucket')\n",
            "from prefect import variables\n\nbucket = variables.Variable.get('bucket')\n",
        ),
        Example("from prefect_dbt.cli.commands import DbtCoreOperation\n"),
        Example("from prefect.client.orchestration import get_client\n", clean=True),
        Example(
            "from prefect.client import get_client\n", others=(("requirements.txt", "prefect>=3.1\n"),), clean=True
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        problems = list(problems_of(context, "deprecated"))
        if problems and was_on_3(context.project, context.config):
            return
        for proposal in proposals(context, problems):
            use, verdict = proposal.problem.use, proposal.problem.verdict
            where = lacking(verdict.name, context.target)
            message = f"{spelled(use, verdict)} still works in {where}, with a deprecation warning"
            step = f"Use `{verdict.new}` instead." if verdict.new else advice(verdict)
            yield self.finding(
                context, use.span, message, step,
                fix=proposal.fix, applicability=proposal.applicability, reason=proposal.reason,
            )  # fmt: skip
