from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.arguments import remedy_for
from prefect_migrate.names.calls import Argument, all_arguments, gone
from prefect_migrate.names.messages import parameter_step, version
from prefect_migrate.names.problems import is_served
from prefect_migrate.reference import ParameterFact
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile


class RemovedParameter(Rule):
    """A keyword of Prefect 2 is not taken any more

    Most raise a TypeError; models of the client drop what they do not know without a word.  `infra_overrides=` is
    `job_variables=` now and `is_schedule_active=` the opposite of `paused=`; `schedule=` of deploy, serve and
    to_deployment is `schedules=[...]` for Prefect 3.0 and 3.1.  Found on decorators, methods of flows, tasks, states
    and clients, functions and classes of Prefect, wherever the code tells what is called.

    It only reports keywords that get there through a dict behind `**`, `functools.partial` or a function of your own,
    and those whose meaning is said in another way.
    """

    code = "PM311"
    name = "removed-parameter"
    reads_cells = True
    examples = (
        Example(
            "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n"
            "etl.serve('nightly', cron='0 3 * * *', is_schedule_active=False)\n",
            "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n"
            "etl.serve('nightly', cron='0 3 * * *', paused=True)\n",
        ),
        Example(
            "from prefect.deployments import run_deployment\n\nrun_deployment('a/b', infra_overrides={'cpu': 1})\n",
            "from prefect.deployments import run_deployment\n\nrun_deployment('a/b', job_variables={'cpu': 1})\n",
        ),
        Example(
            "from prefect.events import Resource\n\nResource(__root__={'prefect.resource.id': 'x'})\n",
            "from prefect.events import Resource\n\nResource(root={'prefect.resource.id': 'x'})\n",
        ),
        Example(
            "from prefect import get_client\n\n\nasync def stop(id):\n    async with get_client() as client:\n"
            "        await client.update_deployment(id, is_schedule_active=False)\n",
        ),
        Example(
            "from prefect.deployments import run_deployment\n\nOPTIONS = {'infra_overrides': {}}\n"
            "run_deployment('etl/nightly', **OPTIONS)\n",
        ),
        Example("from mine import run_deployment\n\nrun_deployment('prefect', infra_overrides={})\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None:
            return
        for argument in all_arguments(context, file):
            fact = gone(argument, context.target)
            if fact is not None and not is_served(context, file, argument.node):
                yield self._finding(context, file, argument, fact)

    def _finding(self, context: FileContext, file: PythonFile, argument: Argument, fact: ParameterFact) -> Finding:
        verb = "does not take" if fact.what == "removed" else "ignores"
        message = f"`{argument.called}` {verb} `{argument.name}=` in {version(context.target)}"
        remedy = remedy_for(file, argument, fact)
        return self.finding(
            context, file.span(argument.node), message, parameter_step(fact),
            fix=remedy.fix, applicability=remedy.applicability, reason=remedy.reason,
        )  # fmt: skip
