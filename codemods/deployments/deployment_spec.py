from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.plan.early import early_step
from prefect_migrate.rules import Example, PythonRule
from prefect_migrate.symbols import dotted

_SPEC = re.compile(r"prefect\.(?:\w+\.)*DeploymentSpec")


class DeploymentSpec(PythonRule):
    """`DeploymentSpec(...)` of the betas is gone

    The betas of Prefect 2.0 had it, no later release: the file does not run under any Prefect 2 that came after.  It
    is reported with what to write, its flow runner and packager included.
    """

    code = "PM104"
    name = "deployment-spec"
    examples = (
        Example(
            """\
            from prefect.deployments import DeploymentSpec
            from prefect.flow_runners import SubprocessFlowRunner

            DeploymentSpec(name="nightly", flow_location="./flows.py", flow_runner=SubprocessFlowRunner())
            """,
        ),
        Example("import prefect\nfrom mylib import DeploymentSpec\n\nDeploymentSpec(name='a')\n", clean=True),
    )

    def visit_Call(self, node: ast.Call, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "DeploymentSpec" not in file.text.text:
            return
        meaning = dotted(context.project, file, node.func)
        if meaning is None or meaning.guard or not _SPEC.fullmatch(meaning.name):
            return
        message = "A deployment is made with `DeploymentSpec(...)`, which only the betas of Prefect 2 had"
        step = early_step(file, node)
        yield self.finding(context, file.span(node), message, step, reason="nothing in it can be taken over as it is")
