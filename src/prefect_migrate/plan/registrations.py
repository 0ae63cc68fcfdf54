"""Who registers what: builds, manifests and the commands that apply and schedule them, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from posixpath import basename

from prefect_migrate.commands.words import Word
from prefect_migrate.discovery.kinds import DOCKERFILE, MARKDOWN, kind_of
from prefect_migrate.hosts.dockerfile import runs_at_build
from prefect_migrate.plan.direct import deployed_directly
from prefect_migrate.plan.model import Block, Deployment, Flow, Plan, Value
from prefect_migrate.plan.written_manifests import written_by_python
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import APPLY, CliBuild, CliCommand, joined
from prefect_migrate.readers.deployment_yaml import Manifest

_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_RECIPE_END = re.compile(r"^[^\s#]", re.MULTILINE)


def link_registrations(plan: Plan, project: Project) -> None:
    """Find out which build writes which manifest, and which command registers it."""
    _merge_manifests(project, plan)
    for deployment in _ours(plan):
        deployment.infrastructure = _made(deployment.infrastructure, plan)
        deployment.flow = _flow_of(plan, deployment)
    for command in _commands(plan):
        if command.verb == APPLY:
            _find_applied(project, plan, command)
        else:
            _find_named(plan, command)
    _choose_places(plan, project)
    _move_schedules(plan, project)


def _ours(plan: Plan) -> Iterator[CliBuild | Manifest]:
    return (deployment for deployment in plan.deployments if isinstance(deployment, (CliBuild, Manifest)))


def _builds(plan: Plan) -> list[CliBuild]:
    return [deployment for deployment in plan.deployments if isinstance(deployment, CliBuild)]


def _commands(plan: Plan) -> list[CliCommand]:
    return [command for command in plan.commands if isinstance(command, CliCommand)]


def among(item: Deployment, items: Sequence[Deployment]) -> bool:
    """Whether this very object is one of some."""
    return any(other is item for other in items)


def is_document(path: str) -> bool:
    """Whether a file is for people to read: what it shows is no script that runs."""
    return kind_of(path) == MARKDOWN


# -- manifests -------------------------------------------------------------------------------------------------------


def _merge_manifests(project: Project, plan: Plan) -> None:
    """A manifest that a command writes anew is that command's; what people changed in it counts where the command is
    silent, because Prefect 2 took such settings from the server."""
    builds = _builds(plan)
    for manifest in plan.manifests:
        assert isinstance(manifest, Manifest)
        makers = [build for build in builds if build.output == manifest.site.path]
        makers = [build for build in makers if _may_write(project, build, manifest)]
        makers = makers or [build for build in builds if _was_moved(manifest, build)]
        if not makers:
            manifest.made_by = written_by_python(plan, manifest)
            plan.deployments += [] if manifest.made_by is not None else [manifest]
            continue
        manifest.made_by = makers[0]
        if len(makers) == 1 and manifest.name.literal == makers[0].name.literal:
            _fill(makers[0], manifest)


def _may_write(project: Project, build: CliBuild, manifest: Manifest) -> bool:
    """Whether a command may still write a manifest: one of notes may name a flow's file that has another name now."""
    if manifest.entrypoint is None or build.entrypoint is None:
        return True
    old, now = (entrypoint.rpartition(":")[0] for entrypoint in (manifest.entrypoint, build.entrypoint))
    return basename(old) == basename(now) or project.exists(joined(build.working_directory, now))


def _was_moved(manifest: Manifest, build: CliBuild) -> bool:
    """Whether a manifest is what the command wrote, for the same deployment, in another directory now."""
    return (
        build.output is not None
        and build.name.known
        and manifest.name.literal == build.name.literal
        and manifest.site.path.rpartition("/")[2] == build.output.rpartition("/")[2]
        and _code(manifest) == _code(build)
    )


def _code(deployment: Deployment) -> str:
    path, _, function = (deployment.entrypoint or "").rpartition(":")
    return f"{joined(deployment.working_directory, path)}:{function}"


def _fill(build: CliBuild, manifest: Manifest) -> None:
    changed = []
    for name in ("description", "tags", "parameters", "work_queue_name", "work_pool_name", "infra_overrides"):
        value = manifest.arguments.get(name)
        if value is not None and name not in build.arguments and value.literal != "default":
            build.arguments[name] = value
            changed.append(name)
    build.work_pool_name = build.arguments.get("work_pool_name")
    build.work_queue_name = build.arguments.get("work_queue_name")
    if manifest.schedules and not build.schedules and build.parsed.last("--no-schedule") is None:
        build.schedules = manifest.schedules
        changed.append("schedule")
    if manifest.paused:
        build.paused = True
        changed.append("is_schedule_active")
    if changed:
        build.doubts.append(f"{', '.join(changed)} come from {manifest.site.path}, where the command says nothing")


def _made(block: Block | None, plan: Plan) -> Block | None:
    """The block that the repository itself saves under the name that this one is loaded by, or loads."""
    if block is None or block.document is None or not block.document.known:
        return block
    name = block.document.literal
    same = [b for b in plan.blocks if b.cls == block.cls and b.document is not None and b.document.or_none() == name]
    made = [other for other in same if not other.loaded and not other.doubt]
    if len(made) == 1:
        return made[0]
    return block if block.fields else next((other for other in same if other.loaded), block)


def _flow_of(plan: Plan, deployment: Deployment) -> Flow | None:
    if deployment.entrypoint is None:
        return None
    path, _, function = deployment.entrypoint.rpartition(":")
    wanted = joined(deployment.working_directory, path)
    return next((flow for flow in plan.flows if (flow.site.path, flow.function) == (wanted, function)), None)


# -- who registers ---------------------------------------------------------------------------------------------------


def _find_applied(project: Project, plan: Plan, command: CliCommand) -> None:
    """The deployments of the files that an apply names."""
    if not command.parsed.positionals:
        command.obstacles.append("it names no file")
    for word in command.parsed.positionals:
        if word.dynamic:
            command.obstacles.append(f"which files `{word.raw}` stands for is only known when it runs")
            continue
        found = _matching(project, plan, command, word)
        if not found and not command.obstacles:
            exists = any(project.exists(joined(folder, word.text)) for folder in command.directories)
            problem = "describes no deployment as Prefect 2 does" if exists else "is made by nothing in this repository"
            command.obstacles.append(f"`{word.text}` {problem}{'' if exists else _may_be_done(project, command)}")
        command.deployments += [item for item in found if not among(item, command.deployments)]


def _may_be_done(project: Project, command: CliCommand) -> str:
    """The place of a command, in the same file if there is one, that deploys what may have been this one's."""
    places = list(deployed_directly(project).values())
    own = [place for place in places if place.rpartition(":")[0] == command.site.path]
    return "".join(f"; {place} deploys a flow with its own options" for place in [*own, *places][:1])


def _matching(project: Project, plan: Plan, command: CliCommand, word: Word) -> list[Deployment]:
    """The deployments whose manifests a word names, in the first directory that has any."""
    for folder in command.directories:
        wanted = joined(folder, word.text.replace("\\", "/"))
        builds = [build for build in _builds(plan) if _is_named(build.output, wanted, word)]
        found: list[Deployment] = [*_nearest(command, builds)]
        found += [m for m in plan.deployments if isinstance(m, Manifest) and _is_named(m.site.path, wanted, word)]
        if found:
            command.folder = folder
            return found
    return [] if word.globs else _left_over(project, plan, command, word)


def _nearest(command: CliCommand, builds: list[CliBuild]) -> list[CliBuild]:
    """Of builds that write the same file the last one before the command, in its own script if there is one there."""
    by_output: dict[str | None, list[CliBuild]] = {}
    for build in builds:
        if _counts(command, build):
            by_output.setdefault(build.output, []).append(build)
    chosen = []
    for group in by_output.values():
        own = [build for build in group if build.site.path == command.site.path]
        before = [build for build in own if build.invocation.end <= command.invocation.start]
        chosen += before[-1:] or own[-1:] or _scripts(group) or group
    return chosen


def _scripts(builds: list[CliBuild]) -> list[CliBuild]:
    return [build for build in builds if not is_document(build.site.path)]


def _is_named(path: str | None, wanted: str, word: Word) -> bool:
    if path is None:
        return False
    if not word.globs:
        return path == wanted
    return fnmatchcase(path, wanted) and path.count("/") == wanted.count("/")


def _left_over(project: Project, plan: Plan, command: CliCommand, word: Word) -> list[Deployment]:
    """The entry that an earlier run made of what wrote this file: the default name tells the function.

    A function that a command deploys with its own options has no such entry.
    """
    name = word.text.rpartition("/")[2]
    function = name.removesuffix("-deployment.yaml")
    if name == function:
        return []
    for (entrypoint, _), place in deployed_directly(project).items():
        if entrypoint.endswith(f":{function}"):
            command.obstacles.append(f"{place} deploys it with its own options")
            return []
    for deployment in plan.deployments:
        if (
            deployment.kind == "prefect_yaml"
            and deployment.working_directory in command.directories
            and (deployment.entrypoint or "").endswith(f":{function}")
        ):
            command.folder = deployment.working_directory
            return [deployment]
    return []


def _find_named(plan: Plan, command: CliCommand) -> None:
    """The deployment that `flow/deployment` names."""
    words = command.parsed.positionals
    if len(words) != 1 or words[0].dynamic:
        command.obstacles.append(
            "which deployment it means is only known when it runs" if words else "it names nothing"
        )
        return
    flow, slash, name = words[0].text.partition("/")
    if not slash or ":" in name or not name:
        command.obstacles.append(f"`{words[0].text}` is no FLOW/DEPLOYMENT")
        return
    command.deployments = [
        deployment
        for deployment in plan.deployments
        if deployment.name.literal == name and flow in flow_names(deployment)
    ]


def flow_names(deployment: Deployment) -> set[str]:
    """What Prefect may call a deployment's flow."""
    if deployment.flow is not None:
        name: Value = deployment.flow.name
        return {str(name.literal)} if name.known else {deployment.flow.function.replace("_", "-")}
    function = (deployment.entrypoint or "").rpartition(":")[2]
    return {function.replace("_", "-"), function} if function else set()


# -- where the deploy command goes -----------------------------------------------------------------------------------


def _choose_places(plan: Plan, project: Project) -> None:
    applies = [command for command in _commands(plan) if command.verb == APPLY]
    for command in applies:
        builds = [d for d in command.deployments if isinstance(d, CliBuild)]
        command.goes = bool(builds) and len(builds) == len(command.deployments) and not command.obstacles
        command.goes = command.goes and all(follows(project, build, command) for build in builds)
    for build in _builds(plan):
        mine = [command for command in applies if among(build, command.deployments) and _counts(command, build)]
        if mine:
            build.applied = build.applied or "deployment apply"
        build.deploys = build.registers or not mine or any(command.goes for command in mine)
        build.deploys = build.deploys or is_document(build.site.path)
        if not build.registers and not mine:
            build.doubts.append("nothing in this repository registers it, and the deploy command does")


def _counts(command: CliCommand, build: CliBuild) -> bool:
    """A document says how to apply by hand what a document builds; for a script it does not count."""
    return not is_document(command.site.path) or is_document(build.site.path)


def follows(project: Project, build: CliBuild, command: CliCommand) -> bool:
    """Whether a command runs after a build in the same script; each target of a makefile is one.

    What a container runs when it starts is another script than the one that built its image.
    """
    if build.site.path != command.site.path or command.invocation.start < build.invocation.end:
        return False
    if kind_of(build.site.path) == DOCKERFILE:
        image = project.text(build.site.path)
        places = (build.invocation.start, command.invocation.start)
        return image is not None and len({runs_at_build(image.text, place) for place in places}) == 1
    is_make = build.invocation.dialect == "make"
    if not is_make and not is_document(build.site.path):
        return True
    text = project.text(build.site.path)
    border = _RECIPE_END if is_make else _FENCE
    return text is not None and not border.search(text.text, build.invocation.end, command.invocation.start)


def _move_schedules(plan: Plan, project: Project) -> None:
    """A schedule that is set right after the build, and nowhere else, belongs to the deployment."""
    commands = [command for command in _commands(plan) if command.verb != APPLY]
    for build in _builds(plan):
        mine = [command for command in commands if among(build, command.deployments)]
        alone = all(len(command.deployments) == 1 and follows(project, build, command) for command in mine)
        if alone and not any(command.obstacles for command in mine):
            build.scheduled = mine
