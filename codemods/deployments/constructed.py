from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Finding, Fix
from prefect_migrate.plan.advice import as_deploy, next_step_of, reviews_of, title_of
from prefect_migrate.plan.early import is_early
from prefect_migrate.plan.fixing import changes_of
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import Example, Rule

_FLOWS = ("flows.py", 'from prefect import flow\n\n\n@flow(name="Daily ETL")\ndef etl():\n    pass\n')


class Constructed(Rule):
    """`Deployment(...)` is put together by hand

    Prefect 3 has no `Deployment` class.  What names its flow by file and function, without importing it, becomes
    `flow.from_source(source=..., entrypoint=...).deploy(...)`, which loads it from there; where the code lies in an
    image it becomes an entry in prefect.yaml.  A `flow_name` that is not the flow's own is kept by `with_options`.

    What `.load()` takes over from the server has to be said in the code, so that wants review; a definition without
    an entrypoint, such as one that only changes the schedule of what the server has, is only reported.
    """

    code = "PM103"
    name = "deployment-constructor"
    needs_plan = True
    reads_cells = True
    examples = (
        Example(
            """\
            from prefect.deployments import Deployment
            from prefect.filesystems import GitHub

            deployment = Deployment(
                name="nightly",
                flow_name="Daily ETL",
                entrypoint="flows.py:etl",
                storage=GitHub(repository="https://github.com/org/etl"),
                work_queue_name="etl",
                infra_overrides={"env.LEVEL": "INFO"},
            )

            if __name__ == "__main__":
                deployment.apply()
            """,
            """\
            from prefect import flow

            if __name__ == "__main__":
                flow.from_source(
                    source="https://github.com/org/etl.git",
                    entrypoint="flows.py:etl",
                ).deploy(
                    name="nightly",
                    work_pool_name="process-pool",
                    work_queue_name="etl",
                    job_variables={"env": {"LEVEL": "INFO"}},
                )
            """,
            others=(_FLOWS,),
            unsafe=True,
        ),
        Example(
            """\
            from pathlib import Path
            from prefect.deployments import Deployment

            here = str(Path(__file__).parent)
            d = Deployment(name="a", flow_name="Other name", path=here, entrypoint="flows.py:etl")
            d.load()
            d.apply()
            """,
            """\
            from pathlib import Path
            from prefect import flow

            here = str(Path(__file__).parent)
            flow.from_source(
                source=here,
                entrypoint="flows.py:etl",
            ).with_options(name="Other name").deploy(
                name="a",
                work_pool_name="process-pool",
            )
            """,
            others=(_FLOWS,),
            unsafe=True,
        ),
        Example(
            """\
            from prefect.deployments import Deployment

            deployment = Deployment(name="a", flow_name="etl")
            deployment.load()
            deployment.apply()
            """,
        ),
        Example("from prefect.client.schemas.objects import Deployment\n\nDeployment(name='a')\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        found = (one for one in context.plan.deployments_in(context.path) if isinstance(one, PythonDeployment))
        for deployment in found:
            if deployment.kind == "constructor" and not is_early(deployment.call) and not deployment.guard:
                yield self._finding(context, deployment)

    def _finding(self, context: FileContext, deployment: PythonDeployment) -> Finding:
        span = deployment.file.span(deployment.call)
        message = f"Deployment {deployment.name.or_none()!r} is put together by `Deployment(...)`, which is gone"
        if deployment.obstacles:
            reason = "; ".join(deployment.obstacles)
            return self.finding(context, span, message, as_deploy(deployment), reason=reason)
        fix = Fix(title_of(deployment), lambda: changes_of(context.project, deployment, context.target))
        reviews = reviews_of(deployment)
        tier = Applicability.REVIEW if reviews else Applicability.SAFE
        reason = "; ".join(reviews) or "every argument has a counterpart whose value is kept"
        step = next_step_of(deployment)
        return self.finding(context, span, message, step, fix=fix, applicability=tier, reason=reason)
