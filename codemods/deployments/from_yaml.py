from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.rules import Example, PythonRule
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import dotted

_LOADERS = re.compile(r"prefect\.deployments(?:\.\w+)*\.load_deployments_from_yaml")


class DeploymentFromYaml(PythonRule):
    """Deployments are loaded from a manifest

    `Deployment.load_from_yaml` and `load_deployments_from_yaml` read what `prefect deployment build` or `.to_yaml`
    wrote; Prefect 3 has neither.  Reported with what to do: an entry in prefect.yaml for the manifest (rule PM112
    writes it where the manifest is in the repository), and `prefect deploy` where the code applied it.
    """

    code = "PM103"
    name = "deployment-from-yaml"
    examples = (
        Example(
            """\
            from prefect.deployments import Deployment

            Deployment.load_from_yaml("etl-deployment.yaml").apply()
            """,
        ),
        Example(
            """\
            from prefect.deployments import load_deployments_from_yaml

            registry = load_deployments_from_yaml("deployments.yaml")
            """,
        ),
        Example("import prefect\nfrom mylib import Deployment\n\nDeployment.load_from_yaml('a')\n", clean=True),
    )

    def visit_Call(self, node: ast.Call, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or "from_yaml" not in file.text.text:
            return
        meaning = dotted(context.project, file, node.func)
        if meaning is None or not meaning.certain or meaning.guard:
            return
        if deployment_method(meaning.name) != "load_from_yaml" and not _LOADERS.fullmatch(meaning.name):
            return
        argument = node.args[0] if node.args else next((keyword.value for keyword in node.keywords), None)
        path = value_of(context.project, file, argument) if argument is not None else None
        manifest = f"the manifest {path.literal}" if path is not None and isinstance(path.literal, str) else "it"
        message = f"`{file.source(node.func)}` loads a manifest of Prefect 2, which Prefect 3 does not read"
        step = f"Write an entry in prefect.yaml for {manifest}, and run `prefect deploy --name <name>` instead."
        yield self.finding(context, file.span(node), message, step, reason="nothing in Python reads manifests any more")
