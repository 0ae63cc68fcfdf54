"""Why a deployment can't be rewritten without a person."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate import reference
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS, settings_of
from prefect_migrate.plan.model import UNKNOWN, Deployment, Value
from prefect_migrate.plan.unknown_overrides import override_obstacles
from prefect_migrate.readers.names import INFRASTRUCTURE
from prefect_migrate.readers.python_deployments import POSITIONAL, PythonDeployment, constant_of
from prefect_migrate.readers.python_late import activity_set_on, schedule_set_on
from prefect_migrate.readers.python_uses import is_ceremony
from prefect_migrate.source.python import PythonFile

#: Arguments of build_from_flow that name nothing in Prefect 3, or that another argument replaces.
DROPPED = frozenset(
    {"flow", "output", "skip_upload", "ignore_file", "apply", "load_existing", "path", "entrypoint", "manifest_path",
     "timestamp", "parameter_openapi_schema", "infrastructure", "storage", "is_schedule_active", "flow_name"}
)  # fmt: skip
KEPT = frozenset(
    {"name", "version", "description", "tags", "schedule", "schedules", "parameters", "work_queue_name",
     "work_pool_name", "infra_overrides", "job_variables", "triggers", "enforce_parameter_schema"}
)  # fmt: skip
#: Arguments that Prefect 2 refused and Prefect 3 takes: what the author meant is plain.
AHEAD = frozenset({"concurrency_limit", "cron", "interval", "rrule", "paused"})
#: Of these, only one can be given.
_EXCLUSIVE = ({"cron", "interval", "rrule", "schedule", "schedules"}, {"paused", "is_schedule_active"})
#: Arguments that say the same in both, whatever they are.
_PASSING = frozenset({"name", "description", "tags", "parameters", "schedule", "work_queue_name"})
#: What code may read of a built deployment, and set on it, that Prefect 3's object has as well.
_READABLE = frozenset(
    {"name", "flow_name", "description", "version", "tags", "parameters", "entrypoint", "work_pool_name",
     "work_queue_name", "apply"}
)  # fmt: skip
#: What shows all of an object: the new one's fields are other ones.
_SHOWN = frozenset({"__dict__", "dict"})
_SETTABLE = frozenset({"name", "description", "tags", "parameters", "work_queue_name"})
#: What no name of a deployment, a flow or a pool may hold.
BANNED = frozenset("/%&<>")


def obstacles_of(deployment: PythonDeployment) -> Iterator[str]:
    """All obstacles of a definition, whatever it would become."""
    if deployment.kind == "constructor":
        yield from _constructor_obstacles(deployment)
    if not deployment.certain:
        yield f"`{deployment.file.source(deployment.call.func)}` may mean something else here"
    if deployment.guard:
        yield "it stands under a check of the Prefect version, which may serve both versions already"
    yield from _argument_obstacles(deployment)
    yield from _notebook_obstacles(deployment)
    yield from _storage_obstacles(deployment)
    yield from _infrastructure_obstacles(deployment)
    yield from _override_obstacles(deployment)
    yield from _registration_obstacles(deployment)
    yield from _use_obstacles(deployment)


# -- `Deployment(...)` -------------------------------------------------------------------------------------------------


def _constructor_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    given, entrypoint = deployment.arguments, deployment.arguments.get("entrypoint")
    for name in ("flow", "output", "skip_upload", "ignore_file", "apply", "load_existing"):
        if name in given:
            yield f"`{name}=` is no argument of Prefect 2's Deployment"
    if deployment.call.args or deployment.splats:
        yield "its arguments are not all named"
    for name in ("name", "flow_name"):
        if name not in given or given[name].literal is None:
            yield f"it names no {name}"
    if entrypoint is None or entrypoint.literal is None:
        yield "it names no entrypoint, so only the server knows where the flow is"
    elif entrypoint.known and deployment.entrypoint is None:
        yield f"its entrypoint {entrypoint.text} names no file"
    elif not entrypoint.known and _given(given.get("storage")) and _given(given.get("path")):
        yield f"its entrypoint is only known when `{entrypoint.text}` runs"
    if _given(given.get("manifest_path")):
        yield "it names a manifest (`manifest_path`), which is from the first releases of Prefect 2"
    for call in deployment.apply_calls:
        if deployment.in_async and not isinstance(deployment.file.parents[call], ast.Await):
            yield "its `.apply()` is not awaited, though it stands in a coroutine"


# -- arguments -------------------------------------------------------------------------------------------------------


def _argument_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    nodes, arguments = deployment.nodes, deployment.arguments
    if deployment.splats and deployment.kind != "constructor":
        yield f"arguments come from `{deployment.splats[0]}`"
    for name in deployment.repeated:
        yield f"`{name}` is given twice"
    if deployment.kind == "build_from_flow" and not deployment.splats:
        yield from (f"it names no {name}" for name in ("flow", "name") if name not in {*nodes, *deployment.passed})
    yield from _passed_obstacles(deployment)
    if deployment.no_flow:
        yield deployment.no_flow
    flow = arguments.get("flow")
    if deployment.kind == "build_from_flow" and flow is not None and isinstance(flow.literal, str):
        yield (
            f"`flow=` is a text, which Prefect 2 refused: `flow.from_source(source=..., entrypoint={flow.text})` "
            "loads the flow that it names"
        )
    schedule = arguments.get("schedule")
    if schedule is not None and isinstance(schedule.literal, str):
        yield (
            f"`schedule={schedule.text}` is a text, which Prefect 2 refused: if it is a cron line, "
            f"`schedules=[Cron({schedule.text})]` of prefect.schedules says so"
        )
    for name in nodes:
        if name not in KEPT | DROPPED | (AHEAD if deployment.kind == "build_from_flow" else frozenset()):
            what = "Deployment" if deployment.kind == "constructor" else "build_from_flow"
            yield f"`{name}=` is no argument of Prefect 2's {what}"
    for group in _EXCLUSIVE:
        given = sorted(name for name in group & set(nodes) if _given(arguments[name]))
        if len(given) > 1 and AHEAD & set(given):
            yield f"both `{given[0]}=` and `{given[1]}=` are given"
    for old, new in (("schedule", "schedules"), ("infra_overrides", "job_variables")):
        if _given(arguments.get(old)) and _given(arguments.get(new)):
            yield f"both `{old}=` and `{new}=` are given"
    yield from override_obstacles(deployment)
    name_value = arguments["name"].literal if "name" in arguments else None
    if isinstance(name_value, str) and (BANNED & set(name_value) or name_value.endswith(".py")):
        yield f"Prefect 3 refuses or changes the name {name_value!r}"


def _passed_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    """Arguments that come through the `**kwargs` of a function, and that Prefect 3 knows under another name."""
    for name, places in deployment.passed.items():
        file, node = places[0]
        is_text = all(_is_text(one) for _, one in places)
        if name not in _PASSING and not (name == "version" and is_text):
            yield f"`{name}=` comes through `**` from line {node.lineno} of {file.path}"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _given(value: Value | None) -> bool:
    return value is not None and value.literal is not None


# -- storage and infrastructure --------------------------------------------------------------------------------------


def _storage_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    if not has_storage(deployment):
        return
    text, block, target = deployment.arguments["storage"].text, deployment.storage, deployment.storage_target
    if block is None or block.role != "storage":
        yield f"`storage={text}` can't be traced to a storage block"
        return
    assert target is not None
    if target.obstacle:
        yield target.obstacle
    path, skip = deployment.arguments.get("path"), deployment.arguments.get("skip_upload")
    if path is not None and path.literal not in (None, "", "/", ".") and not deployment.entrypoint:
        yield f"`path={path.text}` lies inside the storage and must go into the entrypoint"
    if target.upload and uploads(deployment) and "path" in deployment.late:
        yield "its `path` is set after the code was uploaded to another place"
    if target.upload and skip is not None and not skip.known:
        yield f"whether the code is uploaded is only known when `{skip.text}` runs"
    if target.upload and uploads(deployment) and is_deferred(deployment):
        yield "the code would have to be uploaded where no statement can stand"


def has_storage(deployment: PythonDeployment) -> bool:
    """Whether a storage block is given (None counts as none)."""
    return _given(deployment.arguments.get("storage"))


def uploads(deployment: PythonDeployment) -> bool:
    """Whether Prefect 2 uploaded the code: when it built the deployment from a flow, or at `apply(upload=True)`."""
    skip = deployment.arguments.get("skip_upload")
    late = any(
        keyword.arg == "upload" and constant_of(deployment.file, keyword.value) is True
        for call in deployment.apply_calls
        for keyword in call.keywords
    )
    return late or (deployment.kind != "constructor" and (skip is None or skip.literal is not True))


def is_deferred(deployment: PythonDeployment) -> bool:
    """Whether it runs later, or more often, than the statement that it stands in."""
    kinds = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension)
    for outer in deployment.file.enclosing(deployment.call):
        if isinstance(outer, ast.stmt):
            return False
        if isinstance(outer, kinds):
            return True
    return False


def _infrastructure_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    node, pool = deployment.nodes.get("infrastructure"), deployment.pool
    if pool is not None and pool.conflict:
        yield pool.conflict
    if node is None or not _given(deployment.arguments["infrastructure"]):
        return
    block = deployment.infrastructure
    if block is None and deployment.choices is not None:
        return  # `plan.chosen_pools` has more to say
    if block is None:
        yield deployment.own_block or f"`infrastructure={deployment.file.source(node)}` can't be traced to a block"
    elif block.role != "infrastructure":
        yield f"`infrastructure=` is given a {block.cls} block, which is storage"
    elif block.doubt:
        yield f"the {block.cls} block can't be read: {block.doubt}"
    else:
        settings = settings_of(block)
        if settings.expressions and block.site.path != deployment.site.path:
            yield f"the {block.cls} block takes `{next(iter(settings.expressions.values()))}` from another file"
        for text in settings.expressions.values():
            if (other := _block_named_in(deployment.file, text)) is not None:
                yield f"the block takes `{text}` from the block `{other}`, of which only the run tells what it holds"
        for name, value in deployment.own_variables.items():
            if isinstance(value, str) and value.startswith("{{ prefect.blocks.") and not (pool and pool.ours):
                yield f"the block's `{name}` names a document, which the template of its work pool must allow"
        if pool is None and settings.template:
            yield "its block needs a work pool of its own, and which one it gets is only known when the code runs"


def _block_named_in(file: PythonFile, text: str) -> str | None:
    """The infrastructure block of the file that an expression reads."""
    try:
        parts = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return None
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    for name in sorted(names):
        for binding in (one for use in file.named(name) for one in file.bindings_of(use)):
            call = binding.value
            function = call.func if isinstance(call, ast.Call) else None
            cls = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if cls in INFRASTRUCTURE:
                return name
    return None


def _override_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    overrides = overrides_of(deployment)
    if overrides is None or deployment.pool is None:
        return
    literal = overrides.literal if isinstance(overrides.literal, dict) else deployment.override_items
    known = reference.job_variables(deployment.pool.type)
    for key in {key.split(".")[0]: None for key in map(str, literal) if key not in deployment.in_template}:
        if key in TEMPLATE_FIELDS and key not in known:
            yield f"the override `{key}` is the job's template, not a variable of a {deployment.pool.type} work pool"


def overrides_of(deployment: Deployment) -> Value | None:
    """`job_variables=` or `infra_overrides=`, whichever is given."""
    both = (deployment.arguments.get("job_variables"), deployment.arguments.get("infra_overrides"))
    return next((value for value in both if _given(value)), None)


# -- registration and use --------------------------------------------------------------------------------------------


def _notebook_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    flow = deployment.flow
    if flow is not None and flow.site.path.endswith(".ipynb"):
        yield "its flow is defined in a notebook, which is no file that a worker could load it from: give it one"


def _registration_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    apply = deployment.arguments.get("apply")
    forgets = deployment.kind == "build_from_flow" and deployment.in_async and not deployment.awaited
    if forgets and not can_await(deployment):
        yield "it is not awaited, though it stands in a coroutine"
    if apply is not None and not isinstance(apply.literal, (bool, type(None))):
        yield f"whether it is registered is only known when `{apply.text}` runs"
    if deployment.applied == "argument" and deployment.gathered:
        yield "it is registered at once (`apply=True`) inside of `asyncio.gather`: await its `.apply()` behind that"
    elif deployment.applied == "argument" and deployment.variable is None and not is_bare(deployment):
        yield "it is registered at once (`apply=True`) and its object is used as well"
    for call in deployment.apply_calls:
        yield from _apply_obstacles(deployment, call)


def can_await(deployment: PythonDeployment) -> bool:
    """Whether `await` was only forgotten: the object is a variable's, and all its `.apply()` are, or can be."""
    parents = deployment.file.parents
    kinds = {type(parents[call]) for call in deployment.apply_calls}
    return deployment.variable is not None and kinds in ({ast.Await}, {ast.Expr})


def is_constructor(deployment: PythonDeployment) -> bool:
    """Whether it is spelled `Deployment(...)`, whatever that was meant to be."""
    function = deployment.call.func
    return not (isinstance(function, ast.Attribute) and function.attr == "build_from_flow")


def is_bare(deployment: PythonDeployment) -> bool:
    """Whether nothing takes the object: the call is a statement of its own."""
    outer = deployment.file.parents[deployment.call]
    if isinstance(outer, ast.Await):
        outer = deployment.file.parents[outer]
    return isinstance(outer, ast.Expr)


def _apply_obstacles(deployment: PythonDeployment, call: ast.Call) -> Iterator[str]:
    for argument in (*call.args, *call.keywords):
        name = argument.arg if isinstance(argument, ast.keyword) else None
        value = argument.value if isinstance(argument, ast.keyword) else argument
        if name not in ("upload", "work_queue_concurrency") or constant_of(deployment.file, value) is UNKNOWN:
            text = deployment.file.source(call)
            yield f"`{text if len(text) < 60 else 'apply(...)'}` has arguments that Prefect 3's `apply` does not know"


def _use_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    """Uses of the object that Prefect 3's can't serve."""
    late = {*deployment.late.values(), *deployment.loads}
    known = [*deployment.apply_calls, *deployment.traced_applies]
    for file, attribute in deployment.trail.attributes:
        parent = file.parents[attribute]
        where = f"line {attribute.lineno}" + (f" of {file.path}" if file is not deployment.file else "")
        if file is deployment.file and file.statement_of(attribute) in late:
            continue
        if not isinstance(attribute.ctx, ast.Load):
            sets = _sets_schedule(deployment, file, attribute) or _sets_activity(deployment, file, attribute)
            if attribute.attr not in _SETTABLE and not sets:
                yield f"`{file.source(attribute)}` is set on {where}"
        elif attribute.attr in _SHOWN and is_ceremony(file, file.statement_of(attribute)):
            continue  # whatever it has is told
        elif attribute.attr not in _READABLE:
            yield f"`{file.source(attribute)}` on {where} has no counterpart"
        elif attribute.attr == "apply" and parent not in {*known, *deployment.idle_applies} and _has_arguments(parent):
            yield f"`{file.source(parent)}` on {where} has arguments that Prefect 3's `apply` does not know"


def _sets_schedule(deployment: PythonDeployment, file: PythonFile, attribute: ast.Attribute) -> bool:
    """Whether it can set `schedules` instead; `is_schedule_active=` would belong to it.

    None did nothing in Prefect 2 where the definition gave a schedule.
    """
    given = any(name in deployment.nodes for name in ("schedule", "schedules"))
    statement = schedule_set_on(file, attribute)
    if given and statement is not None and _may_be_none(statement.value):
        return False
    is_alone = file is deployment.file and "is_schedule_active" not in deployment.arguments
    return is_alone and deployment.kind == "build_from_flow" and schedule_set_on(file, attribute) is not None


def _may_be_none(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and part.value is None for part in (node, *_branches(node)))


def _branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else []


def _sets_activity(deployment: PythonDeployment, file: PythonFile, attribute: ast.Attribute) -> bool:
    """Whether it can set `paused` instead."""
    is_ours = file is deployment.file and deployment.kind == "build_from_flow"
    return is_ours and activity_set_on(file, attribute) is not None


def _has_arguments(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(node.args or node.keywords)


assert set(POSITIONAL) <= KEPT | DROPPED
