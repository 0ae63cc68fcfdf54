from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile


class ApplyUpload(Rule):
    """`upload=` of `.apply()` uploads what was uploaded already

    Prefect 3's `apply` takes no `upload=`.  Where a deployment is applied in another place than it is built in, the
    argument goes if it asks for nothing, or if building the deployment uploaded the code already, as Prefect 2 did
    unless it was told `skip_upload=True`.  Any other is named where the deployment is built (PM101).
    """

    code = "PM104"
    name = "apply-upload"
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect_flows import deployment


            def main():
                deployment.apply(upload=True)
            """,
            """\
            from prefect_flows import deployment


            def main():
                deployment.apply()
            """,
            others=(
                ("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"),
                (
                    "prefect_flows.py",
                    "from prefect.deployments import Deployment\nfrom prefect.filesystems import RemoteFileSystem\n"
                    "from flows import etl\n\ndeployment = Deployment.build_from_flow(\n"
                    "    etl, 'nightly', storage=RemoteFileSystem.load('code')\n)\n",
                ),
            ),
        ),
        Example(
            "from prefect_flows import deployment\n\ndeployment.apply(upload=True)\n",
            clean=True,  # it is named where the deployment is built
            others=(
                (
                    "prefect_flows.py",
                    "from prefect.deployments import Deployment\nfrom prefect.filesystems import RemoteFileSystem\n"
                    "from flows import etl\n\ndeployment = Deployment.build_from_flow(\n"
                    "    etl, 'nightly', storage=RemoteFileSystem.load('code'), skip_upload=True\n)\n",
                ),
            ),
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        found = [one for one in context.plan.deployments if isinstance(one, PythonDeployment) and one.idle_applies]
        file = context.python if found else None
        if file is None:
            return
        idle = {call for one in found for call in one.idle_applies}
        for call in (node for node in file.calls() if node in idle):
            yield self._finding(context, file, call)

    def _finding(self, context: FileContext, file: PythonFile, call: ast.Call) -> Finding:
        end, span = file.span(call.func)[1], file.span(call)
        message = f"`{file.source(call)}` uploads nothing that building the deployment did not upload"
        fix = Fix("Drop the argument", lambda: Changes([Edit(end, span[1], "()")]))
        reason = "the code is uploaded where the deployment is built"
        step = "Drop `upload=`, which Prefect 3's `apply` does not take."
        return self.finding(context, span, message, step, fix=fix, applicability=Applicability.SAFE, reason=reason)
