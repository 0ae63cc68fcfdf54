"""Reader: deployments that Python code builds, in Prefect 2's spelling and in Prefect 3's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from prefect_migrate.plan.model import UNKNOWN, Block, Deployment, DeploymentKind, Value
from prefect_migrate.plan.rewrite import Rewrite
from prefect_migrate.plan.storage import KEPT, READ_ONLY
from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.readers.python_blocks import block_of, named_block
from prefect_migrate.readers.python_carriers import carrier_of, is_carrier
from prefect_migrate.readers.python_choices import any_block, chosen_block
from prefect_migrate.readers.python_chosen_infrastructure import Choices, choices_of
from prefect_migrate.readers.python_constructed import loads_of, place_of_flow
from prefect_migrate.readers.python_filled_overrides import read_filled_overrides
from prefect_migrate.readers.python_fills import written_items
from prefect_migrate.readers.python_flow_arguments import (
    flow_of_expression,
    is_from_source,
    receiver_flow,
    why_no_flow,
    without_options,
)
from prefect_migrate.readers.python_folders import directory_in_repository, root_of, working_directory
from prefect_migrate.readers.python_late import late_settings
from prefect_migrate.readers.python_own_blocks import own_block
from prefect_migrate.readers.python_passed_on import PassedOn, passed_on
from prefect_migrate.readers.python_registration import read_registration
from prefect_migrate.readers.python_schedules import read_schedule, read_schedules, refused_schedules
from prefect_migrate.readers.python_splats import Splat, read_splats
from prefect_migrate.readers.python_trail import Trail, follow
from prefect_migrate.readers.python_uses import (
    assigned_name,
    is_meant_to_build,
)
from prefect_migrate.readers.sites import site_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import GuardKind
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import External, dotted, may_be_prefect, prefect_calls

#: The parameters of build_from_flow that can be given by position.
POSITIONAL = ("flow", "name", "output", "skip_upload", "ignore_file", "apply", "load_existing", "schedules")
_BUILD = "prefect.deployments.Deployment.build_from_flow"
_NEW_METHODS: dict[str, DeploymentKind] = {
    "deploy": "deploy",
    "to_deployment": "to_deployment",
    "serve": "serve",
}


@dataclass(slots=True)
class PythonDeployment(Deployment):
    """A deployment together with the syntax that makes it."""

    file: PythonFile = field(kw_only=True)
    call: ast.Call = field(kw_only=True)
    nodes: dict[str, ast.expr] = field(default_factory=dict)
    certain: bool = True
    guard: GuardKind | None = None
    #: `**options` among the arguments whose dict can't be known, as written.
    splats: list[str] = field(default_factory=list)
    #: What the `**kwargs` of its function passes on: keyword -> where it is given, and as what.
    passed: PassedOn = field(default_factory=dict)
    passes_on: bool = False
    #: Those that can be known: their items are among the arguments too.
    spread: list[Splat] = field(default_factory=list)
    #: Arguments that are given twice.
    repeated: list[str] = field(default_factory=list)
    #: Why the `flow=` argument is no flow that Prefect 2 could build a deployment of.
    no_flow: str = ""
    #: The receiver of a Prefect 3 call, or the `flow=` argument.
    flow_node: ast.expr | None = None
    awaited: bool = False
    #: Whether it is awaited together with others, by `asyncio.gather`: its call must stay a coroutine.
    gathered: bool = False
    #: Whether the innermost function around it is a coroutine, where everything of Prefect must be awaited.
    in_async: bool = False
    #: The name that the result is bound to, when it is a plain assignment.
    variable: str | None = None
    apply_calls: list[ast.Call] = field(default_factory=list)
    #: Arguments that are set on the object right after it was built: `deployment.schedule = ...`.
    late: dict[str, ast.stmt] = field(default_factory=dict)
    #: The items of `infra_overrides=` or `job_variables=`, where not all of them are known.
    override_items: dict[str, Value] = field(default_factory=dict)
    #: The statements that fill the dict which its overrides are, and the one dict that they make, where its values may
    #: as well stand in the call.
    override_fills: list[ast.stmt] = field(default_factory=list)
    override_code: str = ""
    #: The name that the flow itself has, where it is registered under a given one.
    own_flow_name: Value | None = None
    #: `deployment.load()` of one that was put together by hand, `deployment.update()` of one that was built.
    loads: list[ast.stmt] = field(default_factory=list)
    #: Reads of the variable other than `variable.apply(...)`.
    other_uses: list[ast.Name] = field(default_factory=list)
    #: Statements that only register or print it: `for d in (a, b): d.apply()`, `print(d.name)`.
    ceremonies: list[ast.stmt] = field(default_factory=list)
    #: Whether more is made of what `.apply()` returns than to tell it.
    result_is_used: bool = False
    #: The blocks that its infrastructure is one of, where only running the code tells which.
    choices: Choices | None = None
    #: All definitions that share those blocks, itself included; filled in by the planner.
    chosen_with: list[PythonDeployment] = field(default_factory=list)
    #: What becomes of an infrastructure block whose class the repository defines itself.
    own_block: str = ""
    #: Everything that is done with the object, wherever it goes.
    trail: Trail = field(default_factory=Trail)
    #: Whether it only stays because prefect.yaml was asked for; filled in by the planner.
    fits_python: bool = False
    #: How it will be written in place; filled in by the planner.
    rewrite: Rewrite | None = None
    #: The statement that builds the list which it stands in, and the loops that register it; filled in by the planner.
    listed: tuple[ast.stmt, ...] = ()
    #: The `.apply(upload=...)` elsewhere that upload nothing new; filled in by the planner.
    idle_applies: frozenset[ast.Call] = frozenset()
    #: Whether the upload of its code, if there is any, can be a command; filled in by the planner.
    pushes: bool = True
    #: Whether every definition of its file is rewritten; filled in by the planner.
    with_its_file: bool = False

    @property
    def traced_applies(self) -> list[ast.Call]:
        """The `.apply(...)` of this file, other than the variable's own, of which it is known what they were given."""
        parents = self.file.parents
        found = [parents[one] for file, one in self.trail.attributes if file is self.file and one.attr == "apply"]
        calls = [one for one in found if isinstance(one, ast.Call) and one not in self.apply_calls and not one.args]
        return [call for call in calls if all(_is_plain_apply(self.file, keyword) for keyword in call.keywords)]

    @property
    def queue_limits(self) -> list[tuple[str, int]]:
        """(work queue, limit) of `.apply(work_queue_concurrency=...)`."""
        queue = self.work_queue_name
        name = queue.literal if queue is not None and isinstance(queue.literal, str) else "default"
        calls = (*self.apply_calls, *self.traced_applies)
        given = [keyword for call in calls for keyword in call.keywords]
        values = [keyword.value for keyword in given if keyword.arg == "work_queue_concurrency"]
        limits = [constant_of(self.file, value) for value in values]
        return [(name, limit) for limit in limits if isinstance(limit, int)]


def read_deployments(project: Project, file: PythonFile) -> Iterator[PythonDeployment]:
    """Every deployment that the file builds."""
    for call in prefect_calls(project, file, *_NEW_METHODS, "build_from_flow"):
        deployment = _read_build(project, file, call) or _read_new_call(project, file, call)
        if deployment is not None:
            yield deployment


def _read_build(project: Project, file: PythonFile, call: ast.Call) -> PythonDeployment | None:
    carrier = carrier_of(project, file, call)
    if not carrier and not may_be_prefect(project, file, call.func):
        return None
    meaning = External(_BUILD) if carrier else dotted(project, file, call.func)
    method = deployment_method(meaning.name) if meaning else None
    if meaning is None or method not in ("build_from_flow", "") or (not method and is_carrier(project, file, call)):
        return None
    kind: DeploymentKind = "build_from_flow" if method or is_meant_to_build(file, call) else "constructor"
    deployment = PythonDeployment(site_of(file, call), kind, Value("", None), file=file, call=call)
    deployment.certain, deployment.guard = meaning.certain, meaning.guard or file.scopes.guard_at(call.lineno)
    if kind == "build_from_flow" and not method:
        deployment.doubts.append("Prefect 2 refused `Deployment(flow=...)`: it is taken for `build_from_flow`")
    if carrier:
        deployment.loads = carrier
        deployment.doubts.append("`build_from_flow` took nothing of the object that it was called on, which goes")
    _read_arguments(project, deployment, POSITIONAL if method else ("name",))
    # `update()` sets nothing
    _read_loads(deployment, "load" if kind == "constructor" else "update")
    _read_late_settings(project, deployment)
    if kind == "constructor":
        _read_entrypoint(project, deployment)
    else:
        _read_flow(project, deployment)
    if deployment.guard is None and _is_only_tried(deployment):
        deployment.guard = "import-guard"
    _read_prefect_2_arguments(project, deployment)
    _read_folder_of_repository(deployment)
    read_registration(project, deployment)
    deployment.trail = follow(project, file, call)
    return deployment


def _is_only_tried(deployment: PythonDeployment) -> bool:
    """Whether the module, which tries to import Deployment, may do without Prefect until then: it has no flow yet."""
    file, root = deployment.file, deployment.call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    imports = [binding.node for binding in file.bindings_of(root)] if isinstance(root, ast.Name) else []
    if not any(isinstance(outer, ast.Try) for node in imports for outer in file.enclosing(node)):
        return False
    flow = deployment.flow_node
    bindings = file.bindings_of(flow) if isinstance(flow, ast.Name) else []
    return not any(binding.node in file.tree.body for binding in bindings)


def _read_arguments(project: Project, deployment: PythonDeployment, positional: tuple[str, ...]) -> None:
    call = deployment.call
    starred = next((index for index, node in enumerate(call.args) if isinstance(node, ast.Starred)), len(call.args))
    given = list(zip(positional, call.args[:starred], strict=False))
    given += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
    for name, node in given:
        if name in deployment.nodes:
            deployment.repeated.append(name)
        deployment.nodes[name] = node
        deployment.arguments[name] = value_of(project, deployment.file, node)
    deployment.splats = [deployment.file.source(node) for node in call.args[starred:]]
    _read_splats(project, deployment)
    deployment.name = deployment.arguments.get("name", Value("", None))


def _read_splats(project: Project, deployment: PythonDeployment) -> None:
    deployment.spread = list(read_splats(project, deployment.file, deployment.call))
    known = {splat.number for splat in deployment.spread}
    nodes = [keyword.value for keyword in deployment.call.keywords if keyword.arg is None]
    for node in (node for number, node in enumerate(nodes) if number not in known):
        passed = passed_on(project, deployment.file, node)
        deployment.passed |= passed or {}
        deployment.splats += [deployment.file.source(node)] if passed is None else []
        deployment.passes_on |= passed is not None
    for splat in deployment.spread:
        deployment.repeated += [name for name in splat.items if name in deployment.nodes]
        deployment.nodes |= splat.items
        deployment.arguments |= splat.values


def _read_late_settings(project: Project, deployment: PythonDeployment) -> None:
    """Take what is set on the object right behind the definition for arguments of it.

    `schedule = None` did nothing where one was given: it was among the `schedules` already.
    """
    for name, value, statement in late_settings(deployment.file, deployment.call, deployment.loads):
        given = next((one for one in ("schedule", "schedules") if one in deployment.nodes), "")
        if name == "schedule" and given and isinstance(value, ast.Constant) and value.value is None:
            deployment.late[given] = statement
            continue
        deployment.late[name] = statement
        deployment.nodes[name] = value
        deployment.arguments[name] = value_of(project, deployment.file, value)


def _read_loads(deployment: PythonDeployment, method: str) -> None:
    file, statement = deployment.file, deployment.file.statement_of(deployment.call)
    value = file.parents[deployment.call]
    target = assigned_name(statement, value if isinstance(value, ast.Await) else deployment.call)
    if target is not None:
        body = file.body_of(statement)
        deployment.loads += loads_of(file, target.id, body[body.index(statement) + 1 :], method)


def _read_entrypoint(project: Project, deployment: PythonDeployment) -> None:
    """The flow of `Deployment(...)`, which is loaded where the entrypoint says."""
    path, entrypoint = (deployment.arguments.get(name) for name in ("path", "entrypoint"))
    deployment.flow_text = "flow"
    if entrypoint is not None and isinstance(entrypoint.literal, str) and ":" in entrypoint.literal:
        folder = path.literal if path is not None else None
        found = place_of_flow(project, deployment.site.path, folder, entrypoint.literal)
        deployment.working_directory, deployment.entrypoint, flow = found
        if flow is not None:
            deployment.own_flow_name = flow.name
            deployment.flow = replace(flow, name=deployment.arguments.get("flow_name", flow.name))


def _read_flow(project: Project, deployment: PythonDeployment) -> None:
    deployment.flow_node = node = deployment.nodes.get("flow")
    if node is None:
        return
    deployment.flow_text = deployment.file.source(node)
    deployment.no_flow = why_no_flow(project, deployment.file, node)
    deployment.flow = flow_of_expression(project, deployment.file, node)
    flow = deployment.flow or flow_of_expression(project, deployment.file, without_options(node))
    if flow is not None:
        deployment.working_directory = working_directory(project, deployment.file, flow.site.path)
        relative = PurePosixPath(flow.site.path).relative_to(deployment.working_directory)
        deployment.entrypoint = f"{relative}:{flow.function}"


def _read_folder_of_repository(deployment: PythonDeployment) -> None:
    """Take `path=`, or an `entrypoint=` without it, into account where the code is fetched from a repository, which has
    it as it is here."""
    flow, storage, first = deployment.flow, deployment.storage, deployment.working_directory
    if deployment.kind != "build_from_flow" or flow is None or storage is None or storage.cls not in READ_ONLY:
        return
    path, entrypoint = (deployment.arguments.get(name) for name in ("path", "entrypoint"))
    folder = path.literal.strip("./") if path is not None and isinstance(path.literal, str) else ""
    chosen: str | None = None
    if folder:
        chosen = directory_in_repository(flow.site.path, folder, first)
    elif path is None and entrypoint is not None and isinstance(entrypoint.literal, str):
        chosen = root_of(flow.site.path, entrypoint.literal.rpartition(":")[0].removeprefix("./"))
    if chosen is not None:
        deployment.working_directory = chosen
        deployment.entrypoint = f"{PurePosixPath(flow.site.path).relative_to(chosen)}:{flow.function}"


def _read_prefect_2_arguments(project: Project, deployment: PythonDeployment) -> None:
    file, nodes, arguments = deployment.file, deployment.nodes, deployment.arguments
    if "infrastructure" in nodes:
        deployment.infrastructure = block_of(project, file, nodes["infrastructure"])
        deployment.own_block = "" if deployment.infrastructure else own_block(project, file, nodes["infrastructure"])
        if deployment.infrastructure is None and not deployment.own_block:
            deployment.choices = choices_of(project, file, nodes["infrastructure"])
    if "storage" in nodes:
        deployment.storage = _storage(project, file, nodes["storage"])
    _read_schedule_arguments(project, deployment)
    for name in ("infra_overrides", "job_variables"):
        if name in nodes:
            read_filled_overrides(project, deployment, name)
        items = written_items(nodes[name]) if name in nodes else None
        deployment.override_items |= {key: value_of(project, file, item) for key, item in (items or {}).items()}
    deployment.work_pool_name = arguments.get("work_pool_name")
    deployment.work_queue_name = arguments.get("work_queue_name")
    deployment.parameters = arguments.get("parameters")
    deployment.tags = arguments.get("tags")
    active = arguments.get("is_schedule_active")
    if active is not None and isinstance(active.literal, bool):
        deployment.paused = not active.literal


def _storage(project: Project, file: PythonFile, node: ast.expr) -> Block | None:
    """The block, or one of several, or whatever the expression gives when the code runs."""
    block = block_of(project, file, node) or chosen_block(project, file, node, named_block)
    if block is None or (block.doubt and block.cls in KEPT):
        return any_block(project, file, node, named_block) or block
    return block


def _read_schedule_arguments(project: Project, deployment: PythonDeployment) -> None:
    node = deployment.nodes.get("schedule")
    if node is not None:
        schedule = read_schedule(project, deployment.file, node)
        deployment.schedules = [schedule] if schedule else []
    elif "schedules" in deployment.nodes:
        deployment.schedules = read_schedules(project, deployment.file, deployment.nodes["schedules"]) or []
    given = node or deployment.nodes.get("schedules")
    for cls in refused_schedules(project, deployment.file, given) if given is not None else ():
        deployment.doubts.append(f"Prefect 2 refused `{cls}(...)` whose value has no name; it counts from now on")


def _read_new_call(project: Project, file: PythonFile, call: ast.Call) -> PythonDeployment | None:
    """`flow.deploy(...)` and its sisters, which a half-migrated repository has already."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _NEW_METHODS:
        return None
    flow = receiver_flow(project, file, function.value)
    names_pool = any(keyword.arg == "work_pool_name" for keyword in call.keywords)  # of a flow that a function is given
    if flow is None and not names_pool and not is_from_source(without_options(function.value)):
        return None
    kind = _NEW_METHODS[function.attr]
    deployment = PythonDeployment(site_of(file, call), kind, Value("", None), file=file, call=call)
    deployment.flow, deployment.flow_node = flow, function.value
    _read_arguments(project, deployment, ("name",))
    _read_prefect_2_arguments(project, deployment)
    read_registration(project, deployment)
    if kind == "deploy":
        deployment.applied = "deploy"
    paused = deployment.arguments.get("paused")
    if paused is not None and isinstance(paused.literal, bool):
        deployment.paused = paused.literal
    if flow is not None:
        deployment.working_directory = working_directory(project, file, flow.site.path)
        relative = PurePosixPath(flow.site.path).relative_to(deployment.working_directory)
        deployment.entrypoint = f"{relative}:{flow.function}"
    return deployment


def _is_plain_apply(file: PythonFile, keyword: ast.keyword) -> bool:
    """Whether it sets a queue's limit, or uploads nothing."""
    value = constant_of(file, keyword.value)
    if keyword.arg == "upload":
        return value in (None, False)
    return keyword.arg == "work_queue_concurrency" and value is not UNKNOWN


def constant_of(file: PythonFile, node: ast.AST) -> object:
    """A constant, or that of the one assignment to a name; UNKNOWN for anything else."""
    bindings = file.bindings_of(node) if isinstance(node, ast.Name) else []
    value: ast.AST | None = bindings[0].value if len(bindings) == 1 else node
    return value.value if isinstance(value, ast.Constant) else UNKNOWN
