"""Work pools: which typed pool each deployment gets, and what stands in the pool's base job template."""

from __future__ import annotations

from typing import Any

from prefect_migrate.config import Config
from prefect_migrate.plan.chosen_pools import chosen_pools
from prefect_migrate.plan.default_pool import DEFAULT_POOL
from prefect_migrate.plan.infrastructure import BlockSettings, is_document, settings_of
from prefect_migrate.plan.made_pools import MadePool, made_pools
from prefect_migrate.plan.model import Block, Deployment, Plan, WorkPool
from prefect_migrate.plan.splitting import canonical, document_of, parts_of, type_of
from prefect_migrate.project import Project
from prefect_migrate.readers.cli_deployments import CliBuild
from prefect_migrate.readers.python_chosen_infrastructure import Choice
from prefect_migrate.readers.python_deployments import PythonDeployment

#: Servers refuse to make pools whose names begin so.
RESERVED = "prefect"


def assign_pools(project: Project, plan: Plan, config: Config) -> None:
    """Give every deployment its pool; deployments of Prefect 3 keep the one that they name."""
    made = made_pools(project)
    plan.made_pools = {name: pool.type for name, pool in made.items()}
    named: dict[str, list[Deployment]] = {}
    unnamed: list[Deployment] = []
    for deployment in plan.deployments:
        name = _pool_name(deployment)
        if name is None:
            unnamed.append(deployment)
        elif deployment.is_prefect_2:
            named.setdefault(config.pool_renames.get(name, name), []).append(deployment)
        else:
            deployment.pool = plan.pools.setdefault(name, WorkPool(name, "", ours=False))
    for name, group in named.items():
        _share_out(plan, config, name, group, made)
    _give_defaults(plan, config, [deployment for deployment in unnamed if deployment.is_prefect_2], made)
    for deployment in plan.deployments:
        _note_queue(plan, deployment)
    _limit_queues(plan)


def agent_pools(plan: Plan) -> list[str]:
    """The pools of agents that deployments name, and that are shared out to others or get another name."""
    named = {_pool_name(one) for one in plan.deployments if one.is_prefect_2 and one.kind != "prefect_yaml"}
    return sorted(name for name in named if name is not None and name not in plan.pools)


def _pool_name(deployment: Deployment) -> str | None:
    name = deployment.work_pool_name
    return name.literal if name is not None and isinstance(name.literal, str) else None


def _names_a_pool(deployment: Deployment) -> bool:
    """Whether it names a pool, though with a name that is only known when the code runs."""
    return deployment.work_pool_name is not None and deployment.work_pool_name.literal is not None


# -- pools that the code names -----------------------------------------------------------------------------------------


def _share_out(plan: Plan, config: Config, name: str, group: list[Deployment], made: dict[str, MadePool]) -> None:
    """Give the pool that some deployments name, or the parts that it falls into, to them."""
    parts = [(name, group)] if _has_type(plan, config, name) else list(parts_of(name, group))
    for new, part in parts:
        _share(plan, config, new, part, made.get(new))
    if len(parts) > 1:
        plan.split_pools[name] = [new for new, _ in parts]
        for deployment in group:
            deployment.doubts.append(
                f"work pool {name!r} took several kinds of infrastructure from an agent, and becomes "
                f"{', '.join(plan.split_pools[name])}"
            )


def _has_type(plan: Plan, config: Config, name: str) -> bool:
    """Whether the pool's type is known already, so that it is no pool of agents."""
    return name in config.pool_types or (name in plan.pools and bool(plan.pools[name].type))


def _share(plan: Plan, config: Config, name: str, group: list[Deployment], made: MadePool | None) -> None:
    """One pool for several deployments: what all their blocks say stands in it, the rest in each deployment.

    Prefect 2 makes its default pool itself, for agents: they run in a process what brings no block along.
    """
    blocks = [deployment.infrastructure for deployment in group]
    known = [block for block in blocks if block is not None]
    settings = [settings_of(block) if block is not None else BlockSettings() for block in blocks]
    typed = bool(known) or (name == DEFAULT_POOL and not any(map(_has_unknown_infrastructure, group)))
    types = list(dict.fromkeys(type_of(block) for block in blocks)) if typed else []
    pool = plan.pools.get(name)
    if pool is None:
        pool = plan.pools[name] = WorkPool(name, config.pool_types.get(name, types[0] if types else ""))
        pool.ours, pool.block = typed, known[0] if known else None
        pool.variables = _common([one.variables for one in settings])
        pool.template, pool.comments = settings[0].template or None, _comments(known)
    elif made is not None and not pool.type:
        _take_up(pool, made, settings)
    elif not pool.type and types:
        # Deployments of Prefect 3 name it too, which do not say what runs them.
        pool.type = types[0]
    for one in settings:
        pool.lost |= one.lost
    pool.conflict = _conflict(pool, types, blocks, settings)
    for deployment, one in zip(group, settings, strict=True):
        deployment.pool = pool
        deployment.own_variables = {key: value for key, value in one.variables.items() if key not in pool.variables}
        pool.documents |= {key for key, value in deployment.own_variables.items() if is_document(value)}


def _take_up(pool: WorkPool, made: MadePool, settings: list[BlockSettings]) -> None:
    """Know again what an earlier run put into the pool's template."""
    pool.type = made.type
    variables = {key: value for one in settings for key, value in one.variables.items()}
    pool.variables = {
        key: value for key, value in variables.items() if canonical(made.default_of(key)) == canonical(value)
    }
    pool.template = next((one.template for one in settings if one.template), None)


def _common(variables: list[dict[str, Any]]) -> dict[str, Any]:
    """What all have, with the same value."""
    first, *others = variables
    return {
        key: value
        for key, value in first.items()
        if all(key in other and canonical(other[key]) == canonical(value) for other in others)
    }


def _conflict(pool: WorkPool, types: list[str], blocks: list[Block | None], settings: list[BlockSettings]) -> str:
    if len(types) > 1:
        return f"work pool {pool.name!r} would need two types, {types[0]} and {types[1]}"
    if any(canonical(one.template or None) != canonical(pool.template) for one in settings):
        return f"work pool {pool.name!r} would need several job templates"
    if len({document_of(block) for block in blocks}) > 1:
        return f"work pool {pool.name!r} would need the settings of several blocks on the server"
    return ""


# -- pools of ours -----------------------------------------------------------------------------------------------------


def _give_defaults(plan: Plan, config: Config, deployments: list[Deployment], made: dict[str, MadePool]) -> None:
    """The repository's own pools; those without any settings first, so that they get the plain name."""
    wanting: list[tuple[Block | None, Deployment | Choice]] = []
    for deployment in deployments:
        if _names_a_pool(deployment):
            deployment.own_variables = _settings(deployment.infrastructure).variables
        elif isinstance(deployment, PythonDeployment) and deployment.choices is not None:
            wanting += [(item.block, item) for item in deployment.choices.items]
        elif not _has_unknown_infrastructure(deployment):
            wanting.append((deployment.infrastructure, deployment))
    for block, taker in sorted(wanting, key=lambda pair: _has_settings(pair[0], _settings(pair[0]))):
        taker.pool = _default_pool(plan, config, block, _settings(block), made)


def _settings(block: Block | None) -> BlockSettings:
    return settings_of(block) if block is not None else BlockSettings()


def _has_unknown_infrastructure(deployment: Deployment) -> bool:
    """Whether a block is given that nothing here tells about; then nobody knows the type of its pool."""
    if isinstance(deployment, CliBuild):
        return deployment.infrastructure is None and any(map(deployment.parsed.last, ("--infra", "--infra-block")))
    given = deployment.arguments.get("infrastructure") if isinstance(deployment, PythonDeployment) else None
    return given is not None and given.literal is not None and deployment.infrastructure is None


def _has_settings(block: Block | None, settings: BlockSettings) -> bool:
    return bool(settings.variables or settings.template or (block is not None and block.loaded))


def _default_pool(
    plan: Plan, config: Config, block: Block | None, settings: BlockSettings, made: dict[str, MadePool]
) -> WorkPool:
    """The repository's pool for a block: named after the block's document, else after its type; a number for each
    further block of that type that differs."""
    pool_type = type_of(block)
    document = block.document.literal if block and block.document and block.document.known else None
    base = str(document or config.pool_defaults.get(pool_type, f"{pool_type}-pool"))
    base = config.pool_renames.get(base, base)
    if base.lower().startswith(RESERVED):
        base = f"{pool_type}-{base}"
    number = 1
    while True:
        new = WorkPool(base if number == 1 else f"{base}-{number}", pool_type)
        new.block, new.variables, new.lost = block, settings.variables, settings.lost
        new.template, new.comments = settings.template or None, _comments([block] if block else [])
        pool = plan.pools.get(new.name)
        is_ours = new.name not in made or made[new.name].is_for(new)
        if (pool is None and is_ours) or (pool is not None and not pool.type and new.name in made and is_ours):
            plan.pools[new.name] = new
            _give_to_others(plan, new)
            return new
        if pool is not None and pool.ours and pool.type == pool_type and _identity(new) == _identity(pool):
            pool.comments += [text for text in new.comments if text not in pool.comments]
            return pool
        number += 1


def _give_to_others(plan: Plan, pool: WorkPool) -> None:
    """Deployments of Prefect 3 that name a pool have the one that is known now."""
    for deployment in plan.deployments:
        if deployment.pool is not None and deployment.pool.name == pool.name:
            deployment.pool = pool


def _identity(pool: WorkPool) -> str:
    return canonical([pool.variables, pool.template, document_of(pool.block)])


def _comments(blocks: list[Block]) -> list[str]:
    return list(dict.fromkeys(text for block in blocks for text in block.comments))


def _note_queue(plan: Plan, deployment: Deployment) -> None:
    pool, queue = deployment.pool, deployment.work_queue_name
    if queue is not None and not queue.known:
        return  # any queue, not the default one
    name = str(queue.literal) if queue is not None and queue.literal else "default"
    pools = [pool] if pool is not None else chosen_pools(deployment)
    if not pools and _has_unknown_infrastructure(deployment):
        plan.queues_of_unknown_pools.add(name)
    for one in pools:
        if name != "default":
            one.queues.setdefault(name, None)
        found = plan.pools_of_queue.setdefault(name, [])
        if one.name not in found:
            found.append(one.name)


def _limit_queues(plan: Plan) -> None:
    """A queue keeps its limit in each pool that its deployments went to."""
    for deployment in plan.deployments:
        for name, limit in deployment.queue_limits if isinstance(deployment, PythonDeployment) else ():
            for pool in plan.pools.values():
                if pool is deployment.pool or pool in chosen_pools(deployment) or name in pool.queues:
                    pool.queues[name] = limit
