from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.pins.versions import integration_release
from prefect_migrate.pins.worker_packages import PACKAGES, asked, below, is_installed
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.readers.agents import CommandAgent
from prefect_migrate.rules import Example, RepositoryRule
from prefect_migrate.writers.worker_start import plan_worker

_FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(etl, "nightly", work_queue_name="etl", infrastructure=DockerContainer(image="x")).apply()
"""
_SITES = (("flows.py", _FLOWS), ("start.sh", "prefect agent start -q etl\n"))


class WorkerPackage(RepositoryRule):
    """A worker needs a package of its own

    Agents brought all of Prefect 2's infrastructure along; the worker of a pool of type docker, kubernetes, ecs and so
    on comes with an integration, without which `prefect worker start` stops ("Unable to start worker") unless a person
    is there to be asked.  Where one requirements file of the repository asks for Prefect, the package goes below it,
    for review: the worker may be installed from elsewhere.  An agent whose pool is a variable may be of any pool that
    the deployments of its queues got.
    """

    code = "PM221"
    name = "worker-package"
    examples = (
        Example(
            "prefect==3.8.8\ns3fs\n",
            "prefect==3.8.8\nprefect-docker>=0.7.4\ns3fs\n",
            path="requirements.txt",
            others=_SITES,
            unsafe=True,
        ),
        Example("prefect agent start -q etl\n", path="start.sh", others=_SITES[:1]),
        Example(
            "prefect agent start -q etl\n",
            path="start.sh",
            others=(*_SITES[:1], ("requirements.txt", "prefect[docker]\n")),
            clean=True,
        ),
    )

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        done = set()
        for agent in plan.agents:
            if not isinstance(agent, CommandAgent):
                continue
            for name in _pools(plan, agent, config):
                pool = plan.pools.get(name)
                package = PACKAGES.get(pool.type or plan.made_pools.get(name, "")) if pool is not None else None
                if package and package not in done and not is_installed(project, package):
                    done.add(package)
                    yield self._finding(project, plan, config, agent, package)

    def _finding(self, project: Project, plan: Plan, config: Config, agent: CommandAgent, package: str) -> Finding:
        message = f"The worker needs {package}, which nothing here installs"
        if agent.pool is not None and not agent.pool.known:
            message = f"The worker of {agent.pool.text} may need {package}, which nothing here installs"
        askers = list(asked(project))
        path, pin = askers[0] if len(askers) == 1 else (agent.site.path, None)
        file = next(file for file in project.files if file.path == path)
        context = FileContext(project, file, plan, config)
        if pin is None or pin.hashed:
            span = (agent.invocation.start, agent.invocation.end) if pin is None else (pin.start, pin.end)
            step = f"Install {package} where the worker runs, or start it with `--install-policy if-not-present`."
            why = "it is not known what the worker is installed from" if pin is None else "the file has hashes"
            return self.finding(context, span, message, step, reason=why)
        release, doubt = integration_release(package, context.target)
        edit = below(context.text.text, pin.end, f"{package}>={release}")
        return self.finding(
            context, (pin.start, pin.end), message, "See that the worker's environment is made from this file.",
            fix=Fix(f"Require {package}", lambda: Changes(edits=[edit])), applicability=Applicability.REVIEW,
            reason=doubt or "the worker may be installed from elsewhere",
        )  # fmt: skip


def _pools(plan: Plan, agent: CommandAgent, config: Config) -> list[str]:
    """The pools that a worker in the agent's place may poll."""
    if agent.pool is None or agent.pool.known:
        return plan_worker(plan, agent, config.pool_renames).pools
    queues = [str(queue.literal) for queue in agent.queues if queue.known]
    return [pool for queue in queues for pool in plan.pools_of_queue.get(queue, ())] or sorted(plan.pools)
