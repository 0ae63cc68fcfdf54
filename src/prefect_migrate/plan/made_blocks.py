"""Infrastructure blocks that the code loads by name, and saves elsewhere in the repository."""

from __future__ import annotations

from dataclasses import replace

from prefect_migrate.plan.model import Block, Plan


def take_what_is_made(plan: Plan) -> None:
    """Give every deployment whose block is loaded the fields that the repository saves it with, if it does so once."""
    for deployment in plan.deployments:
        block = deployment.infrastructure
        made = _made(plan, block) if block is not None and block.loaded and deployment.is_prefect_2 else None
        if block is not None and made is not None:
            taken = f"the settings of {block.cls} {made.document.text if made.document else ''} are those that "
            deployment.doubts.append(f"{taken}{made.site.path}:{made.site.line} saves; the server may have others")
            deployment.infrastructure = replace(made, document=block.document, variable=block.variable, site=block.site)


def _made(plan: Plan, block: Block) -> Block | None:
    """The one block of the repository that is saved under the name of a loaded one."""
    name = block.document.literal if block.document is not None else None
    found = [
        other
        for other in plan.blocks
        if other.cls == block.cls and not other.loaded and other.document is not None and other.document.literal == name
    ]
    is_sure = len(found) == 1 and isinstance(name, str) and not found[0].doubt
    known = is_sure and all(value.known for value in found[0].fields.values())
    return found[0] if known else None
