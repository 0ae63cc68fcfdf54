"""Infrastructure blocks that code only makes and saves: the work pool in their place, and the code that goes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.context import FileContext
from prefect_migrate.plan.infrastructure import is_settled, settings_of
from prefect_migrate.plan.made_pools import made_pools
from prefect_migrate.plan.model import Block, Deployment, WorkPool
from prefect_migrate.plan.obstacles import BANNED
from prefect_migrate.plan.pools import RESERVED
from prefect_migrate.plan.splitting import type_of
from prefect_migrate.readers.names import INFRASTRUCTURE
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.reaching import binding_in_force
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.writers import work_pools

_KEY = "saved-infrastructure"


@dataclass(frozen=True, slots=True)
class SavedBlock:
    """A block with all statements that make, save and print it, and the pool that gets its settings."""

    block: Block
    call: ast.Call
    statements: list[ast.stmt]
    pool: WorkPool


def saved_blocks(context: FileContext) -> list[SavedBlock]:
    """The blocks of a file that can go, because nothing but saving is done with them here."""
    file = context.python
    if file is None or ".save(" not in file.text.text or not any(cls in file.text.text for cls in INFRASTRUCTURE):
        return []
    if _KEY not in context.shared:
        context.shared[_KEY] = list(_find(context, file))
    found: list[SavedBlock] = context.shared[_KEY]
    return found


def _find(context: FileContext, file: PythonFile) -> Iterator[SavedBlock]:
    for block in context.plan.blocks:
        if block.site.path != context.path or not _is_plain(block):
            continue
        call = next((call for call in file.calls() if file.place(call) == block.site.place), None)
        statements = _statements(file, call) if call is not None else []
        pool = _pool(context, block) if _can_go(context, file, statements) else None
        if call is not None and pool is not None:
            yield SavedBlock(block, call, statements, pool)


def _is_plain(block: Block) -> bool:
    """Whether all is known of a block that is saved."""
    is_saved = block.document is not None and isinstance(block.document.literal, str) and not block.loaded
    if block.role != "infrastructure" or not is_saved or block.doubt or block.to_save or block.originals:
        return False
    return is_settled(block)


# -- the code ----------------------------------------------------------------------------------------------------------


def _statements(file: PythonFile, call: ast.Call) -> list[ast.stmt]:
    """All that is done with a block, in the order of the source; none if that is more than to save and print it."""
    statement = file.statement_of(call)
    value = getattr(statement, "value", None)
    saves = [statement] if _saved(value) is call else []
    if isinstance(statement, ast.Assign) and value is call:
        saves = [file.statement_of(name) for name in _reads(file, statement) or ()]
        if not all(isinstance(_saved(getattr(one, "value", None)), ast.Name) for one in saves):
            return []
    reads = [_reads(file, save) for save in saves]
    told = [file.statement_of(name) for names in reads for name in names or ()]
    if not saves or None in reads or not all(map(_only_prints, told)):
        return []
    return sorted({statement, *saves, *told}, key=lambda one: one.lineno)


def _reads(file: PythonFile, statement: ast.stmt) -> list[ast.Name] | None:
    """The reads of what a statement assigns; None if some may be reads of something else."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = [target for target in targets if isinstance(target, ast.Name)]
    reads = [read for name in names for read in file.named(name.id) if isinstance(read.ctx, ast.Load)]
    seen = [(read, binding_in_force(file, read)) for read in reads]
    if any(binding is None for _, binding in seen):
        return None
    return [read for read, binding in seen if binding is not None and binding.node is statement]


def _saved(value: ast.expr | None) -> ast.expr | None:
    """What `x.save(...)` saves, awaited or not."""
    call = value.value if isinstance(value, ast.Await) else value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "save":
        return call.func.value
    return None


def _only_prints(statement: ast.stmt) -> bool:
    """Whether it is a `print(...)` that speaks of one name."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return isinstance(call.func, ast.Name) and call.func.id == "print" and len(names) == 2 and len(calls) == 1


def _can_go(context: FileContext, file: PythonFile, statements: list[ast.stmt]) -> bool:
    """Whether no other file reads what they bind, and no function or loop would be left empty."""
    targets = [target for one in statements if isinstance(one, ast.Assign) for target in one.targets]
    if not statements or not all(isinstance(target, ast.Name) for target in targets):
        return False
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if any(is_imported_elsewhere(context.project, file, name) for name in names):
        return False
    return all(_leaves_something(file, one, statements) for one in statements)


def _leaves_something(file: PythonFile, statement: ast.stmt, going: list[ast.stmt]) -> bool:
    owner = file.parents[statement]
    if isinstance(owner, ast.Module) or (isinstance(owner, ast.If) and is_main_guard(owner)):
        return True
    rest = [one for one in file.body_of(statement) if one not in going]
    return any(not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)) for one in rest)


# -- the pool ----------------------------------------------------------------------------------------------------------


def _pool(context: FileContext, block: Block) -> WorkPool | None:
    """The pool of the deployments that load the block; one of its own where none does."""
    users = [one for one in context.plan.deployments if one.is_prefect_2 and _uses(one, block)]
    if not users:
        return _own_pool(context, block)
    pools = {one.pool.name: one.pool for one in users if one.pool is not None and one.pool.ours and not one.obstacles}
    if len(pools) != 1 or not all(_says(one, block) for one in users):
        return None
    return next(iter(pools.values()))


def _says(deployment: Deployment, block: Block) -> bool:
    """Whether a rewritten deployment has all of the block's settings, from its pool or itself."""
    pool, settings = deployment.pool, settings_of(block)
    if pool is None or deployment.obstacles:
        return False
    said = {**pool.variables, **deployment.own_variables}
    return said == settings.variables and (pool.template or {}) == settings.template


def _uses(deployment: Deployment, block: Block) -> bool:
    """Whether a deployment has the block, or one of its name."""
    other = deployment.infrastructure
    if other is None or other.cls != block.cls:
        return False
    name = other.document.literal if other.document is not None else None
    return other.site == block.site or (block.document is not None and name == block.document.literal)


def _own_pool(context: FileContext, block: Block) -> WorkPool | None:
    """A pool under the name of the block, or the one that an earlier run described so; None if the name is taken."""
    pool_type, settings = type_of(block), settings_of(block)
    assert block.document is not None
    name = context.config.pool_renames.get(block.document.literal, block.document.literal)
    name = f"{pool_type}-{name}" if name.lower().startswith(RESERVED) else name

    def pool_named(name: str) -> WorkPool:
        new = WorkPool(name, pool_type, settings.variables, settings.template or None, block)
        new.lost, new.comments = settings.lost, list(block.comments)
        return new

    if BANNED & set(name) or _is_contested(context, block):
        return None
    try:
        for known, made in made_pools(context.project).items():
            if made.is_for(pool_named(known)):
                return pool_named(known)
        work_pools.template_text(pool_named(name))
    except ValueError:
        return None  # its customizations don't fit the job of the target's worker
    return None if name in context.plan.pools else pool_named(name)


def _is_contested(context: FileContext, block: Block) -> bool:
    """Whether the repository saves another block under the name, or the same class with other settings."""
    saved = [one for one in context.plan.blocks if one.role == "infrastructure" and not one.loaded and one.document]
    rivals = [
        one for one in saved if one.document and block.document and one.document.literal == block.document.literal
    ]
    return any(one.cls != block.cls or settings_of(one) != settings_of(block) for one in rivals)
