"""What becomes of one file: its edits, the imports that they need or leave unused, and whether it still runs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from functools import partial

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.imports import update_imports
from prefect_migrate.changes.orphans import only_ceremony, remove_orphans
from prefect_migrate.changes.unbound import unbound_names
from prefect_migrate.findings import CannotFix, Changes, ImportRequest
from prefect_migrate.source.python import nodes_to_read, tree_to_read
from prefect_migrate.source.syntax import bound_name, used_names
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.tree import Nodes


def rewrite(path: str, data: bytes, changes: Iterable[Changes]) -> bytes | None:
    """A file's bytes after some changes; None if nothing is left of it.

    Raises OverlappingEdits, UnparsablePython when the result is no Python, or CannotFix when it could not run.
    """
    changes = list(changes)
    if any(change.in_cells for change in changes):
        from prefect_migrate.hosts.cell_edits import rewrite_cells

        text = SourceText.plain(data)
        return text.encode(rewrite_cells(text.text, partial(_rewrite_module, changes)))
    if any(change.deletes for change in changes):
        return None
    if not path.endswith((".py", ".pyw")):
        text = SourceText.plain(data)
        return text.encode(apply_edits(text.text, [edit for change in changes for edit in change.edits]))
    text = SourceText.python(data)
    edited = _rewrite_module(changes, text.text)
    if (
        not path.endswith("__init__.py")  # which makes the folder a package, with nothing in it as well
        and any(change.to_yaml or change.pools for change in changes)
        and only_ceremony(tree_to_read(edited))
        and not only_ceremony(tree_to_read(text.text))
    ):
        return None
    return text.encode(edited)


def _rewrite_module(changes: list[Changes], before: str, elsewhere: Collection[str] = ()) -> str:
    """Carry out the edits, drop what they left unused, and bring in the imports that they need.

    `elsewhere` are names that something beside the module's own code may read.
    Raises UnparsablePython, and CannotFix when a name would be read that nothing defines.
    """
    after = apply_edits(before, [edit for change in changes for edit in change.edits])
    read = used_names(nodes_to_read(before))
    imported = _imported(nodes_to_read(before))
    tree_to_read(after)
    orphans = {name for change in changes for name in change.orphans}.difference(elsewhere)
    after = remove_orphans(after, orphans)
    requests = [request for change in changes for request in change.imports]
    now = used_names(nodes_to_read(after)).union(elsewhere)
    unused = {name for name in imported & read - now if _reads_import(nodes_to_read(before), name)}
    unused |= _imported(nodes_to_read(after)) & orphans - now
    kept = {name for change in changes for name in change.kept}
    requests = [one for one in requests if _bound(one) not in unused - kept]
    wanted = {_bound(request) for request in requests}
    after = update_imports(after, requests, unused - wanted)
    undefined = unbound_names(nodes_to_read(after))
    if undefined and (undefined := undefined - unbound_names(nodes_to_read(before))):
        raise CannotFix(f"nothing would define `{min(undefined)}`")
    return after


def _bound(request: ImportRequest) -> str:
    return request.alias or request.name or request.module.split(".")[0]


def _reads_import(nodes: Nodes, name: str) -> bool:
    """Whether an import of that name was read at all: a function may have a variable of the same name."""
    uses = [node for node in nodes.by_type.get(ast.Name, ()) if node.id == name]
    stores = [node for node in uses if isinstance(node.ctx, ast.Store)]
    own = {outer for node in stores for outer in _functions_around(nodes, node)[:1]}
    own -= {outer for node in _imports_of(nodes, name) for outer in _functions_around(nodes, node)[:1]}
    reads = [node for node in uses if not isinstance(node.ctx, ast.Store)]
    return not reads or any(own.isdisjoint(_functions_around(nodes, node)) for node in reads)


def _functions_around(nodes: Nodes, node: ast.AST) -> list[ast.AST]:
    """The functions that a node stands in, the innermost first."""
    found: list[ast.AST] = []
    while (outer := nodes.parents.get(node)) is not None:
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(outer)
        node = outer
    return found


def _imports_of(nodes: Nodes, name: str) -> list[ast.Import | ast.ImportFrom]:
    statements = (*nodes.by_type.get(ast.Import, ()), *nodes.by_type.get(ast.ImportFrom, ()))
    return [node for node in statements if any(bound_name(alias) == name for alias in node.names)]


def _imported(nodes: Nodes) -> set[str]:
    statements = (*nodes.by_type.get(ast.Import, ()), *nodes.by_type.get(ast.ImportFrom, ()))
    return {bound_name(alias) for node in statements for alias in node.names}
