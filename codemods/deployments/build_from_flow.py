from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.plan.advice import by_hand, next_step_of, reviews_of, title_of
from prefect_migrate.plan.fixing import changes_of
from prefect_migrate.plan.given_blocks import given_block_changes
from prefect_migrate.plan.obstacles import is_constructor
from prefect_migrate.plan.option_loops import loop_changes
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

    In the cells of a notebook it is the same for a flow that a file defines, and `await` goes with it: there both
    versions give a coroutine.  A flow of the notebook's own is reported, because no worker could load it.

    Parameters that don't fit the types of the flow's arguments, such as `"2020"` for an `int`, are refused by Prefect 3
    where Prefect 2 left them to the run; such a definition gets `enforce_parameter_schema=False`.

    An import that is tried (`try: from prefect.deployments import Deployment`) goes with the `try`, where its handler
    only says that it failed, and leaves.

    It only reports a definition whose parts are not known without running the code, such as `**options` that a
    function gives, or whose object is used for things that Prefect 3's has not.  Where a loop goes through options
    that are all written down, each turn of it is written out first; a block that a function takes as an argument is
    named in it first, where every call gives the same.
    """

    code = "PM101"
    name = "build-from-flow"
    needs_plan = True
    reads_cells = True
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
            from prefect.deployments import Deployment
            from prefect.infrastructure import Process
            from flows import etl


            def deploy(flow, name, block):
                Deployment.build_from_flow(flow, name, infrastructure=block).apply()


            def main():
                job = Process.load("jobs")
                deploy(etl, "a", job)
                deploy(etl, "b", block=job)
            """,
            """\
            from pathlib import Path

            from flows import etl


            def deploy(flow, name):
                flow.to_deployment(
                    name=name,
                    work_pool_name="jobs",
                    job_variables={"working_dir": str(Path.cwd())},
                ).apply()


            def main():
                deploy(etl, "a")
                deploy(etl, "b")
            """,
            others=(("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"),),
            unsafe=True,
        ),
        Example(
            """\
            from flows import etl


            def deploy():
                try:
                    from prefect.deployments import Deployment
                except ImportError as error:
                    print(f"nothing is deployed: {error}")
                    return
                Deployment.build_from_flow(etl, "nightly").apply()
            """,
            """\
            from pathlib import Path

            from flows import etl


            def deploy():
                etl.from_source(
                    source=str(Path(__file__).parent),
                    entrypoint="flows.py:etl",
                ).deploy(
                    name="nightly",
                    work_pool_name="process-pool",
                )
            """,
            others=(("flows.py", "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n"),),
        ),
        Example(
            """\
            from mylib import Deployment

            Deployment.build_from_flow(prefect=True)
            """,
            clean=True,
        ),
        Example(
            """\
            from prefect.deployments import Deployment
            from flows import etl, load

            DEPLOYMENTS = [{"flow": etl, "name": "nightly"}, {"flow": load, "name": "hourly", "tags": ["fast"]}]

            if __name__ == "__main__":
                for options in DEPLOYMENTS:
                    Deployment.build_from_flow(**options, work_queue_name="etl").apply()
            """,
            """\
            from pathlib import Path

            from flows import etl, load

            if __name__ == "__main__":
                etl.from_source(
                    source=str(Path(__file__).parent),
                    entrypoint="flows.py:etl",
                ).deploy(
                    name="nightly",
                    work_pool_name="process-pool",
                    work_queue_name="etl",
                )
                load.from_source(
                    source=str(Path(__file__).parent),
                    entrypoint="flows.py:load",
                ).deploy(
                    name="hourly",
                    work_pool_name="process-pool",
                    tags=["fast"],
                    work_queue_name="etl",
                )
            """,
            others=(("flows.py", "from prefect import flow\n\n\n@flow\ndef etl(): ...\n\n\n@flow\ndef load(): ...\n"),),
            unsafe=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for deployment in context.plan.deployments_in(context.path):
            if isinstance(deployment, PythonDeployment) and deployment.kind == "build_from_flow":
                yield self._finding(context, deployment)

    def _finding(self, context: FileContext, deployment: PythonDeployment) -> Finding:
        span = deployment.file.span(deployment.call)
        name = deployment.name.or_none()
        method = "Deployment(flow=...)" if is_constructor(deployment) else "Deployment.build_from_flow"
        message = f"Deployment {name!r} is built with `{method}`, which Prefect 3 does not have"
        if deployment.obstacles:
            prepared = self._written_out(context, deployment, message) or self._named(context, deployment, message)
            return prepared or self.finding(
                context, span, message, by_hand(deployment), reason="; ".join(deployment.obstacles)
            )
        fix = Fix(title_of(deployment), lambda: changes_of(context.project, deployment, context.target))
        reviews = reviews_of(deployment)
        tier = Applicability.REVIEW if reviews else Applicability.SAFE
        reason = "; ".join(reviews) or "every argument has a counterpart whose value is kept"
        return self.finding(
            context, span, message, next_step_of(deployment), fix=fix, applicability=tier, reason=reason
        )

    def _written_out(self, context: FileContext, deployment: PythonDeployment, message: str) -> Finding | None:
        """What a loop goes through is written out, turn by turn; the next round rewrites each call."""
        file, call, project = deployment.file, deployment.call, context.project
        if not deployment.splats or context.file.kind != PYTHON or loop_changes(project, file, call) is None:
            return None
        fix = Fix("Write each turn of the loop out", lambda: loop_changes(project, file, call) or Changes())
        reason = "each turn says what the loop did, and becomes one of `flow.deploy()` or an entry of prefect.yaml"
        tier = Applicability.REVIEW
        return self.finding(
            context, file.span(call), message, by_hand(deployment), fix=fix, applicability=tier, reason=reason
        )

    def _named(self, context: FileContext, deployment: PythonDeployment, message: str) -> Finding | None:
        """A block that every call of a function gives is named in it; the next round rewrites the definition."""
        file, project, node = deployment.file, context.project, deployment.nodes.get("infrastructure")
        is_all = len(deployment.obstacles) == 1 and context.config.target_style != "prefect-yaml"
        if node is None or deployment.infrastructure is not None or not is_all or context.file.kind != PYTHON:
            return None
        if given_block_changes(project, file, node) is None:
            return None
        fix = Fix("Name the block that every call gives", lambda: given_block_changes(project, file, node) or Changes())
        reason = "every call gives the same block, whose work pool the definition names then"
        return self.finding(
            context,
            file.span(deployment.call),
            message,
            by_hand(deployment),
            fix=fix,
            applicability=Applicability.REVIEW,
            reason=reason,
        )
