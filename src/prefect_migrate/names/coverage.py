"""Uses that a fix of another rule takes away in the same run: they are reported, and go with that fix."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability
from prefect_migrate.plan.model import Block
from prefect_migrate.plan.saved_infrastructure import saved_blocks
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.rules import rule_by_code
from prefect_migrate.source.python import PythonFile

#: Kind of deployment -> the rule that rewrites it, and with it the blocks and schedules that only it names.
DEPLOYMENTS = {"build_from_flow": "PM101", "constructor": "PM103"}
#: The rule that takes blocks away which code only saves.
SAVED = "PM105"
_PARTS = ("infrastructure", "storage", "schedule", "schedules")
_KEY = "taken-away-with-deployments"


def tier_of_import(context: FileContext, file: PythonFile, name: str) -> Applicability | None:
    """The tier of the fixes that rewrite every read of an imported name; None when one stays, or there is none."""
    if not _covered(context, file):
        return None
    return _worst(context, file, file.named(name))


def tier_of_node(context: FileContext, file: PythonFile, node: ast.AST) -> Applicability | None:
    """The tier of the fix that rewrites one expression."""
    return _worst(context, file, [node])


def _worst(context: FileContext, file: PythonFile, nodes: list[ast.AST] | list[ast.Name]) -> Applicability | None:
    covered = _covered(context, file)
    tiers = {covered.get(id(node)) for node in nodes}
    if not tiers or None in tiers:
        return None
    return Applicability.REVIEW if Applicability.REVIEW in tiers else Applicability.SAFE


def _covered(context: FileContext, file: PythonFile) -> dict[int, Applicability]:
    """The nodes that go, and with which tier of fix."""
    if _KEY not in context.shared:
        context.shared[_KEY] = {
            id(node): tier for part, tier in _rewritten_parts(context, file) for node in ast.walk(part)
        }
    covered: dict[int, Applicability] = context.shared[_KEY]
    return covered


def _runs(context: FileContext, code: str) -> bool:
    config = context.config
    return not any(code.startswith(given.upper()) for given in config.ignore) and (
        not config.select or any(code.startswith(given.upper()) for given in config.select)
    )


def _rewritten_parts(context: FileContext, file: PythonFile) -> Iterator[tuple[ast.AST, Applicability]]:
    deployments = [
        deployment
        for deployment in context.plan.deployments_in(context.path)
        if isinstance(deployment, PythonDeployment) and deployment.is_prefect_2 and deployment.file is file
    ]
    codes = sorted({DEPLOYMENTS[deployment.kind] for deployment in deployments})
    rules = [rule for code in codes if _runs(context, code) and (rule := rule_by_code(code)) is not None]
    fixable = {finding.place: finding for rule in rules for finding in rule().check(context) if finding.fixable}
    rewritten = [(found, fixable[found.site.place]) for found in deployments if found.site.place in fixable]
    calls = {id(node) for deployment, _ in rewritten for node in ast.walk(deployment.call)}
    for deployment, finding in rewritten:
        for part in _parts(file, deployment, calls):
            yield part, finding.applicability
    if _runs(context, SAVED):
        yield from ((part, Applicability.REVIEW) for saved in saved_blocks(context) for part in saved.statements)


def _parts(file: PythonFile, deployment: PythonDeployment, calls: set[int]) -> Iterator[ast.AST]:
    yield deployment.call.func
    yield from deployment.loads
    yield from (item.node for item in deployment.choices.items) if deployment.choices is not None else ()
    yield from deployment.choices.annotations if deployment.choices is not None else ()
    yield from (deployment.nodes[part] for part in _PARTS if part in deployment.nodes)
    for block in (deployment.infrastructure, deployment.storage):
        if block is not None:
            yield from _block_statement(file, block, calls)


def _block_statement(file: PythonFile, block: Block, calls: set[int]) -> Iterator[ast.stmt]:
    """The assignment of a block that nothing but rewritten deployments (and its own `.save`) names."""
    if block.variable is None or block.site.path != file.path:
        return
    names = file.named(block.variable)
    reads = [name for name in names if isinstance(name.ctx, ast.Load) and id(name) not in calls]
    if all(_is_save(file, name) for name in reads):
        yield from {file.statement_of(name) for name in names if isinstance(name.ctx, ast.Store)}


def _is_save(file: PythonFile, name: ast.Name) -> bool:
    """`block.save(...)` as a statement."""
    statement = file.statement_of(name)
    attribute = file.parents[name]
    return isinstance(statement, ast.Expr) and isinstance(attribute, ast.Attribute) and attribute.attr == "save"
