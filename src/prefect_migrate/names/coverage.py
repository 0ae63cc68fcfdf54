"""Uses that a fixable finding of another rule takes away in the same run, so that they need no finding of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.plan.model import Block
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile

#: The rule that rewrites deployments, and with them the blocks and schedules that only they name.
DEPLOYMENTS = "PM101"
_PARTS = ("infrastructure", "storage", "schedule", "schedules")


def is_covered(context: FileContext, file: PythonFile, name: str) -> bool:
    """Whether every read of an imported name stands where a deployment is rewritten; false for a name without any."""
    reads = [node for node in file.nodes if isinstance(node, ast.Name) and node.id == name]
    covered = _covered_nodes(context, file)
    return bool(covered) and bool(reads) and all(id(node) in covered for node in reads)


def is_node_covered(context: FileContext, file: PythonFile, node: ast.AST) -> bool:
    """The same for one expression."""
    return id(node) in _covered_nodes(context, file)


def _covered_nodes(context: FileContext, file: PythonFile) -> set[int]:
    covered = context.shared.get("covered-by-deployments")
    if covered is None:
        parts = _rewritten_parts(context, file) if runs(context, DEPLOYMENTS) else ()
        covered = context.shared["covered-by-deployments"] = {id(node) for part in parts for node in ast.walk(part)}
    return covered  # type: ignore[no-any-return]


def runs(context: FileContext, code: str) -> bool:
    """Whether a rule is part of this run."""
    config = context.config
    return not any(code.startswith(given.upper()) for given in config.ignore) and (
        not config.select or any(code.startswith(given.upper()) for given in config.select)
    )


def _rewritten_parts(context: FileContext, file: PythonFile) -> Iterator[ast.AST]:
    deployments = [
        deployment
        for deployment in context.plan.deployments_in(context.path)
        if isinstance(deployment, PythonDeployment) and deployment.kind == "build_from_flow" and deployment.file is file
    ]
    fixable = [deployment for deployment in deployments if deployment.target and not deployment.obstacles]
    calls = {id(node) for deployment in fixable for node in ast.walk(deployment.call)}
    for deployment in fixable:
        yield deployment.call.func
        yield from (deployment.nodes[part] for part in _PARTS if part in deployment.nodes)
        for block in (deployment.infrastructure, deployment.storage):
            if block is not None:
                yield from _block_statement(file, block, calls)


def _block_statement(file: PythonFile, block: Block, calls: set[int]) -> Iterator[ast.stmt]:
    """The assignment of a block that nothing but rewritten deployments (and its own `.save`) names."""
    if block.variable is None or block.site.path != file.path:
        return
    names = [node for node in file.nodes if isinstance(node, ast.Name) and node.id == block.variable]
    reads = [name for name in names if isinstance(name.ctx, ast.Load) and id(name) not in calls]
    if all(_is_save(file, name) for name in reads):
        yield from {file.statement_of(name) for name in names if isinstance(name.ctx, ast.Store)}


def _is_save(file: PythonFile, name: ast.Name) -> bool:
    """`block.save(...)` as a statement."""
    statement = file.statement_of(name)
    attribute = file.parents[name]
    return isinstance(statement, ast.Expr) and isinstance(attribute, ast.Attribute) and attribute.attr == "save"
