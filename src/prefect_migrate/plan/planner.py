"""Make the plan: read the whole repository, give every deployment a work pool and a way to be written."""

from __future__ import annotations

from collections.abc import Callable

from prefect_migrate.config import Config
from prefect_migrate.discovery.kinds import NOTEBOOK, PYTHON, YAML
from prefect_migrate.foreign import foreign_kind
from prefect_migrate.hosts.sites import HOST_KINDS
from prefect_migrate.plan.direct import note_direct_pools
from prefect_migrate.plan.document_names import tell_apart
from prefect_migrate.plan.entries import choose_entries
from prefect_migrate.plan.image_paths import note_image_paths
from prefect_migrate.plan.in_images import note_image_builds, note_missing_files
from prefect_migrate.plan.made_blocks import take_what_is_made
from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.parameter_types import note_refused_parameters
from prefect_migrate.plan.pools import assign_pools
from prefect_migrate.plan.registering import registering_commands
from prefect_migrate.plan.registrations import link_registrations
from prefect_migrate.plan.replaced_env import drop_replaced_env
from prefect_migrate.plan.targets import choose_targets
from prefect_migrate.plan.template_overrides import move_template_overrides
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.readers.agents import read_agents
from prefect_migrate.readers.cli_deployments import CliBuild, read_cli
from prefect_migrate.readers.deployment_yaml import read_manifest
from prefect_migrate.readers.prefect_yaml import read_prefect_yaml
from prefect_migrate.readers.python_blocks import read_blocks
from prefect_migrate.readers.python_deployments import read_deployments
from prefect_migrate.readers.python_flows import read_flows

#: What a notebook with deployments has somewhere.
_DEPLOYS = (b"Deployment", b"deployment", b".deploy")


def make_plan(project: Project, config: Config, read: Callable[[ProjectFile, Plan], None] | None = None) -> Plan:
    """The plan of a repository.

    `read` is called for each Python file in place of `read_python`, by whoever has more to do while its tree is there.
    """
    plan = Plan(config.target)
    for file in project.of_kind(PYTHON):
        if read is not None:
            read(file, plan)
        else:
            read_python(project, plan, file)
    for file in project.of_kind(NOTEBOOK):
        _read_notebook(project, plan, file)
    plan.deployments += read_prefect_yaml(project)
    for file in project.of_kind(*HOST_KINDS):
        with project.failures.guard(file.path, "reading its commands"):
            _read_commands(project, plan, file)
    for file in project.of_kind(YAML):
        with project.failures.guard(file.path, "reading its deployment"):
            manifest = read_manifest(project, file)
            plan.manifests += [manifest] if manifest is not None else []
    link_registrations(plan, project)
    take_what_is_made(plan)
    tell_apart(plan)
    move_template_overrides(plan)
    note_refused_parameters(project, plan)
    drop_replaced_env(plan)
    assign_pools(project, plan, config)
    note_direct_pools(project, plan)
    note_image_paths(project, plan)
    choose_targets(project, plan, config)
    choose_entries(project, plan)
    note_missing_files(project, plan)
    note_image_builds(project, plan)
    plan.registering = registering_commands(project, plan)
    return plan


def read_python(project: Project, plan: Plan, file: ProjectFile) -> None:
    """Add what a Python file says about deployments."""
    with project.failures.guard(file.path, "reading its flows, blocks and deployments"):
        python = project.python(file.path) if foreign_kind(project, file.path) is None else None
        if python is not None:
            plan.flows += read_flows(project, python)
            plan.blocks += read_blocks(project, python)
            plan.deployments += read_deployments(project, python)


def _read_notebook(project: Project, plan: Plan, file: ProjectFile) -> None:
    """Add what the cells of a notebook say about deployments."""
    if file.data is None or not any(word in file.data for word in _DEPLOYS):
        return
    with project.failures.guard(file.path, "reading its blocks and deployments"):
        python = project.python(file.path)
        if python is not None:
            plan.blocks += read_blocks(project, python)
            plan.deployments += read_deployments(project, python)


def _read_commands(project: Project, plan: Plan, file: ProjectFile) -> None:
    plan.agents += read_agents(project, file)
    for found in read_cli(project, file):
        if isinstance(found, CliBuild):
            plan.deployments.append(found)
        else:
            plan.commands.append(found)
