"""Reader: deployments that Python code builds, in Prefect 2's spelling and in Prefect 3's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from prefect_migrate.plan.model import UNKNOWN, Deployment, DeploymentKind, Flow, Site, Value
from prefect_migrate.plan.storage import StorageTarget
from prefect_migrate.project import Project
from prefect_migrate.readers.names import deployment_method
from prefect_migrate.readers.python_blocks import block_of
from prefect_migrate.readers.python_flows import flow_of
from prefect_migrate.readers.python_schedules import read_schedule, read_schedules
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.scopes import GuardKind
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, dotted, resolve

#: The parameters of build_from_flow that can be given by position.
POSITIONAL = ("flow", "name", "output", "skip_upload", "ignore_file", "apply", "load_existing", "schedules")
#: Attributes of a Prefect 2 deployment that are arguments of build_from_flow as well.
SETTABLE = frozenset(
    {"schedule", "schedules", "is_schedule_active", "parameters", "tags", "description", "version", "work_queue_name",
     "work_pool_name", "infra_overrides", "job_variables", "enforce_parameter_schema"}
)  # fmt: skip
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
    #: `**options` among the arguments, as written.
    splats: list[str] = field(default_factory=list)
    #: The receiver of a Prefect 3 call, or the `flow=` argument.
    flow_node: ast.expr | None = None
    awaited: bool = False
    #: The name that the result is bound to, when it is a plain assignment.
    variable: str | None = None
    apply_calls: list[ast.Call] = field(default_factory=list)
    #: Arguments that are set on the object right after it was built: `deployment.schedule = ...`.
    late: dict[str, ast.Assign] = field(default_factory=dict)
    #: Reads of the variable other than `variable.apply(...)`.
    other_uses: list[ast.Name] = field(default_factory=list)
    #: Statements that only register or print it: `for d in (a, b): d.apply()`, `print(d.name)`.
    ceremonies: list[ast.stmt] = field(default_factory=list)
    #: What becomes of the storage block; filled in by the planner.
    storage_target: StorageTarget | None = None
    #: How it will be written in place; filled in by the planner.
    rewrite: Rewrite | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How a definition is written in Python for Prefect 3.

    `source`: `from_source` loads the flow again from the directory that the script lies in; without it the flow object
    itself is deployed, and a worker finds the code through the `working_dir` job variable.  `sink_to`: the `.apply()`
    statement whose place the whole definition takes.  `set_storage`: the storage is set on the object afterwards, so
    that nothing is pulled while the script runs, as in Prefect 2.
    """

    from_source: bool
    register: bool
    sink_to: ast.Expr | None = None
    set_storage: bool = False


def read_deployments(project: Project, file: PythonFile) -> Iterator[PythonDeployment]:
    """Every deployment that the file builds."""
    for call in file.calls():
        deployment = _read_build(project, file, call) or _read_new_call(project, file, call)
        if deployment is not None:
            yield deployment


def _read_build(project: Project, file: PythonFile, call: ast.Call) -> PythonDeployment | None:
    meaning = dotted(project, file, call.func)
    method = deployment_method(meaning.name) if meaning else None
    if meaning is None or method not in ("build_from_flow", ""):
        return None
    kind: DeploymentKind = "build_from_flow" if method else "constructor"
    deployment = PythonDeployment(Site(file.path, file.place(call)), kind, Value("", None), file=file, call=call)
    deployment.certain, deployment.guard = meaning.certain, meaning.guard or file.scopes.guard_at(call.lineno)
    _read_arguments(project, deployment, POSITIONAL if method else ("name",))
    _read_late_settings(project, deployment)
    _read_flow(project, deployment)
    _read_prefect_2_arguments(project, deployment)
    _read_registration(deployment)
    return deployment


def _read_arguments(project: Project, deployment: PythonDeployment, positional: tuple[str, ...]) -> None:
    call = deployment.call
    for name, node in zip(positional, call.args, strict=False):
        deployment.nodes[name] = node
    for keyword in call.keywords:
        if keyword.arg is None:
            deployment.splats.append(deployment.file.source(keyword.value))
        else:
            deployment.nodes[keyword.arg] = keyword.value
    deployment.splats += [deployment.file.source(node) for node in call.args if isinstance(node, ast.Starred)]
    for name, node in deployment.nodes.items():
        deployment.arguments[name] = value_of(project, deployment.file, node)
    deployment.name = deployment.arguments.get("name", Value("", None))


def _read_late_settings(project: Project, deployment: PythonDeployment) -> None:
    """Take `deployment.attribute = value` statements right behind the definition for arguments of it."""
    file = deployment.file
    statement = file.statement_of(deployment.call)
    value = file.parents[deployment.call]
    target = _assigned_name(statement, value if isinstance(value, ast.Await) else deployment.call)
    if target is None:
        return
    body = file.body_of(statement)
    for following in body[body.index(statement) + 1 :]:
        name = _set_attribute(following, target.id)
        if name is None or not isinstance(following, ast.Assign):
            return
        deployment.late[name] = following
        deployment.nodes[name] = following.value
        deployment.arguments[name] = value_of(project, file, following.value)


def _set_attribute(statement: ast.stmt, variable: str) -> str | None:
    """The attribute of a variable that a statement sets, if it is an argument of build_from_flow as well."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    is_set = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == variable
    reads = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    if not is_set or not isinstance(target, ast.Attribute) or variable in reads:
        return None
    return target.attr if target.attr in SETTABLE else None


def _read_flow(project: Project, deployment: PythonDeployment) -> None:
    deployment.flow_node = node = deployment.nodes.get("flow")
    if node is None:
        return
    deployment.flow_text = deployment.file.source(node)
    deployment.flow = flow_of_expression(project, deployment.file, node)
    if deployment.flow is not None:
        deployment.working_directory = working_directory(project, deployment.file, deployment.flow.site.path)
        relative = PurePosixPath(deployment.flow.site.path).relative_to(deployment.working_directory)
        deployment.entrypoint = f"{relative}:{deployment.flow.function}"


def flow_of_expression(project: Project, file: PythonFile, node: ast.expr) -> Flow | None:
    """The flow that an expression means; the flow below `.with_options(...)` is another one, so None."""
    found = resolve(project, file, node)
    if isinstance(found, Definition) and isinstance(found.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return flow_of(project, found.file, found.node)
    return None


def working_directory(project: Project, file: PythonFile, flow_path: str) -> str:
    """The directory, relative to the root, that Prefect 2 most likely ran the script in.

    Prefect 2 stores the flow's file relative to that directory, so it must hold both.  Imports tell which it is: the
    directory that the repository's own modules are found from.  Where they don't, it is the nearest that holds both.
    """
    script = PurePosixPath(file.path)
    nearest = script.parent
    while not PurePosixPath(flow_path).is_relative_to(nearest):
        nearest = nearest.parent
    bases = [PurePosixPath(base) for base in import_bases(project, file)]
    usable = [base for base in bases if nearest.is_relative_to(base)]
    return str(min(usable, key=lambda base: len(base.parts), default=nearest))


def import_bases(project: Project, file: PythonFile) -> set[str]:
    """The directories from which a file's absolute imports of the repository's own modules are found."""
    bases = set()
    for binding in file.scopes.import_bindings():
        node = binding.node
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            bases.add(_base_of(project, file, node.module))
        elif isinstance(node, ast.Import):
            bases |= {_base_of(project, file, alias.name) for alias in node.names}
    return {base for base in bases if base is not None}


def _base_of(project: Project, file: PythonFile, module: str) -> str | None:
    path = project.module_path(module, file.path)
    if path is None:
        return None
    pure = PurePosixPath(path)
    ups = len(module.split(".")) + (1 if pure.name == "__init__.py" else 0)
    return str(pure.parents[ups - 1])


def _read_prefect_2_arguments(project: Project, deployment: PythonDeployment) -> None:
    file, nodes, arguments = deployment.file, deployment.nodes, deployment.arguments
    if "infrastructure" in nodes:
        deployment.infrastructure = block_of(project, file, nodes["infrastructure"])
    if "storage" in nodes:
        deployment.storage = block_of(project, file, nodes["storage"])
    _read_schedule_arguments(project, deployment)
    deployment.work_pool_name = arguments.get("work_pool_name")
    deployment.work_queue_name = arguments.get("work_queue_name")
    deployment.parameters = arguments.get("parameters")
    deployment.tags = arguments.get("tags")
    active = arguments.get("is_schedule_active")
    if active is not None and isinstance(active.literal, bool):
        deployment.paused = not active.literal


def _read_schedule_arguments(project: Project, deployment: PythonDeployment) -> None:
    node = deployment.nodes.get("schedule")
    if node is not None:
        schedule = read_schedule(project, deployment.file, node)
        deployment.schedules = [schedule] if schedule else []
    elif "schedules" in deployment.nodes:
        deployment.schedules = read_schedules(project, deployment.file, deployment.nodes["schedules"]) or []


def _read_registration(deployment: PythonDeployment) -> None:
    """Find out how the definition gets to the server, and who else uses the object."""
    file, node = deployment.file, deployment.call
    outer = file.parents[node]
    if isinstance(outer, ast.Await):
        deployment.awaited = True
        outer_value: ast.expr = outer
        outer = file.parents[outer]
    else:
        outer_value = node
    apply = deployment.arguments.get("apply")
    if isinstance(outer, ast.Attribute) and outer.attr == "apply" and isinstance(file.parents[outer], ast.Call):
        deployment.applied = "chained"
        deployment.apply_calls = [call for call in [file.parents[outer]] if isinstance(call, ast.Call)]
        return
    if apply is not None and apply.literal is True:
        deployment.applied = "argument"
    target = _assigned_name(outer, outer_value)
    if target is not None:
        deployment.variable = target.id
        _read_uses(deployment, target)


def _assigned_name(statement: ast.AST, value: ast.expr) -> ast.Name | None:
    if isinstance(statement, ast.Assign) and statement.value is value and len(statement.targets) == 1:
        return statement.targets[0] if isinstance(statement.targets[0], ast.Name) else None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target
    return None


def _read_uses(deployment: PythonDeployment, target: ast.Name) -> None:
    """Sort the reads of the variable that this very assignment reaches into `.apply()` calls and others."""
    file = deployment.file
    scope = file.scopes.scope_of(target)
    bindings = scope.lookup(target.id)
    later = [b.node.lineno for b in bindings if getattr(b.node, "lineno", 0) > target.lineno]  # type: ignore[attr-defined]
    until = min(later, default=10**9)
    for node in file.nodes:
        if not (isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Load)):
            continue
        if file.scopes.scope_of(node).lookup(node.id) is not bindings:
            continue
        if len(bindings) > 1 and not target.lineno <= node.lineno <= until:
            continue
        attribute = file.parents[node]
        call = file.parents[attribute]
        if call in deployment.late.values():
            continue
        if (
            isinstance(attribute, ast.Attribute)
            and attribute.attr == "apply"
            and isinstance(call, ast.Call)
            and call.func is attribute
        ):
            deployment.apply_calls.append(call)
            deployment.applied = deployment.applied or "apply"
        else:
            deployment.other_uses.append(node)
            _read_ceremony(deployment, node)


def _read_ceremony(deployment: PythonDeployment, use: ast.Name) -> None:
    file = deployment.file
    statement = next(
        (outer for outer in file.enclosing(use) if isinstance(outer, ast.stmt) and is_ceremony(file, outer)),
        None,
    )
    if statement is None:
        return
    if statement not in deployment.ceremonies:
        deployment.ceremonies.append(statement)
    if isinstance(statement, ast.For):
        deployment.applied = deployment.applied or "apply"


def is_ceremony(file: PythonFile, statement: ast.stmt) -> bool:
    """Whether a statement does nothing but register deployments and tell about it."""
    if isinstance(statement, ast.For):
        names = statement.iter.elts if isinstance(statement.iter, (ast.Tuple, ast.List)) else []
        plain = bool(names) and all(isinstance(name, ast.Name) for name in names)
        return plain and isinstance(statement.target, ast.Name) and not statement.orelse and all(
            is_ceremony(file, inner) or _is_apply_of(inner, statement.target.id) for inner in statement.body
        )  # fmt: skip
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    function = statement.value.func
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id in (
            "logger",
            "logging",
            "log",
            "console",
        )
    return isinstance(function, ast.Name) and function.id == "print" and not file.bindings_of(function)


def _is_apply_of(statement: ast.stmt, name: str) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "apply"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == name
    )


def loop_names(loop: ast.For) -> list[str]:
    """The names that `for d in (a, b)` goes through."""
    names = loop.iter.elts if isinstance(loop.iter, (ast.Tuple, ast.List)) else []
    return [name.id for name in names if isinstance(name, ast.Name)]


def _read_new_call(project: Project, file: PythonFile, call: ast.Call) -> PythonDeployment | None:
    """`flow.deploy(...)` and its sisters, which a half-migrated repository has already."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _NEW_METHODS:
        return None
    flow = _receiver_flow(project, file, function.value)
    if flow is None and not _is_from_source(function.value):
        return None
    kind = _NEW_METHODS[function.attr]
    deployment = PythonDeployment(Site(file.path, file.place(call)), kind, Value("", None), file=file, call=call)
    deployment.flow, deployment.flow_node = flow, function.value
    _read_arguments(project, deployment, ("name",))
    _read_prefect_2_arguments(project, deployment)
    _read_registration(deployment)
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


def _is_from_source(node: ast.expr) -> bool:
    while isinstance(node, ast.Await):
        node = node.value
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("from_source", "afrom_source")
    )


def _receiver_flow(project: Project, file: PythonFile, node: ast.expr) -> Flow | None:
    while isinstance(node, ast.Await):
        node = node.value
    if _is_from_source(node) and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "with_options":
        node = node.func.value
    return flow_of_expression(project, file, node)


def is_unknown(value: Value | None) -> bool:
    """Whether an argument was given whose value can't be known."""
    return value is not None and value.literal is UNKNOWN
