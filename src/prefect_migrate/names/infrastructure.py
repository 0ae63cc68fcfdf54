"""The next step for code that makes blocks of infrastructure, which nothing in Prefect 3 runs from."""

from __future__ import annotations

from prefect_migrate.context import FileContext
from prefect_migrate.names.verdicts import Verdict
from prefect_migrate.plan.infrastructure import settings_of
from prefect_migrate.plan.made_pools import made_pools
from prefect_migrate.plan.model import Block, Plan, WorkPool
from prefect_migrate.plan.splitting import type_of
from prefect_migrate.readers.names import INFRASTRUCTURE


def step_for_made(context: FileContext, verdict: Verdict) -> str | None:
    """What to do with a script that only makes blocks; None where the name is none, or is not called here."""
    cls = verdict.name.rpartition(".")[2]
    blocks = context.plan.blocks if cls in INFRASTRUCTURE else ()
    made = [block for block in blocks if block.site.path == context.path and block.cls == cls and not block.loaded]
    pools = [_pool_of(context.plan, block) or _made_pool(context, block) for block in made]
    names = [repr(name) for name in dict.fromkeys(pools) if name is not None]
    if names and None not in pools:
        noun = "work pool" if len(names) == 1 else "work pools"
        return f"work-pools/create.sh makes {noun} {', '.join(names)} of it: delete the code that makes the block."
    document = next((one.document for one in made if one.document is not None), None)
    if document is None:
        return None
    return (
        f"While Prefect 2 is installed, run `{cls}.load({document.text}).publish_as_work_pool()`, which makes a work "
        f"pool of type `{INFRASTRUCTURE[cls]}` of it; then delete the code that makes the block."
    )


def _made_pool(context: FileContext, block: Block) -> str | None:
    """The pool that an earlier run made of the block."""
    settings = settings_of(block)
    if block.doubt or settings.expressions:
        return None
    for name, pool in made_pools(context.project).items():
        like = WorkPool(name, type_of(block), settings.variables, settings.template or None, block)
        if pool.is_for(like):
            return name
    return None


def _pool_of(plan: Plan, block: Block) -> str | None:
    """The pool that a deployment of the repository got for a block, or for the one of its name."""
    name = block.document.or_none() if block.document is not None else None
    for deployment in plan.deployments:
        other, pool = deployment.infrastructure, deployment.pool
        if other is None or pool is None or not pool.ours or other.cls != block.cls:
            continue
        known = other.document.or_none() if other.document is not None else None
        if other.site == block.site or (name is not None and known == name):
            return pool.name
    return None
