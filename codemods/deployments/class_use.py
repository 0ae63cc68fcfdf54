from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.names.coverage import annotations_go
from prefect_migrate.names.fixes import GOES, GOES_FIX
from prefect_migrate.plan.fixing import annotation_changes
from prefect_migrate.readers.python_classes import ClassUse, class_uses
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule

_FLOWS = "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"
_WHAT = {
    "base": "A class is derived from `{}`",
    "check": "Code asks whether something is a `{}`",
    "annotation": "An annotation names `{}`",
    "patch": "A mock takes the place of `{}`",
    "value": "`{}` is handed on as a value",
}
_STEP = {
    "base": "Derive it from `prefect.deployments.runner.RunnerDeployment`, or write a function that calls "
    "`flow.deploy(...)`.",
    "check": "What `flow.to_deployment(...)` gives is a `prefect.deployments.runner.RunnerDeployment`.",
    "annotation": "Name `prefect.deployments.runner.RunnerDeployment`, which `flow.to_deployment(...)` gives.",
    "patch": "Patch the flow's `deploy` or `to_deployment`, whichever the code under test calls now.",
    "value": "Hand on `flow.deploy` or `flow.to_deployment` of the flow in question.",
}


class DeploymentClass(Rule):
    """Code names the `Deployment` class without building one

    Subclasses, `isinstance`, annotations, mocks of `build_from_flow` or `apply` by name, and `partial` of them: none
    of these works without the class.  An annotation is rewritten to `RunnerDeployment`, which is what
    `flow.to_deployment` gives, where every deployment of the repository is rewritten; the rest is reported.
    """

    code = "PM105"
    name = "deployment-class"
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect.deployments import Deployment


            def register(deployment: Deployment):
                deployment.apply()
            """,
            """\
            from prefect.deployments.runner import RunnerDeployment


            def register(deployment: RunnerDeployment):
                deployment.apply()
            """,
            path="register.py",
            others=(
                ("flows.py", _FLOWS),
                (
                    "build.py",
                    "from prefect.deployments import Deployment\nfrom flows import etl\nfrom register import register\n"
                    "register(Deployment.build_from_flow(etl, 'nightly'))\n",
                ),
            ),
        ),
        Example("from prefect.deployments import Deployment\n\n\nclass Ours(Deployment):\n    pass\n"),
        Example("from prefect.deployments import Deployment\n\n\ndef f(x):\n    return isinstance(x, Deployment)\n"),
        Example(
            "from unittest.mock import patch  # prefect\n\n\n@patch('app.Deployment.build_from_flow')\n"
            "def test(mock): ...\n",
            others=(("app.py", "from prefect.deployments import Deployment\n"),),
        ),
        Example("import prefect\nfrom mylib import Deployment\n\n\nclass Ours(Deployment):\n    pass\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None:
            return
        uses = list(class_uses(context.project, file))
        goes = annotations_go(context, file) if uses else None
        alone = bool(uses) and all(use.form == "annotation" for use in uses) and _all_rewritten(context)
        for use in uses:
            yield self._finding(context, use, goes if use.form == "annotation" else None, alone=alone)

    def _finding(self, context: FileContext, use: ClassUse, goes: Applicability | None, *, alone: bool) -> Finding:
        file = context.python
        assert file is not None
        text = str(getattr(use.node, "value", "")) if use.form == "patch" else file.source(use.node).strip("\"'")
        message = f"{_WHAT[use.form].format(text)}, which Prefect 3 does not have"
        span, step = file.span(use.node), _STEP[use.form]
        if goes is not None:
            return self.finding(context, span, message, step, fix=GOES_FIX, applicability=goes, reason=GOES)
        if alone:
            project = context.project
            fix = Fix("Use RunnerDeployment", lambda: annotation_changes(project, file, span))
            why = "every deployment of the repository becomes one"
            return self.finding(context, span, message, step, fix=fix, applicability=Applicability.SAFE, reason=why)
        return self.finding(context, span, message, step, reason="what takes its place depends on the code around it")


def _all_rewritten(context: FileContext) -> bool:
    """Whether the repository builds deployments elsewhere than in this file, and all of them are rewritten."""
    builds = [d for d in context.plan.deployments if isinstance(d, PythonDeployment) and d.is_prefect_2]
    here = any(deployment.site.path == context.path for deployment in builds)
    return bool(builds) and not here and not any(deployment.obstacles for deployment in builds)
