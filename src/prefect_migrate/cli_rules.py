"""What the rules about `prefect deployment build` and its sisters share."""

from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import parse
from prefect_migrate.commands.tree import CommandPath, load_tree
from prefect_migrate.context import FileContext
from prefect_migrate.findings import CannotFix, Changes, Edit, Finding
from prefect_migrate.hosts.fixes import changes_of
from prefect_migrate.hosts.rule import commands_of
from prefect_migrate.hosts.sites import HOST_KINDS, read_sites
from prefect_migrate.plan.advice import run_script
from prefect_migrate.plan.model import Deployment
from prefect_migrate.plan.registrations import among
from prefect_migrate.readers.cli_deployments import CliBuild, CliCommand, idle_reason
from prefect_migrate.rules import Rule


class CliRule(Rule):
    """A rule over commands that the plan knows."""

    needs_plan = True
    kinds = HOST_KINDS

    def mention(self, context: FileContext, command: Command, verb: CommandPath, reason: str) -> Finding:
        """A command that the plan has nothing of."""
        return self.finding(
            context,
            (command.start, command.end),
            f"`prefect {' '.join(verb)}`: Prefect 3 has no such command",
            "Write what the scripts of this repository do now: `prefect deploy --name NAME`.",
            reason=reason,
        )


def own_builds(context: FileContext) -> Iterator[CliBuild]:
    """The deployments that commands of a file build, which the plan learns after what Python defines."""
    if read_sites(context.project, context.file):
        for deployment in context.plan.deployments:
            if isinstance(deployment, CliBuild) and deployment.site.path == context.path:
                yield deployment


def own_commands(context: FileContext) -> Iterator[CliCommand]:
    """The commands of a file that register or change deployments."""
    if not read_sites(context.project, context.file):
        return  # as of most files, about which the plan need not be asked
    for command in context.plan.commands:
        if isinstance(command, CliCommand) and command.site.path == context.path:
            yield command


def other_commands(context: FileContext, verb: CommandPath) -> Iterator[tuple[Command, str]]:
    """The commands of a file with this path of which the plan has nothing, and why."""
    for command in commands_of(context):
        parsed = parse(command, load_tree(2))
        reason = (
            "a text mentions the command; nothing here runs it" if command.context == "text" else idle_reason(parsed)
        )
        if parsed.path == verb and reason:
            yield command, reason


def next_step(deployment: Deployment) -> str:
    """What is left to do for a deployment that moves."""
    pool = deployment.pool
    if pool is None:
        return "Create the work pool that the command names, with a type, before you deploy."
    if not pool.ours:
        return (
            f"Work pool {pool.name!r} keeps its name; if its type is prefect-agent, delete it and create it with a "
            "type, which can't be changed in place."
        )
    if pool.block is not None and pool.block.loaded:
        name = pool.block.document.text if pool.block.document else ""
        return (
            "The settings of the block are on the server: while Prefect 2 is installed, run "
            f"`{pool.block.cls}.load({name}).publish_as_work_pool({pool.name!r})`, or set them in work pool "
            f"{pool.name!r} by hand."
        )
    return run_script(deployment, pool)


def described_changes(context: FileContext, build: CliBuild) -> Changes:
    """What becomes of a build in its own place.  Raises CannotFix."""
    from prefect_migrate.writers import cli_deploy

    if build.target == "deploy-command":
        has_file = context.project.exists(_prefect_yaml(build)) or _will_exist(context, build)
        changes = changes_of(context, lambda: cli_deploy.direct_edits(context.plan, build, has_file))
        changes.in_place.append(build)
        return changes
    check_entry(context, build)
    changes = _removed_or(context, build.invocation, build.deploys, lambda: _deploy(context, build))
    changes.to_yaml.append(build)
    return changes


def _deploy(context: FileContext, build: CliBuild) -> list[Edit]:
    from prefect_migrate.writers.cli_deploy import deploy_edits

    return deploy_edits(context.plan, build.invocation, build.parsed, [build])


def applied_changes(context: FileContext, command: CliCommand) -> Changes:
    """What becomes of a `deployment apply`.  Raises CannotFix."""
    for deployment in command.deployments:
        check_entry(context, deployment)
    changes = _removed_or(context, command.invocation, not command.goes, lambda: _apply(context, command))
    changes.to_yaml += [item for item in command.deployments if item.target == "prefect-yaml"]
    return changes


def _apply(context: FileContext, command: CliCommand) -> list[Edit]:
    from prefect_migrate.writers.cli_deploy import deploy_edits, elsewhere, in_directory

    if any(deployment.target == "deploy-command" for deployment in command.deployments):
        raise ValueError("the command before it registers the deployment already, and this one can't go alone")
    folders = {deployment.working_directory for deployment in command.deployments}
    if len(folders) > 1:
        raise ValueError("its deployments belong to several directories, each with a prefect.yaml")
    everything = all(word.globs for word in command.parsed.positionals) and _is_everything(context, command)
    edits = deploy_edits(context.plan, command.invocation, command.parsed, command.deployments, everything=everything)
    folder = elsewhere(command, next(iter(folders)))
    return edits if folder is None else in_directory(command.invocation, folder, edits)


def _is_everything(context: FileContext, command: CliCommand) -> bool:
    """Whether a command registers all that the prefect.yaml holds."""
    folder = command.deployments[0].working_directory
    entries = [
        other
        for other in context.plan.deployments
        if other.working_directory == folder and (other.kind == "prefect_yaml" or other.target == "prefect-yaml")
    ]
    return all(among(entry, command.deployments) for entry in entries)


def _removed_or(context: FileContext, command: Command, stays: bool, make: object) -> Changes:
    """Take a command away, or what `make` gives where it stays or can't go alone."""
    from prefect_migrate.hosts.edit import NotEditable
    from prefect_migrate.writers.cli_deploy import removal_edits

    assert callable(make)
    if not stays:
        try:
            edits = removal_edits(context.text.text, command)
            return changes_of(context, lambda: edits)
        except (NotEditable, CannotFix):
            pass
    return changes_of(context, make)


def check_entry(context: FileContext, deployment: Deployment) -> None:
    """Make sure that prefect.yaml can take the entry, and the pool's template can be made.  Raises CannotFix."""
    from prefect_migrate.writers import work_pools
    from prefect_migrate.writers.files import prefect_yaml_text
    from prefect_migrate.writers.prefect_yaml import UnreadableYaml

    if deployment.target != "prefect-yaml":
        return
    try:
        if deployment.pool is not None and deployment.pool.ours:
            work_pools.template_text(deployment.pool)
        prefect_yaml_text(context.project, [deployment])
    except (ValueError, UnreadableYaml) as error:
        raise CannotFix(str(error)) from error


def _prefect_yaml(deployment: Deployment) -> str:
    from prefect_migrate.writers.files import prefect_yaml_path

    return prefect_yaml_path(deployment)


def _will_exist(context: FileContext, deployment: Deployment) -> bool:
    """Whether this run makes the prefect.yaml of a deployment."""
    return any(
        other.target == "prefect-yaml" and _prefect_yaml(other) == _prefect_yaml(deployment)
        for other in context.plan.deployments
    )


def scheduled_changes(context: FileContext, command: CliCommand) -> Changes:
    """What becomes of a command that changes a schedule.  Raises CannotFix."""
    from prefect_migrate.hosts.edit import NotEditable
    from prefect_migrate.writers.cli_deploy import removal_edits, schedule_edits

    if not command.goes:
        return changes_of(context, lambda: schedule_edits(command))
    for deployment in command.deployments:
        check_entry(context, deployment)
    try:
        edits = removal_edits(context.text.text, command.invocation)
    except NotEditable as error:
        raise CannotFix(str(error)) from error
    changes = changes_of(context, lambda: edits)
    changes.to_yaml += command.deployments
    return changes
