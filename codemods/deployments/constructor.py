from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.plan.early import early_step, is_early
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule


class DeploymentConstructor(Rule):
    """`Deployment(...)` is gone

    Prefect 3 has no `Deployment` class.  Filled in by hand it names its flow in text only, and what it leaves out came
    from the server (`.load()`) or from the defaults of Prefect 2, so it is reported with what to write.  Arguments of
    the first releases of Prefect 2 (`flow_location=`, `flow_runner=`, `packager=`) are explained one by one.
    """

    code = "PM102"
    name = "deployment-constructor"
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect.deployments import Deployment

            deployment = Deployment(name="nightly", flow_name="etl", entrypoint="flows.py:etl")
            deployment.apply()
            """,
        ),
        Example("from prefect.deployments import Deployment\n\nDeployment(name='a', flow_location='./flows.py')\n"),
        Example("from mylib import Deployment\n\nDeployment(name='prefect')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for deployment in context.plan.deployments_in(context.path):
            if isinstance(deployment, PythonDeployment) and deployment.kind == "constructor" and not deployment.guard:
                yield self._finding(context, deployment)

    def _finding(self, context: FileContext, deployment: PythonDeployment) -> Finding:
        file, call = deployment.file, deployment.call
        name = deployment.name.or_none()
        message = f"Deployment {name!r} is made with `Deployment(...)`, which Prefect 3 does not have"
        loads = any(attribute.attr == "load" for _, attribute in deployment.trail.attributes)
        step = early_step(file, call)
        if loads:
            step += " What `.load()` took from the server must be written out: `prefect deployment inspect` shows it."
        reason = "it is spelled as in the first releases of Prefect 2" if is_early(call) else "it names no flow object"
        return self.finding(context, file.span(call), message, step, reason=reason)
