"""Infrastructure blocks that the code loads by name, and whose settings stand elsewhere in the repository."""

from __future__ import annotations

from dataclasses import replace

from prefect_migrate.plan.infrastructure import is_settled
from prefect_migrate.plan.model import Block, Plan


def take_what_is_made(plan: Plan) -> None:
    """Give every deployment whose block is loaded the fields that the repository knows it by, if it does so once."""
    for deployment in plan.deployments:
        block = deployment.infrastructure
        made = _made(plan, block) if block is not None and block.loaded and deployment.is_prefect_2 else None
        if block is not None and made is not None:
            taken = f"the settings of {block.cls} {made.document.text if made.document else ''} are those that "
            deployment.doubts.append(f"{taken}{made.site.path}:{made.site.line} states; the server may have others")
            deployment.infrastructure = replace(made, document=block.document, variable=block.variable, site=block.site)


def _made(plan: Plan, block: Block) -> Block | None:
    """The one block of the repository that is saved under the name of a loaded one, else what manifests say of it."""
    name = block.document.literal if block.document is not None else None
    found = [other for other in plan.blocks if _is_named(other, block.cls, name)]
    if not found:
        stated = [manifest.infrastructure for manifest in plan.manifests if manifest.infrastructure is not None]
        named = [other for other in stated if other.fields and _is_named(other, block.cls, name)]
        found = named[:1] if all(other.fields == named[0].fields for other in named) else []
    is_sure = len(found) == 1 and isinstance(name, str) and not found[0].doubt
    return found[0] if is_sure and is_settled(found[0]) else None


def _is_named(block: Block, cls: str, name: object) -> bool:
    return block.cls == cls and not block.loaded and block.document is not None and block.document.literal == name
