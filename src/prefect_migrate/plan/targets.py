"""Choose how each deployment is written in Prefect 3, or find out why a human must."""

from __future__ import annotations

import ast
import json

from prefect_migrate.config import Config
from prefect_migrate.plan.chosen_pools import choice_obstacles, share_choices
from prefect_migrate.plan.constructed import plan_constructed
from prefect_migrate.plan.entry_files import entry_problem
from prefect_migrate.plan.idle_applies import note_idle_applies
from prefect_migrate.plan.import_loads import load_at_import
from prefect_migrate.plan.in_place import is_in_image, plan_in_place
from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.leaving import goes_with_it, is_told
from prefect_migrate.plan.model import Plan, Value
from prefect_migrate.plan.obstacles import AHEAD, KEPT, is_deferred, obstacles_of
from prefect_migrate.plan.pushing import push_of
from prefect_migrate.plan.running import runs_with_the_script
from prefect_migrate.plan.sinking import is_kept
from prefect_migrate.plan.storage import ANY, below, storage_target
from prefect_migrate.plan.together import list_of, share_reviews, stay_together
from prefect_migrate.plan.twins import check_twins
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment

_RUN_TIME = "is only known when the code runs, and prefect.yaml must say it"


def choose_targets(project: Project, plan: Plan, config: Config) -> None:
    """Fill in `target`, `rewrite` and `obstacles` of every Prefect 2 deployment in Python."""
    deployments = [d for d in plan.deployments if isinstance(d, PythonDeployment) and d.is_prefect_2]
    note_idle_applies(deployments)
    for deployment in deployments:
        if deployment.storage is not None and deployment.storage.role == "storage":
            text = deployment.arguments["storage"].text
            binding = _binding(deployment) if deployment.storage.cls == ANY else ""
            target = storage_target(deployment.storage, binding.partition(" = ")[0] or text, plan.blocks)
            target.binding = binding
            path = deployment.arguments.get("path")
            folder = path.literal if path is not None and isinstance(path.literal, str) else ""
            deployment.storage_target = below(target, folder.strip("./"))
        deployment.obstacles = list(dict.fromkeys((*obstacles_of(deployment), *choice_obstacles(deployment))))
    for deployment in deployments:
        push = push_of(project, deployment)
        deployment.push, deployment.pushes = push or "", push is not None
        deployment.listed = list_of(project, deployment)
        if not deployment.obstacles and _wants_yaml(deployment, config):
            deployment.obstacles = list(yaml_obstacles(project, deployment))
            deployment.target = None if deployment.obstacles else "prefect-yaml"
    check_twins(deployments, plan)
    while stay_together(deployments):
        pass
    for deployment in deployments:
        _plan_rest(project, deployment, config)
    while share_choices(deployments):
        pass
    stays = {deployment.site.path for deployment in deployments if deployment.obstacles}
    share_reviews(deployments)
    for deployment in deployments:
        deployment.with_its_file = deployment.site.path not in stays


def _binding(deployment: PythonDeployment) -> str:
    """`storage = make()` for a block that an expression makes anew each time; "" where it has a name already."""
    node = deployment.nodes["storage"]
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or is_deferred(deployment):
        return ""
    file = deployment.file
    taken = {inner.id for inner in file.nodes if isinstance(inner, ast.Name)}
    taken |= {inner.arg for inner in file.nodes if isinstance(inner, ast.arg)}
    name = next((name for name in ("storage", "flow_storage", "code_storage") if name not in taken), None)
    return f"{name} = {file.source(node)}" if name else ""


def _plan_rest(project: Project, deployment: PythonDeployment, config: Config) -> None:
    """What prefect.yaml does not say stays in Python, unless it was asked for."""
    if deployment.target is not None or any(obstacles_of(deployment)) or any(choice_obstacles(deployment)):
        return
    unsayable = deployment.obstacles
    deployment.obstacles = []
    doubts = list(deployment.doubts)
    if deployment.kind == "constructor":
        plan_constructed(project, deployment)
    else:
        plan_in_place(project, deployment)
    if unsayable and config.target_style == "prefect-yaml":
        deployment.fits_python = not deployment.obstacles
        deployment.obstacles, deployment.doubts = unsayable, doubts
        deployment.rewrite, deployment.target = None, None
        return
    if deployment.obstacles:
        deployment.obstacles += unsayable


def _wants_yaml(deployment: PythonDeployment, config: Config) -> bool:
    if config.target_style == "auto":
        return is_in_image(deployment)
    return config.target_style == "prefect-yaml"


# -- prefect.yaml ----------------------------------------------------------------------------------------------------


def yaml_obstacles(project: Project, deployment: PythonDeployment) -> list[str]:
    """Why prefect.yaml can't say what a definition does."""
    found = []
    if deployment.flow is None:
        found.append(f"the flow `{deployment.flow_text}` can't be traced to a file, which prefect.yaml must name")
    elif deployment.own_flow_name is not None and deployment.own_flow_name.literal != deployment.flow.name.literal:
        found.append("the flow is registered under another name than its own, which prefect.yaml can't say")
    entrypoint = _entrypoint(deployment)
    problem = entry_problem(project, deployment.working_directory, entrypoint) if ":" in entrypoint else ""
    if problem:
        found.append(problem)
    if deployment.flow is not None and (load := load_at_import(project, deployment.flow.site.path)) is not None:
        found.append(f"{load} loads a block while it is imported, which fails in `prefect deploy`")
    if deployment.loads and deployment.kind == "constructor":
        found.append("`.load()` takes settings over from the server, which prefect.yaml must say")
    if deployment.passes_on:
        found.append(f"what comes through `**` {_RUN_TIME}")
    for name, value in deployment.arguments.items():
        if name in AHEAD and value.literal is not None:
            found.append(f"`{name}=` was no argument of Prefect 2, and `prefect deploy` is not given it here")
        if name in KEPT | {"path", "entrypoint", "is_schedule_active"} and not _sayable(deployment, name, value):
            problem = "is nothing that prefect.yaml can say" if value.known else _RUN_TIME
            found.append(f"`{name}={value.text}` {problem}")
    target = deployment.storage_target
    if target is not None and (target.pull is None or not deployment.pushes):
        found.append("its storage is uploaded to or named at run time, which prefect.yaml can't say")
    if deployment.choices is not None:
        found.append(f"the block `{deployment.arguments['infrastructure'].text}` {_RUN_TIME}")
    if deployment.infrastructure is not None:
        for variable, text in settings_of(deployment.infrastructure).expressions.items():
            found.append(f"the block's `{variable}`, which is `{text}`, {_RUN_TIME}")
    if not _plain([deployment.own_variables]):
        found.append("the block's settings are no plain values")
    if is_kept(project, deployment):
        found.append(f"`{deployment.variable}` may be wanted by others, who find it in no prefect.yaml")
    if deployment.listed:
        if not _is_unconditional(project, deployment):
            found.append("it is not registered every time that the script runs")
    elif deployment.applied is None and not deployment.other_uses and not deployment.trail.attributes:
        found.append("nothing here registers it, which an entry of prefect.yaml would")
    elif deployment.applied is None or not _only_ceremonies(deployment):
        found.append("the deployment object is used for more than `.apply()`")
    elif deployment.result_is_used or not all(
        goes_with_it(project, deployment, deployment.file.statement_of(call))
        for call in (deployment.call, *deployment.apply_calls)
    ):
        found.append("what `.apply()` returns is used")
    elif not _is_unconditional(project, deployment):
        found.append("it is not registered every time that the script runs")
    return list(dict.fromkeys(found))


def _entrypoint(deployment: PythonDeployment) -> str:
    """What the entry will name, "" where it is not known."""
    given = deployment.arguments.get("entrypoint")
    literal = given.literal if given is not None else None
    return literal if isinstance(literal, str) and literal else deployment.entrypoint or ""


def _only_ceremonies(deployment: PythonDeployment) -> bool:
    named = deployment.variable is not None or deployment.applied in ("chained", "argument")
    return named and all(is_told(deployment, use) for use in deployment.other_uses)


def _is_unconditional(project: Project, deployment: PythonDeployment) -> bool:
    """Whether its statements run, once, whenever the script does."""
    file = deployment.file
    statements = [file.statement_of(deployment.call), *map(file.statement_of, deployment.apply_calls)]
    statements += (*deployment.ceremonies, *deployment.listed)
    return all(runs_with_the_script(project, file, statement) for statement in statements)


def _sayable(deployment: PythonDeployment, name: str, value: Value) -> bool:
    if name == "triggers":
        return value.literal in (None, [])
    if name in ("schedule", "schedules"):
        return value.literal in (None, []) or (bool(deployment.schedules) and _all_known(deployment))
    return value.known and _plain(value.literal)


def _all_known(deployment: PythonDeployment) -> bool:
    fields = [field for schedule in deployment.schedules for field in schedule.fields.values()]
    return all(field.known and not _is_template(field.literal) for field in fields)


def _plain(value: object) -> bool:
    """Whether a value survives YAML and Prefect's templating: JSON's types, and no `{{` in any text."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and not _is_template(key) and _plain(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_plain, value))
    if isinstance(value, float):
        return json.loads(json.dumps(value)) == value and abs(value) != float("inf")
    return isinstance(value, (str, int, type(None))) and not _is_template(value)


def _is_template(value: object) -> bool:
    return isinstance(value, str) and "{{" in value
