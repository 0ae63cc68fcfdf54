"""Make the plan: read the whole repository, give every deployment a work pool and a way to be written."""

from __future__ import annotations

from prefect_migrate.config import Config
from prefect_migrate.discovery.kinds import COMMAND_DIALECTS, PYTHON
from prefect_migrate.foreign import foreign_kind
from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.pools import assign_pools
from prefect_migrate.plan.targets import choose_targets
from prefect_migrate.project import Project
from prefect_migrate.readers.agents import read_agents
from prefect_migrate.readers.prefect_yaml import read_prefect_yaml
from prefect_migrate.readers.python_blocks import read_blocks
from prefect_migrate.readers.python_deployments import read_deployments
from prefect_migrate.readers.python_flows import read_flows


def make_plan(project: Project, config: Config) -> Plan:
    """The plan of a repository."""
    plan = Plan(config.target)
    for file in project.of_kind(PYTHON):
        python = project.python(file.path)
        if python is not None and foreign_kind(project, python) is None:
            plan.flows += read_flows(project, python)
            plan.blocks += read_blocks(project, python)
            plan.deployments += read_deployments(project, python)
    plan.deployments += read_prefect_yaml(project)
    for file in project.of_kind(*COMMAND_DIALECTS):
        plan.agents += read_agents(project, file)
    assign_pools(plan, config)
    choose_targets(project, plan, config)
    return plan
