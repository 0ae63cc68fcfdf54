from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.plan.early import is_early
from prefect_migrate.plan.early_rewrite import early_changes
from prefect_migrate.plan.fixing import annotation_changes
from prefect_migrate.plan.loaded_manifests import loaded_manifest, only_registers, removal_of_load
from prefect_migrate.plan.object_advice import WHAT, step_of
from prefect_migrate.plan.object_members import lost_members_of_deployments
from prefect_migrate.plan.partial_builds import partial_changes
from prefect_migrate.readers.deployment_uses import DeploymentUse, deployment_uses
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile

_WORDS = ("Deployment", "load_deployments_from_yaml", "patch", "setattr")


class DeploymentObject(Rule):
    """Prefect 2's `Deployment` is used other than to build a deployment

    The class is gone from Prefect 3, and with it `Deployment.load_from_yaml`, `load_deployments_from_yaml`,
    subclasses and `isinstance`; so are the `DeploymentSpec` and the `Deployment(flow=...)` of the betas.  Each use is
    reported where it stands, with what to write.  A spec of the betas that says no more than its flow, name, schedule,
    parameters and tags is rewritten: running its file registers it now (`python FILE`), where
    `prefect deployment create FILE` did.  It becomes the `Deployment.build_from_flow` of later releases first, which
    PM101 takes from there.

    Where `Deployment.load_from_yaml` only registers a manifest of the repository, which becomes an entry in
    prefect.yaml (PM112), it goes, and `prefect deploy` does that.  What `partial(Deployment.build_from_flow, ...)`
    fixes is written out in each call of it.  Mocks are only reported, those too that name the class by the module which
    imports it.  Annotations and `isinstance` are changed together with the definitions of their file (PM101); in a file
    without any they name `RunnerDeployment`, which is what `flow.to_deployment` gives, where every deployment of the
    repository is rewritten and the file uses none of what such an object lacks (`infrastructure`, `path`, a block as
    `storage`), which is reported.
    """

    code = "PM102"
    name = "deployment-object"
    needs_plan = True
    reads_cells = True
    examples = (
        Example(
            "from prefect.deployments import Deployment\nfrom f import etl\n\nDeployment(flow=etl, packager=None)\n"
        ),
        Example('from prefect.deployments import Deployment\n\nDeployment.load_from_yaml("a.yaml").apply()\n'),
        Example("from prefect.deployments import Deployment as D\n\n\nclass Mine(D):\n    pass\n"),
        Example("from prefect import deployments\n\nprint(isinstance(1, (int, deployments.Deployment)))\n"),
        Example("from prefect.deployments import DeploymentSpec\n\nDeploymentSpec(flow_location='./flow.py')\n"),
        Example(
            """\
            from prefect import flow
            from prefect.deployments import DeploymentSpec
            from prefect.flow_runners import SubprocessFlowRunner


            @flow
            def etl():
                pass


            DeploymentSpec(flow=etl, name="nightly", flow_runner=SubprocessFlowRunner(), tags=["etl"])
            """,
            """\
            from prefect import flow
            from prefect.deployments import Deployment


            @flow
            def etl():
                pass


            if __name__ == "__main__":
                Deployment.build_from_flow(flow=etl, name="nightly", tags=["etl"]).apply()
            """,
            unsafe=True,
        ),
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
                ("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"),
                (
                    "build.py",
                    "from prefect.deployments import Deployment\nfrom flows import etl\nfrom register import register\n"
                    "register(Deployment.build_from_flow(etl, 'nightly'))\n",
                ),
            ),
        ),
        Example(
            "from prefect.deployments import Deployment\n\n\ndef place(deployment: Deployment, block):\n"
            "    deployment.storage = block\n    deployment.infra_overrides = {}\n"
        ),
        Example(
            """\
            from functools import partial
            from prefect.deployments import Deployment
            from flows import etl

            build = partial(Deployment.build_from_flow, work_queue_name="etl", tags=["prod"])
            if __name__ == "__main__":
                build(etl, "nightly").apply()
                build(flow=etl, name="test", tags=[]).apply()
            """,
            """\
            from prefect.deployments import Deployment
            from flows import etl

            if __name__ == "__main__":
                Deployment.build_from_flow(etl, "nightly", work_queue_name="etl", tags=["prod"]).apply()
                Deployment.build_from_flow(flow=etl, name="test", tags=[], work_queue_name="etl").apply()
            """,
            unsafe=True,
        ),
        Example(
            "from unittest.mock import patch  # Deployment of prefect\n\n\n@patch('app.Deployment.apply')\n"
            "def test(mock): ...\n",
            others=(("app.py", "from prefect.deployments import Deployment\n"),),
        ),
        Example("from prefect.deployments import run_deployment\n\nrun_deployment('a/b')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        if file is None or not any(word in file.text.text for word in _WORDS):
            return
        found = [one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment)]
        planned = {one.call for one in found if one.kind == "build_from_flow" or not is_early(one.call)}
        going = [node for one in found for statement in one.loads for node in ast.walk(statement)]
        planned |= {node for node in going if isinstance(node, ast.Call)}
        uses = [use for use in deployment_uses(context.project, file) if use.call not in planned]
        members = list(lost_members_of_deployments(context, file)) if uses else []
        for node, step in members:
            message = f"`{file.source(node)}` is Prefect 2's: a `RunnerDeployment` has or takes no such `{node.attr}`"
            yield self.finding(context, file.span(node), message, step)
        are_named = all(use.use in ("annotation", "check") for use in uses)
        if not uses or (are_named and _is_rewritten(context)):
            return
        renames = are_named and not members and _all_rewritten(context)
        for use in uses:
            special = self._loaded(context, file, use) or self._early(context, file, use) or self._partial(context, use)
            yield special or self._finding(context, file, use, renames=renames)

    def _loaded(self, context: FileContext, file: PythonFile, use: DeploymentUse) -> Finding | None:
        """What loads a manifest of the repository, and registers it, goes with the manifest."""
        call, name = use.call, file.source(use.node)
        if use.use != "yaml" or call is None or context.file.kind != PYTHON or not name.endswith("load_from_yaml"):
            return None
        deployment = loaded_manifest(context.project, context.plan, file, call)
        if deployment is None or not only_registers(file, call):
            return None
        step = f"Run `prefect --no-prompt deploy --name {deployment.name.literal}` where this script ran."
        fix = Fix("Leave it to prefect.yaml", lambda: removal_of_load(context.project, file, call))
        reason = "the script registers it no more: prefect.yaml has the deployment, and `prefect deploy` reads that"
        message, tier = f"`{name}` {WHAT['yaml']}", Applicability.REVIEW
        return self.finding(context, file.span(use.node), message, step, fix=fix, applicability=tier, reason=reason)

    def _early(self, context: FileContext, file: PythonFile, use: DeploymentUse) -> Finding | None:
        """A plain spec of the betas becomes what later releases had in its place, which PM101 rewrites then."""
        call, project = use.call, context.project
        if use.use not in ("spec", "constructor") or call is None or context.file.kind != PYTHON:
            return None
        if (use.use == "constructor" and not is_early(call)) or early_changes(project, file, call) is None:
            return None
        fix = Fix("Register it when the script runs", lambda: early_changes(project, file, call) or Changes())
        message, tier = f"`{file.source(use.node)}` {WHAT[use.use]}", Applicability.REVIEW
        reason = "running the script registers it, where `prefect deployment create` ran the script and found it"
        step = step_of(context, use)
        return self.finding(context, file.span(use.node), message, step, fix=fix, applicability=tier, reason=reason)

    def _partial(self, context: FileContext, use: DeploymentUse) -> Finding | None:
        """What a partial fixed is written out in each call of it, which PM101 rewrites then."""
        file, project = context.python, context.project
        if use.use != "other" or file is None or context.file.kind != PYTHON:
            return None
        if partial_changes(project, file, use.node) is None:
            return None
        fix = Fix("Write it out in each call", lambda: partial_changes(project, file, use.node) or Changes())
        reason = "each call says what the partial did, and becomes one of `flow.deploy()` or an entry of prefect.yaml"
        message, tier = f"`{file.source(use.node)}` {WHAT['other']}", Applicability.REVIEW
        step = step_of(context, use)
        return self.finding(context, file.span(use.node), message, step, fix=fix, applicability=tier, reason=reason)

    def _finding(self, context: FileContext, file: PythonFile, use: DeploymentUse, *, renames: bool) -> Finding:
        span, step = file.span(use.node), step_of(context, use)
        message = f"`{file.source(use.node)}` {WHAT[use.use]}"
        if not renames:
            reason = "what it does has no counterpart that keeps its form"
            return self.finding(context, span, message, step, reason=reason)
        fix = Fix("Use RunnerDeployment", lambda: annotation_changes(context.project, file, span))
        reason = "every deployment of the repository becomes one"
        return self.finding(context, span, message, step, fix=fix, applicability=Applicability.SAFE, reason=reason)


def _is_rewritten(context: FileContext) -> bool:
    """Whether the annotations go with the definitions of the file."""
    there = [one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment)]
    return any(one.with_its_file for one in there if one.is_prefect_2)


def _all_rewritten(context: FileContext) -> bool:
    """Whether the repository builds deployments in other files than this one, and all of them are rewritten there."""
    builds = [one for one in context.plan.deployments if isinstance(one, PythonDeployment) and one.is_prefect_2]
    here = any(one.site.path == context.path for one in builds)
    return bool(builds) and not here and all(one.target is not None for one in builds)
