"""What a person is told about a deployment's rewrite: its title, the next step, and what to look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate import reference
from prefect_migrate.plan.chosen_pools import chosen_pools
from prefect_migrate.plan.infrastructure import nest_dotted
from prefect_migrate.plan.model import Block, Deployment, WorkPool
from prefect_migrate.plan.obstacles import AHEAD, overrides_of, uploads
from prefect_migrate.plan.overrides import block_class
from prefect_migrate.plan.saved_blocks import saving_review
from prefect_migrate.plan.unknown_overrides import override_reviews
from prefect_migrate.readers.python_deployments import PythonDeployment


def title_of(deployment: PythonDeployment) -> str:
    """The action, in a few words."""
    if deployment.target == "prefect-yaml":
        return "Move the deployment to prefect.yaml"
    registers = deployment.rewrite is not None and deployment.rewrite.register
    return "Use flow.deploy()" if registers else "Use flow.to_deployment()"


def next_step_of(deployment: PythonDeployment) -> str:
    """What to do before the rewritten code can run."""
    pool, block = deployment.pool, deployment.infrastructure
    chosen = chosen_pools(deployment)
    if chosen:
        names = ", ".join(repr(one.name) for one in chosen)
        loaded = [one for one in chosen if one.block is not None and one.block.loaded]
        publish = [f" {_publish(one.block, repr(one.name))}." for one in loaded if one.block is not None]
        return f"Run work-pools/create.sh, which creates the work pools {names}, before you deploy.{''.join(publish)}"
    if pool is None and block is not None and block.loaded:
        return f"{_publish(block, deployment.work_pool_name.text if deployment.work_pool_name else '')}."
    if pool is None:
        return "Create the work pool that `work_pool_name` names, with a type, before you deploy."
    if not pool.ours:
        return (
            f"Work pool {pool.name!r} keeps its name; if its type is prefect-agent, delete it and create it with a "
            "type, which can't be changed in place."
        )
    if pool.block is not None and pool.block.loaded:
        return f"{_publish(pool.block, repr(pool.name))}, or set them in work pool {pool.name!r} by hand."
    return run_script(deployment, pool)


def run_script(deployment: Deployment, pool: WorkPool) -> str:
    """Create a pool; one that keeps the name that Prefect 2 knew it by may be there still."""
    step = f"Run work-pools/create.sh, which creates work pool {pool.name!r}, before you deploy"
    if deployment.work_pool_name is None or deployment.work_pool_name.literal != pool.name:
        return f"{step}."
    return f"{step}; if the server has it with type prefect-agent, delete it first."


def _publish(block: Block, pool: str) -> str:
    load = f"{block.cls}.load({block.document.text if block.document else ''})"
    if block.fields:
        given = ", ".join(f'"{name}": {value.text}' for name, value in block.fields.items())
        load = f"{block.cls}(**{{**{load}.dict(), {given}}})"
    return (
        "The settings of the block are on the server: while Prefect 2 is installed, run "
        f"`{load}.publish_as_work_pool({pool})`"
    )


def by_hand(deployment: PythonDeployment) -> str:
    """What to write where nothing can be rewritten."""
    is_expression = isinstance(deployment.flow_node, (ast.Name, ast.Attribute, ast.Call))
    flow = deployment.flow_text if is_expression else "flow"
    if deployment.fits_python:
        style = "Run `prefect-migrate apply --target-style auto`, which keeps it in Python"
        return f"{style} as `{flow}.deploy(...)`: {'; '.join(deployment.obstacles)}."
    return f"Write `{flow}.deploy(...)` by hand for a typed work pool: {'; '.join(deployment.obstacles)}."


def as_deploy(deployment: PythonDeployment) -> str:
    """The call that does what a deployment that was put together by hand did."""
    given = deployment.arguments
    if deployment.fits_python:
        return "Run `prefect-migrate apply --target-style auto`, which keeps it in Python as `flow.deploy(...)`."
    if _loads(deployment) and "entrypoint" not in given:
        return _as_update(deployment)
    entrypoint = given["entrypoint"].text if "entrypoint" in given else '"FILE.py:FUNCTION"'
    here = "str(Path.cwd())" if deployment.file.is_notebook else "str(Path(__file__).parent)"
    source = given["storage"].text if "storage" in given else here
    kept = [f"{name}={given[name].text}" for name in ("name", "parameters", "tags", "work_queue_name") if name in given]
    pool = f'work_pool_name="{deployment.pool.name}"' if deployment.pool is not None else "work_pool_name=..."
    call = f"flow.from_source(source={source}, entrypoint={entrypoint}).deploy({', '.join([*kept, pool])})"
    loads = "; what `.load()` took over from the server must be said there" if _loads(deployment) else ""
    return f"Write `{call}`, with `from prefect import flow`{loads}."


def _as_update(deployment: PythonDeployment) -> str:
    """What changes a deployment that only the server knows."""
    names = [given for name in ("flow_name", "name") if (given := deployment.arguments.get(name)) is not None]
    parts = [str(name.literal) if name.known else f"{{{name.text}}}" for name in names]
    prefix = "" if all(name.known for name in names) else "f"
    joined = "/".join(parts)
    place = f'{prefix}"{joined}"' if len(parts) == 2 else '"FLOW/NAME"'
    return (
        "Change what is on the server: with `client = get_client(sync_client=True)`, read it by "
        f"`client.read_deployment_by_name({place})`, then call `client.update_deployment(deployment.id, "
        "DeploymentUpdate(...))` with what is set here, `schedules=` included."
    )


def _loads(deployment: PythonDeployment) -> bool:
    return any(attribute.attr == "load" for _, attribute in deployment.trail.attributes)


def reviews_of(deployment: PythonDeployment) -> list[str]:
    """What the rewrite can't keep, or can't know, for a person to look at."""
    return list(dict.fromkeys([*deployment.doubts, *_lost(deployment), *_unknown(deployment)]))


def _lost(deployment: PythonDeployment) -> Iterator[str]:
    arguments, storage = deployment.arguments, deployment.storage_target
    if storage is not None and storage.review:
        yield saving_review(deployment) or storage.review
    block = deployment.storage
    unnamed = block is not None and block.document is None
    if block is not None and unnamed and storage is not None and (not storage.upload or not uploads(deployment)):
        yield f"Prefect 2 saved this {block.cls} block nowhere, as nothing was uploaded: a run did not use it"
    loads = deployment.rewrite is not None and deployment.rewrite.from_source
    if storage is not None and loads and "LocalStorage(" in storage.runner and not uploads(deployment):
        yield f"deploying loads the flow from {storage.source}, which must be there now"
    for name, advice in (deployment.pool.lost if deployment.pool else {}).items():
        yield f"the block's `{name}` has no counterpart: {advice}"
    yield from deployment.doubts
    for name in sorted(AHEAD & set(arguments)):
        if arguments[name].literal is not None:
            yield f"Prefect 2 refused `{name}=`; Prefect 3 takes it, so it counts from now on"
    if deployment.infrastructure is not None:
        yield from deployment.infrastructure.to_save
    path = arguments.get("path")
    below = deployment.storage is not None and path is not None and path.literal not in (None, "", "/", ".")
    folded = storage is not None and storage.folded
    if below and path is not None and deployment.target != "prefect-yaml" and not folded:
        place = repr(path.literal) if path.known else f"`{path.text}`, which the entrypoint begins with"
        yield f"a run starts in the root of the storage now, not in {place}"
    if "output" in arguments and arguments["output"].literal is not None:
        yield "no YAML file is written any more (`output=`)"
    if "triggers" in arguments and arguments["triggers"].literal not in (None, []):
        yield "triggers have other classes in Prefect 3"
    yield from _lost_settings(deployment)


def _lost_settings(deployment: PythonDeployment) -> Iterator[str]:
    block, pool = deployment.infrastructure, deployment.pool
    overrides = overrides_of(deployment)
    literal: dict[str, object] = dict(deployment.override_items) if overrides is not None else {}
    if overrides is not None and isinstance(overrides.literal, dict):
        literal = overrides.literal
    literal = {key: value for key, value in literal.items() if key not in deployment.in_template}
    if block is not None and "env" in literal and block.fields.get("env") is not None:
        yield "the override of `env` took the place of the block's; Prefect 3 adds it to the work pool's"
    if block is not None and block.loaded and deployment.in_template:
        names = ", ".join(f"`{name}`" for name in sorted(deployment.in_template))
        yield f"the overrides {names} must be in the template of its work pool"
    if block is not None and block.cls == "Process" and "working_dir" in block.fields:
        yield "a run starts in the directory of its code now, not in the block's `working_dir`"
    known = reference.job_variables(pool.type) if pool is not None and pool.type else frozenset()
    for key in nest_dotted(literal) if known else ():
        if key not in known:
            yield f"the override `{key}` is no variable of a {pool.type if pool else ''} work pool and does nothing"
    for name, limit in deployment.queue_limits:
        if pool is None or not pool.ours:
            yield f"set the concurrency limit of work queue {name!r} to {limit} by hand"


def _perhaps_unset(deployment: PythonDeployment) -> Iterator[str]:
    """What may give no text for an environment variable: only a process may be told that there is none."""
    cls = block_class(deployment)
    block = deployment.infrastructure
    pools = [deployment.pool] if deployment.pool is not None else chosen_pools(deployment)
    if cls == "Process" or not pools:
        return
    texts = [block.fields["env"].text] if block is not None and "env" in block.fields else []
    texts += [value.text for key, value in deployment.override_items.items() if key.partition(".")[0] == "env"]
    found = [code for text in texts for code in _without_default(text)]
    pool_type = next(pool.type for pool in pools if pool.type != "process")
    for code in dict.fromkeys(found):
        yield f"`{code}` must be set where this is deployed: a {pool_type} work pool takes no None for it"


def _without_default(text: str) -> Iterator[str]:
    """The `os.getenv("A")` and `os.environ.get("A")` in an expression."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            code = ast.unparse(node)
            if code.startswith(("os.getenv(", "getenv(", "os.environ.get(", "environ.get(")):
                yield code


def _unknown(deployment: PythonDeployment) -> Iterator[str]:
    yield from deployment.trail.unknown
    if deployment.passes_on:
        yield "whatever else comes through `**` must be an argument of Prefect 3's `deploy`"
    if chosen_pools(deployment):
        yield "the names of work pools take the place of the blocks that its infrastructure is one of"
    yield from _perhaps_unset(deployment)
    yield from override_reviews(deployment)
    block = deployment.infrastructure
    if deployment.pool is None and block is not None and block.loaded:
        yield f"its work pool must have the settings of the {block.cls} block, which are on the server"
    node = deployment.nodes.get("schedule") or deployment.nodes.get("schedules")
    if node is not None and not deployment.schedules and _comes_from_outside(deployment, node):
        yield f"`{deployment.file.source(node)}` must give a schedule of prefect.client.schemas.schedules"


def _comes_from_outside(deployment: PythonDeployment, node: ast.expr) -> bool:
    """Whether nothing in the expression says what kind of schedule it gives."""
    if isinstance(node, (ast.Constant, ast.Dict)) or (isinstance(node, (ast.List, ast.Tuple)) and not node.elts):
        return False
    return not any(
        isinstance(inner, ast.Call) or (isinstance(inner, ast.Name) and _is_defined(deployment, inner))
        for inner in ast.walk(node)
    )


def _is_defined(deployment: PythonDeployment, name: ast.Name) -> bool:
    return any(binding.value is not None or binding.target for binding in deployment.file.bindings_of(name))
