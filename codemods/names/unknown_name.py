from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.guesses import guesses
from prefect_migrate.names.messages import lacking
from prefect_migrate.names.problems import problems_of
from prefect_migrate.rules import Example, Rule


class UnknownName(Rule):
    """Prefect has no such name

    The target lacks it, and no Prefect 2 that was examined offered it: a name of Prefect 1 or of a beta, of an
    integration package, one that was private, or one that was made up.  Whoever wrote it, the import fails.  Names
    below `prefect.` are looked up in an index of what the target really has, and those of the 17 integrations that
    Prefect's makers publish in one of their newest releases; settings are not.

    It only reports, with the names that may have been meant.
    """

    code = "PM303"
    name = "unknown-name"
    reads_cells = True
    needs_plan = True
    examples = (
        Example("from prefect.task_runners import DaskTaskRunner\n"),
        Example("import prefect\n\nprefect.flow_runners.SubprocessFlowRunner()\n"),
        Example("from prefect.tasks import task_imput_hash\n"),
        Example("from prefect._vendor.fastapi import FastAPI\n"),
        Example("from prefect._vendor.croniter import croniter\n", clean=True),
        Example("from prefect_gcp.cloud_storage import GCSBucket\n"),
        Example("from prefect_dask import DaskTaskRunner\nfrom prefect_soda import Anything\n", clean=True),
        Example("from prefect.etl import load\n", others=(("prefect/etl.py", "def load(): ...\n"),), clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for problem in problems_of(context, "unknown"):
            name = problem.verdict.name
            message = f"{lacking(name, context.target)} has no `{name}`"
            step = _step(name, context, problem.use.name)
            yield self.finding(context, problem.use.span, message, step, reason="nothing tells what was meant")


def _step(name: str, context: FileContext, used: str) -> str:
    if used.startswith("prefect._vendor."):
        return f"Import it from `{used.split('.')[2]}` itself, and require that package."
    if "._" in name:
        return "It was private to Prefect; write what you need of it yourself."
    meant = [f"`{guess}`" for guess in guesses(name, context.target, used)]
    return f"{' or '.join(meant)} may be meant." if meant else "Remove it, or look up what it was meant to be."
