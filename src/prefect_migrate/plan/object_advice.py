"""What a person is told about a use of Prefect 2's class `Deployment`."""

from __future__ import annotations

from prefect_migrate.context import FileContext
from prefect_migrate.plan.advice import as_deploy
from prefect_migrate.plan.early import early_step, is_early
from prefect_migrate.readers.deployment_uses import DeploymentUse
from prefect_migrate.readers.python_deployments import PythonDeployment

_YAML = "Put the deployment of the file into prefect.yaml, and run `prefect --no-prompt deploy --name NAME`."
_ADVICE = {
    "build": "Write `flow.deploy(...)` for a typed work pool in its place.",
    "spec": "Write `flow.deploy(...)`.",
    "subclass": "Derive from nothing: write a function that calls `flow.deploy(...)` with what the subclass sets.",
    "check": "`flow.to_deployment(...)` gives a `prefect.deployments.runner.RunnerDeployment`; ask for that.",
    "annotation": "`flow.to_deployment(...)` gives a `prefect.deployments.runner.RunnerDeployment`; name that.",
    "patch": "Patch the flow's `deploy` or `to_deployment`, whichever the code under test calls now.",
    "other": "Prefect 3 has `flow.deploy(...)` and `flow.to_deployment(...)` in its place.",
}
#: use -> what is wrong with it, behind the name
WHAT = {
    "build": "is gone",
    "constructor": "builds a deployment that Prefect 3 has no class for",
    "yaml": "reads a manifest that Prefect 3 does not know",
    "spec": "is of the betas of Prefect 2",
    "subclass": "is gone, and what derives from it",
    "check": "is gone, and nothing is one any more",
    "annotation": "is gone, and can't be an annotation",
    "patch": "names a class that is gone",
    "other": "is gone",
}


def step_of(context: FileContext, use: DeploymentUse) -> str:
    """What to write instead."""
    file, call = context.python, use.call
    if file is not None and call is not None and (use.use == "spec" or (use.use == "constructor" and is_early(call))):
        return early_step(file, call)
    if use.use == "constructor":
        found = (one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment))
        deployment = next((one for one in found if one.call is use.call), None)
        return as_deploy(deployment) if deployment is not None else _ADVICE["other"]
    return _YAML if use.use == "yaml" else _ADVICE[use.use]
