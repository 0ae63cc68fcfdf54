"""Statements that a rewrite left without a use: blocks that only the old deployment named, empty `__main__` parts."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from prefect_migrate.changes.edits import apply_edits, line_span
from prefect_migrate.findings import Edit
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.source.text import SourceText

#: Stands for a removed statement until all edits are made.
_MARKED_PASS = "pass  # prefect-migrate: removed"


def remove_orphans(text: str, names: Iterable[str]) -> str:
    """Drop assignments to these names that nothing reads any more; `name.save(...)` alone does not count as a use."""
    remaining = set(names)
    text = drop_passes(text)
    while True:
        tree = ast.parse(text)
        statement = next((s for name in sorted(remaining) for s in _dead_statements(tree, name)), None)
        if statement is None:
            return text
        text = drop_passes(remove_statement(text, tree, statement))


def _dead_statements(tree: ast.Module, name: str) -> list[ast.stmt]:
    assigns = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _assigns(node, name)]
    saves = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_save(node.value, name)]
    reads = sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in ast.walk(tree)
    )
    if len(assigns) == 1 and reads == len(saves):
        return [*saves, *assigns]
    return []


def _assigns(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


def _is_save(value: ast.expr, name: str) -> bool:
    """`name.save(...)`, awaited or not."""
    call = value.value if isinstance(value, ast.Await) else value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "save"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == name
    )


def remove_statement(text: str, tree: ast.Module, statement: ast.stmt) -> str:
    """The text without a statement; see statement_edit."""
    return apply_edits(text, [statement_edit(text, tree, statement)])


def statement_edit(text: str, tree: ast.Module, statement: ast.stmt) -> Edit:
    """The edit that takes a statement away with the comment lines right above it.

    Inside a block it becomes a marked `pass`, so that several edits can be made side by side; drop_passes clears up.
    """
    source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8")
    body, owner = _block_of(tree, statement)
    start = source.offset_utf8(statement.lineno, statement.col_offset)
    end = source.offset_utf8(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    if _shares_line(source, statement):
        return Edit(start, end, "pass")
    if owner is not tree:
        return Edit(start, end, _MARKED_PASS)
    start, end = _lines_of(source, statement)
    if statement is body[-1]:
        kept = text[:start].rstrip(" \t\r\n")
        return Edit(len(kept), end, source.newline if kept else "")
    if text[:start].strip() and not text[:start].rstrip(" \t").endswith(("\n\n", "\r\n\r\n")):
        return Edit(start, end, "")
    return Edit(start, len(text) - len(_without_leading_blanks(text[end:])), "")


def drop_passes(text: str) -> str:
    """Drop the marked `pass` of removed statements, and `if __name__ == "__main__":` parts that hold nothing else."""
    while _MARKED_PASS in text:
        tree = ast.parse(text)
        source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8")
        marked = next(node for node in ast.walk(tree) if isinstance(node, ast.Pass) and _is_marked(source, node))
        text = apply_edits(text, [_pass_edit(source, tree, marked)])
    return text


def _is_marked(source: SourceText, node: ast.Pass) -> bool:
    return source.text.startswith(_MARKED_PASS, source.offset_utf8(node.lineno, node.col_offset))


def _pass_edit(source: SourceText, tree: ast.Module, node: ast.Pass) -> Edit:
    body, owner = _block_of(tree, node)
    start = source.offset_utf8(node.lineno, node.col_offset)
    if len(body) > 1:
        return Edit(*_lines_of(source, node), "")
    if isinstance(owner, ast.If) and is_main_guard(owner) and not owner.orelse and owner in tree.body:
        return statement_edit(source.text, tree, owner)
    return Edit(start, start + len(_MARKED_PASS), "pass")


def _shares_line(source: SourceText, statement: ast.stmt) -> bool:
    """Whether other code stands on the statement's lines (`a = 1; b = 2`)."""
    start = source.offset_utf8(statement.lineno, statement.col_offset)
    end = source.offset_utf8(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    first, last = line_span(source.text, start, end)
    tail = source.text[end:last].strip()
    return bool(source.text[first:start].strip()) or (bool(tail) and not tail.startswith("#"))


def _without_leading_blanks(text: str) -> str:
    while True:
        line, newline, after = text.partition("\n")
        if line.strip() or not newline:
            return text
        text = after


def _lines_of(source: SourceText, statement: ast.stmt) -> tuple[int, int]:
    """The whole lines of a statement and of the comments that stand right above it."""
    start = source.offset_utf8(statement.lineno, statement.col_offset)
    end = source.offset_utf8(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    first, last = line_span(source.text, start, end)
    line = statement.lineno
    while line > 1 and source.line(line - 1).strip().startswith("#") and not source.line(line - 1).startswith("#!"):
        line -= 1
    return min(first, source.line_starts[line - 1]), last


def _block_of(tree: ast.Module, statement: ast.stmt) -> tuple[list[ast.stmt], ast.AST]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and statement in block:
                return block, node
    raise ValueError("the statement is not in the tree")


def only_ceremony(tree: ast.Module) -> bool:
    """Whether a module does nothing any more: a docstring, imports, `pass`."""
    return all(
        isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in tree.body
    )
