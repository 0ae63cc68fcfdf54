from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, CannotFix, Changes, Finding, Fix
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule


class BuildFromFlow(Rule):
    """`Deployment.build_from_flow` is gone

    Prefect 3 has no `Deployment` class.  A definition becomes `flow.deploy(...)`, or `flow.to_deployment(...)` where
    it is built in one place and applied in another, for a typed work pool that stands in for the infrastructure
    block; the block's settings become the pool's base job template under `work-pools/`.  Where the code lies in an
    image, only an entry in prefect.yaml can say so, and the Python that was there to deploy goes away.

    `flow.deploy` may load the flow's file again, so it is only written where that can't run the same line twice:
    for a flow of another file, or under `if __name__ == "__main__":`.  Elsewhere the flow object itself is deployed
    and the worker is told the directory through `working_dir`.

    It only reports a definition whose parts are not known without running the code, such as `**options`, or whose
    object is used for things that Prefect 3's has not.
    """

    code = "PM101"
    name = "build-from-flow"
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect.deployments import Deployment
            from prefect.server.schemas.schedules import CronSchedule

            from flows import etl

            deployment = Deployment.build_from_flow(
                flow=etl,
                name="nightly",
                version=1,
                schedule=CronSchedule(cron="0 3 * * *", timezone="UTC"),  # when the sources are quiet
                work_queue_name="etl",
                infra_overrides={"env.LOG_LEVEL": "DEBUG"},
            )

            if __name__ == "__main__":
                deployment.apply()
            """,
            """\
            from pathlib import Path

            from prefect.schedules import Cron

            from flows import etl

            if __name__ == "__main__":
                etl.from_source(
                    source=str(Path(__file__).parent),
                    entrypoint="flows.py:etl",
                ).deploy(
                    name="nightly",
                    work_pool_name="process-pool",
                    version="1",
                    schedules=[Cron("0 3 * * *", timezone="UTC")],  # when the sources are quiet
                    work_queue_name="etl",
                    job_variables={"env": {"LOG_LEVEL": "DEBUG"}},
                )
            """,
            others=(("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"),),
            creates=(("work-pools/create.sh", "prefect --no-prompt work-pool create process-pool --type process"),),
        ),
        Example(
            """\
            from prefect import flow
            from prefect.deployments import Deployment


            @flow
            def etl():
                pass


            Deployment.build_from_flow(etl, "here", apply=True)
            """,
            """\
            from pathlib import Path

            from prefect import flow


            @flow
            def etl():
                pass


            etl.to_deployment(
                name="here",
                work_pool_name="process-pool",
                job_variables={"working_dir": str(Path.cwd())},
            ).apply()
            """,
        ),
        Example(
            """\
            from prefect.deployments import Deployment
            from flows import etl

            OPTIONS = load()
            Deployment.build_from_flow(flow=etl, **OPTIONS)
            """,
        ),
        Example(
            """\
            from mylib import Deployment

            Deployment.build_from_flow(prefect=True)
            """,
            clean=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for deployment in context.plan.deployments_in(context.path):
            if isinstance(deployment, PythonDeployment) and deployment.kind == "build_from_flow":
                yield self._finding(context, deployment)

    def _finding(self, context: FileContext, deployment: PythonDeployment) -> Finding:
        span = deployment.file.span(deployment.call)
        name = deployment.name.or_none()
        message = f"Deployment {name!r} is built with `Deployment.build_from_flow`, which Prefect 3 does not have"
        if deployment.obstacles:
            reason = "; ".join(deployment.obstacles)
            step = f"Write `{deployment.flow_text or 'flow'}.deploy(...)` by hand for a typed work pool: {reason}."
            return self.finding(context, span, message, step, reason=reason)
        fix = Fix(_title(deployment), lambda: _changes(context, deployment))
        lost = _lost(deployment)
        tier = Applicability.REVIEW if lost else Applicability.SAFE
        return self.finding(
            context, span, message, _next_step(deployment), fix=fix, applicability=tier,
            reason=lost or "every argument has a counterpart whose value is kept",
        )  # fmt: skip


def _title(deployment: PythonDeployment) -> str:
    if deployment.target == "prefect-yaml":
        return "Move the deployment to prefect.yaml"
    assert deployment.rewrite is not None
    return "Use flow.deploy()" if deployment.rewrite.register else "Use flow.to_deployment()"


def _next_step(deployment: PythonDeployment) -> str:
    pool = deployment.pool
    if pool is None:
        return "Create the work pool that `work_pool_name` names, with a type, before you deploy."
    if not pool.ours:
        return (
            f"Work pool {pool.name!r} keeps its name; if its type is prefect-agent, delete it and create it with a "
            "type, which can't be changed in place."
        )
    if pool.block is not None and pool.block.loaded:
        load = f"{pool.block.cls}.load({pool.block.document.text if pool.block.document else ''})"
        return (
            f"The settings of the block are on the server: while Prefect 2 is installed, run "
            f"`{load}.publish_as_work_pool({pool.name!r})`, or set them in work pool {pool.name!r} by hand."
        )
    return f"Run work-pools/create.sh, which creates work pool {pool.name!r}, before you deploy."


def _lost(deployment: PythonDeployment) -> str:
    """What the rewrite can't keep, for a person to look at."""
    storage = deployment.storage_target
    parts = [storage.review] if storage is not None and storage.review else []
    parts += [
        f"the block's `{name}` has no counterpart: {advice}"
        for name, advice in (deployment.pool.lost if deployment.pool else {}).items()
    ]
    path = deployment.arguments.get("path")
    if storage is not None and path is not None and path.literal not in (None, "", "/", "."):
        parts.append(f"a run starts in the root of the storage now, not in {path.literal!r}")
    if deployment.arguments.get("output") is not None:
        parts.append("no YAML file is written any more (`output=`)")
    if deployment.arguments.get("triggers") is not None:
        parts.append("triggers have other classes in Prefect 3")
    return "; ".join(parts)


def _changes(context: FileContext, deployment: PythonDeployment) -> Changes:
    # A scan must not pay for LibCST, which the writers load.
    from prefect_migrate.writers import work_pools
    from prefect_migrate.writers.files import prefect_yaml_text
    from prefect_migrate.writers.flow_deploy import FlowDeployWriter
    from prefect_migrate.writers.prefect_yaml import UnreadableYaml
    from prefect_migrate.writers.removal import removal_of

    try:
        if deployment.pool is not None and deployment.pool.ours:
            work_pools.template_text(deployment.pool)
        if deployment.target == "prefect-yaml":
            prefect_yaml_text(context.project, [deployment])
            changes = removal_of(deployment)
            changes.to_yaml.append(deployment)
        else:
            changes = FlowDeployWriter(context.project, deployment, context.target).changes_made()
            changes.in_place.append(deployment)
    except (ValueError, UnreadableYaml) as error:
        raise CannotFix(str(error)) from error
    return changes
