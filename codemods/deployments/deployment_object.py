from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.plan.advice import as_deploy
from prefect_migrate.readers.deployment_uses import DeploymentUse, deployment_uses
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule

_YAML = "Put the deployment of the file into prefect.yaml, and run `prefect --no-prompt deploy --name NAME`."
_ADVICE = {
    "spec": "Write `flow.deploy(...)`; the flow runner becomes a work pool, the flow's location its entrypoint.",
    "subclass": "Derive from nothing: write a function that calls `flow.deploy(...)` with what the subclass sets.",
    "check": "`flow.to_deployment(...)` gives a `prefect.deployments.runner.RunnerDeployment`; ask for that.",
    "annotation": "`flow.to_deployment(...)` gives a `prefect.deployments.runner.RunnerDeployment`; name that.",
    "other": "Prefect 3 has `flow.deploy(...)` and `flow.to_deployment(...)` in its place.",
}
_WHAT = {
    "constructor": "builds a deployment that Prefect 3 has no class for",
    "yaml": "reads a manifest that Prefect 3 does not know",
    "spec": "is of the betas of Prefect 2",
    "subclass": "is gone, and what derives from it",
    "check": "is gone, and nothing is one any more",
    "annotation": "is gone, and can't be an annotation",
    "other": "is gone",
}


class DeploymentObject(Rule):
    """Prefect 2's `Deployment` is used other than by `build_from_flow`

    The class is gone from Prefect 3, and with it the constructor, `Deployment.load_from_yaml`,
    `load_deployments_from_yaml`, subclasses and `isinstance`; so is the `DeploymentSpec` of the betas.  Each use is
    reported where it stands, with what to write.

    It only reports: what `.load()` or a manifest adds is on a server or in another file.  Annotations are changed
    together with the definitions of their file (PM101), and reported where those stay.
    """

    code = "PM102"
    name = "deployment-object"
    needs_plan = True
    examples = (
        Example(
            "from prefect.deployments import Deployment\n\n"
            'deployment = Deployment(name="a", flow_name="etl", entrypoint="flows.py:etl")\ndeployment.apply()\n'
        ),
        Example('from prefect.deployments import Deployment\n\nDeployment.load_from_yaml("a.yaml").apply()\n'),
        Example("from prefect.deployments import Deployment as D\n\n\nclass Mine(D):\n    pass\n"),
        Example("from prefect import deployments\n\nprint(isinstance(1, (int, deployments.Deployment)))\n"),
        Example("from prefect.deployments import DeploymentSpec\n\nDeploymentSpec(flow_location='./flow.py')\n"),
        Example("from prefect.deployments import run_deployment\n\nrun_deployment('a/b')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not any(word in file.text.text for word in ("Deployment", "load_deployments_from_yaml")):
            return
        uses = list(deployment_uses(context.project, file))
        if all(use.use == "annotation" for use in uses) and _is_rewritten(context):
            return
        for use in uses:
            message = f"`{file.source(use.node)}` {_WHAT[use.use]}"
            yield self.finding(
                context, file.span(use.node), message, _step(context, use),
                reason="what it does has no counterpart that keeps its form",
            )  # fmt: skip


def _is_rewritten(context: FileContext) -> bool:
    """Whether the annotations go with the definitions of the file."""
    there = [one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment)]
    return any(one.with_its_file for one in there if one.is_prefect_2)


def _step(context: FileContext, use: DeploymentUse) -> str:
    if use.use == "constructor":
        found = (one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment))
        deployment = next((one for one in found if one.call is use.call), None)
        return as_deploy(deployment) if deployment is not None else _ADVICE["other"]
    return _YAML if use.use == "yaml" else _ADVICE[use.use]
