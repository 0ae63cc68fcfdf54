"""Choose what becomes of each deployment that a command or a manifest of Prefect 2 describes.

An entry in prefect.yaml, where all of it is known; `prefect deploy` with the options themselves, where variables or
another definition of the same name make an entry impossible; else a human.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from prefect_migrate import reference
from prefect_migrate.commands.words import Word
from prefect_migrate.hosts.fixes import obstacles_of
from prefect_migrate.plan.direct import deployed_directly
from prefect_migrate.plan.entry_files import entry_problem
from prefect_migrate.plan.import_loads import load_at_import
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS, nest_dotted, settings_of
from prefect_migrate.plan.model import Deployment, Plan, Schedule, Value
from prefect_migrate.plan.registrations import among, is_document
from prefect_migrate.plan.storage import storage_target
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import APPLY, CliBuild, CliCommand, joined, read_schedule_options
from prefect_migrate.readers.deployment_yaml import Manifest
from prefect_migrate.readers.places import normal

Described = (CliBuild, Manifest)


def choose_entries(project: Project, plan: Plan) -> None:
    """Fill in `target`, `obstacles` and `doubts` of what commands and manifests describe."""
    ours = [deployment for deployment in plan.deployments if isinstance(deployment, Described)]
    commands = [command for command in plan.commands if isinstance(command, CliCommand)]
    for deployment in ours:
        if deployment.storage is not None:
            deployment.storage_target = storage_target(deployment.storage, "", plan.blocks)
        _type_overrides(deployment)
        deployment.obstacles += _obstacles(deployment)
        deployment.doubts += _doubts(project, deployment)
        if not deployment.obstacles:
            _choose(project, deployment)
    _note_direct(project, ours)
    _settle_conflicts(ours)
    _note_existing(ours, plan)
    _place_again(ours, commands)
    _spread_obstacles(commands)
    for deployment in ours:
        if isinstance(deployment, CliBuild) and deployment.target == "prefect-yaml":
            _schedule(deployment)
        _limit_queue(deployment, commands)


def _choose(project: Project, deployment: CliBuild | Manifest) -> None:
    reasons = list(_not_in_yaml(project, deployment))
    if not reasons:
        deployment.target = "prefect-yaml"
    elif isinstance(deployment, CliBuild):
        _deploy_directly(deployment, reasons)
    else:
        deployment.obstacles += reasons


def _deploy_directly(build: CliBuild, reasons: list[str]) -> None:
    why_not = list(_not_direct(build))
    if why_not:
        build.obstacles += [f"{reasons[0]}, and {why_not[0]}"]
    else:
        build.target = "deploy-command"


def _not_in_yaml(project: Project, deployment: CliBuild | Manifest) -> Iterator[str]:
    if isinstance(deployment, CliBuild):
        for text in deployment.unknown:
            yield f"`{text}` is only known when the command runs"
    problem = entry_problem(project, deployment.working_directory, deployment.entrypoint or "")
    if problem:
        yield problem


def _not_direct(build: CliBuild) -> Iterator[str]:
    """What the options of `prefect deploy` can't say."""
    if build.storage is not None or build.parsed.last("--storage-block"):
        yield "only an entry in prefect.yaml can say where its code lies"
    if "path" in build.arguments:
        yield "only an entry in prefect.yaml can say `--path`"
    infrastructure = build.parsed.last("--infra") or build.parsed.last("--infra-block")
    if infrastructure and (build.infrastructure is None or build.infrastructure.cls != "Process"):
        yield "only an entry in prefect.yaml can say where the code lies in the image"


# -- obstacles and doubts --------------------------------------------------------------------------------------------


def _obstacles(deployment: CliBuild | Manifest) -> Iterator[str]:
    if isinstance(deployment, CliBuild):
        yield from deployment.errors
        yield from obstacles_of(deployment.invocation)
    for value in (*deployment.arguments.values(), *_fields(deployment.schedules)):
        if value.known and "{{" in json.dumps(value.literal, default=str):
            yield f"`{value.text}` would be a template in prefect.yaml"
    if deployment.storage_target is not None and deployment.storage_target.obstacle:
        yield deployment.storage_target.obstacle
    pool, overrides = deployment.pool, deployment.arguments.get("infra_overrides")
    if pool is not None and pool.type and overrides is not None and isinstance(overrides.literal, dict):
        known = reference.job_variables(pool.type)
        for key in nest_dotted(overrides.literal):
            if key not in known:
                kind = "the job's template, not a variable of it" if key in TEMPLATE_FIELDS else "no job variable"
                yield f"the override `{key}` is {kind} in a {pool.type} work pool"


def _fields(schedules: list[Schedule]) -> list[Value]:
    return [value for schedule in schedules for value in schedule.fields.values()]


def _doubts(project: Project, deployment: CliBuild | Manifest) -> Iterator[str]:
    target, block = deployment.storage_target, deployment.infrastructure
    flow_file = normal(deployment.working_directory, (deployment.entrypoint or "").rpartition(":")[0])
    load = load_at_import(project, flow_file) if flow_file is not None and project.has_python(flow_file) else None
    if load is not None:
        yield f"{load} loads a block while it is imported, which fails in `prefect deploy`: load it where it is used"
    path = deployment.arguments.get("path")
    if isinstance(deployment, Manifest) and path is not None and block is None and target is None:
        yield f"its code lies in {path.literal}, as on the machine where the manifest was built"
    if target is not None and target.review:
        yield target.review
    if block is not None and block.loaded:
        name = block.document.literal if block.document else ""
        yield f"the settings of the {block.cls} block {name!r} are on the server"
    if block is not None and not block.loaded:
        settings = settings_of(block)
        yield from (f"the block's `{name}` has no counterpart: {advice}" for name, advice in settings.lost.items())
        yield from (f"the block's `{name}` must be set in the work pool" for name in settings.expressions)


def _type_overrides(deployment: Deployment) -> None:
    """`--override stream_output=false` gives a text, which Prefect 2's block made a bool of."""
    pool, value = deployment.pool, deployment.arguments.get("infra_overrides")
    template = reference.worker_template(pool.type) if pool is not None and pool.type else None
    if value is None or template is None or not isinstance(value.literal, dict):
        return
    typed = {key: _typed(template.variables.get(key) or {}, item) for key, item in value.literal.items()}
    deployment.arguments["infra_overrides"] = Value(value.text, typed)


def _typed(schema: dict[str, Any], item: Any) -> Any:
    kinds = {schema.get("type"), *(option.get("type") for option in schema.get("anyOf", []))}
    if not isinstance(item, str) or "string" in kinds or not kinds & {"boolean", "integer", "number"}:
        return item
    try:
        return json.loads(item.lower())
    except ValueError:
        return item


# -- deployments that stand more than once ---------------------------------------------------------------------------


def _settle_conflicts(ours: list[CliBuild | Manifest]) -> None:
    """Two definitions of one name can't both be an entry; the same one twice is one."""
    groups: dict[tuple[str, str, str | None], list[CliBuild | Manifest]] = {}
    for deployment in ours:
        if deployment.target == "prefect-yaml":
            key = (deployment.working_directory, str(deployment.name.literal), deployment.entrypoint)
            groups.setdefault(key, []).append(deployment)
    for group in groups.values():
        for deployment in _in_conflict(group):
            other = next(item for item in group if _signature(item) != _signature(deployment))
            reason = f"{other.site.path}:{other.site.line} defines it with other settings"
            deployment.target = None
            if isinstance(deployment, CliBuild):
                _deploy_directly(deployment, [reason])
            else:
                deployment.obstacles.append(reason)


def _in_conflict(group: list[CliBuild | Manifest]) -> list[CliBuild | Manifest]:
    """Those that can't be an entry: what a document shows beside a script that agrees with itself, or all of them."""
    signatures = {id(item): _signature(item) for item in group}
    if len(set(signatures.values())) == 1:
        return []
    run = {signatures[id(item)] for item in group if not is_document(item.site.path)}
    return [item for item in group if signatures[id(item)] not in run] if len(run) == 1 else group


def _note_direct(project: Project, ours: list[CliBuild | Manifest]) -> None:
    """A manifest that is left over from a build which deploys by itself now."""
    manifests = [item for item in ours if isinstance(item, Manifest) and item.target == "prefect-yaml"]
    deployed = deployed_directly(project) if manifests else {}
    for manifest in manifests:
        path, _, function = (manifest.entrypoint or "").rpartition(":")
        key = f"{joined(manifest.working_directory, path)}:{function}", str(manifest.name.literal)
        if key in deployed:
            manifest.target = None
            manifest.obstacles.append(f"{deployed[key]} deploys it with its own options")


def _note_existing(ours: list[CliBuild | Manifest], plan: Plan) -> None:
    """An entry that is there already stays as it is; a document that shows another one deploys that by itself."""
    for deployment in ours:
        for other in plan.deployments if deployment.target == "prefect-yaml" else ():
            if other.kind != "prefect_yaml" or not _same_entry(other, deployment) or _alike(other, deployment):
                continue
            place = f"{other.site.path}:{other.site.line}"
            if isinstance(deployment, CliBuild) and is_document(deployment.site.path):
                deployment.target = None
                _deploy_directly(deployment, [f"{place} defines it with other settings"])
                break
            deployment.doubts.append(f"{place} has an entry of this name, which stays")


def _same_entry(one: Deployment, other: Deployment) -> bool:
    return (one.name.literal, one.entrypoint, one.working_directory) == (
        other.name.literal,
        other.entrypoint,
        other.working_directory,
    )


def _alike(one: Deployment, other: Deployment) -> bool:
    """Whether two deployments agree as far as the reader of prefect.yaml looks."""
    queues = [value.work_queue_name.or_none() if value.work_queue_name else None for value in (one, other)]
    pools = [value.pool.name if value.pool else None for value in (one, other)]
    return len({queue or "default" for queue in queues}) == len(set(pools)) == 1 and len(one.schedules) == len(
        other.schedules
    )


def _signature(deployment: Deployment) -> str:
    arguments = {name: value.literal for name, value in deployment.arguments.items()}
    storage = deployment.storage_target.pull if deployment.storage_target else None
    schedules = [[{name: value.literal for name, value in s.fields.items()}, s.active] for s in deployment.schedules]
    pool = deployment.pool.name if deployment.pool else None
    return json.dumps([arguments, storage, schedules, pool, deployment.paused], sort_keys=True, default=str)


def _place_again(ours: list[CliBuild | Manifest], commands: list[CliCommand]) -> None:
    """A command that can't be rewritten registers nothing; then the build does it in its own place."""
    applies = [command for command in commands if command.verb == APPLY]
    for build in ours:
        if not isinstance(build, CliBuild) or build.deploys:
            continue
        mine = [command for command in applies if among(build, command.deployments)]
        usable = [command for command in mine if not command.obstacles and command.invocation.editable]
        if build.target == "deploy-command" or not usable:
            build.deploys = True
            build.doubts.append(f"{mine[0].site.path}:{mine[0].site.line} registers it too" if mine else "")


def _spread_obstacles(commands: list[CliCommand]) -> None:
    """What one command registers together stays together: all of it is rewritten, or none."""
    changed = True
    while changed:
        changed = False
        for command in commands:
            if command.verb != APPLY or command.goes:
                continue
            stuck = [item for item in command.deployments if item.obstacles or item.target == "deploy-command"]
            for item in stuck[:1]:
                reason = f"{item.site.path}:{item.site.line} deploys {item.label!r} with its own options"
                command.obstacles += [reason] if not item.obstacles and not command.obstacles else []
            for item in command.deployments if stuck else ():
                if not item.obstacles and item.target != "deploy-command" and isinstance(item, Described):
                    other = stuck[0].name.or_none()
                    item.obstacles.append(f"it is applied together with {other!r}, which can't be moved")
                    changed = True


# -- schedules and queues --------------------------------------------------------------------------------------------


def _schedule(build: CliBuild) -> None:
    """The schedule as the commands behind the build leave it."""
    for command in build.scheduled:
        errors: list[str] = []
        verb = command.verb[-1]
        if verb == "set-schedule":
            build.schedules = read_schedule_options(command.parsed, errors)
        elif len(build.schedules) == 1:
            build.schedules = [Schedule(build.schedules[0].kind, build.schedules[0].fields, verb != "pause-schedule")]
        else:
            errors.append(f"`{verb}` wants a deployment with one schedule")
        if any(not value.known for value in _fields(build.schedules)):
            errors.append("the schedule is only known when the command runs")
        command.obstacles += errors
        command.goes = not errors


def _limit_queue(deployment: CliBuild | Manifest, commands: list[CliCommand]) -> None:
    """`--limit` of the command that builds it or applies it sets the concurrency limit of the queue."""
    pool, given = deployment.pool, deployment.work_queue_name or Value("default", "default")
    for limit in _limits(deployment, commands):
        if pool is None or deployment.obstacles:
            return
        if pool.ours and limit.text.isdigit() and isinstance(given.literal, str):
            pool.queues[given.literal] = int(limit.text)
        else:
            deployment.doubts.append(
                f"the limit of the queue is not set any more: prefect work-queue set-concurrency-limit {given.text} "
                f"{limit.raw} --pool {pool.name}"
            )


def _limits(deployment: CliBuild | Manifest, commands: list[CliCommand]) -> Iterator[Word]:
    mine = [command.parsed for command in commands if command.verb == APPLY and among(deployment, command.deployments)]
    for parsed in [deployment.parsed, *mine] if isinstance(deployment, CliBuild) else mine:
        option = parsed.last("--limit")
        if option is not None and option.value is not None:
            yield option.value
