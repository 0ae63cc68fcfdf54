"""Names for blocks that the code gives none, so that no document takes the place of another one."""

from __future__ import annotations

import itertools

from prefect_migrate.plan.documents import name_by_code
from prefect_migrate.plan.model import Block, Plan
from prefect_migrate.plan.storage import REPLACED


def tell_apart(plan: Plan) -> None:
    """Give blocks without a name different ones where their code suggests the same, but they are not the same.

    Nor does one take the name of a document that the repository saves or loads.
    """
    named = [(block, block.document.literal) for block in plan.blocks if block.document is not None]
    taken = {(_kind(block), name): "" for block, name in named if isinstance(name, str)}
    for deployment in plan.deployments:
        block = deployment.storage
        if block is not None and block.document is None and not block.loaded:
            first, kind, contents = name_by_code(block), _kind(block), _contents(block)
            names = itertools.chain([first], (f"{first}-{number}" for number in itertools.count(2)))
            block.suggested = next(name for name in names if taken.get((kind, name), contents) == contents)
            taken[kind, block.suggested] = contents


def _kind(block: Block) -> str:
    """The class that its document has in Prefect 3: names are the class's own."""
    return REPLACED[block.cls][0] if block.cls in REPLACED else block.cls


def _contents(block: Block) -> str:
    """What two blocks have in common that are the same; a variable of another file is another one."""
    where = "" if all(value.known for value in block.fields.values()) else block.site.path
    return repr((where, block.doubt, sorted((name, value.text) for name, value in block.fields.items())))
