"""Take statements away: each leaves a mark, so that several edits can be made side by side, and then the marks go."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.indent import indent_of
from prefect_migrate.findings import CannotFix, Edit
from prefect_migrate.source.python import tree_to_read
from prefect_migrate.source.syntax import is_main_guard
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.tokens import comments_of, own_words

#: Stand for a removed statement: one whose comments went elsewhere, and one whose comments stay where they are.
GONE = "__prefect_migrate_gone__"
GONE_BUT_COMMENTS = "__prefect_migrate_gone_but_comments__"
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=]")


def statement_edit(source: SourceText, statement: ast.stmt, *, keep_comments: bool = False) -> Edit:
    """The edit that takes a statement away; without `keep_comments` those above, in and behind it go too.

    Raises CannotFix when there is no place for its comments.
    """
    start, end = _span(source, statement)
    if not keep_comments:
        return Edit(start, end, GONE)
    comments = own_words(comments_of(source.text[start:end]))
    line, column = source.position(start)
    indent = source.line(line)[: column - 1]
    if not indent.strip():
        above = "".join(f"{comment}{source.newline}{indent}" for comment in comments)
        return Edit(start, end, f"{above}{GONE_BUT_COMMENTS}")
    if comments and source.text[end:].lstrip(" \t").startswith(";"):
        raise CannotFix("a comment stands in the middle of a line that goes")
    return Edit(start, end, "  ".join([GONE_BUT_COMMENTS, *comments]))


def drop_marks(text: str) -> str:
    """Drop the marks, the blocks `if __name__ == "__main__":` that hold nothing else, and spare blank lines."""
    while GONE in text or GONE_BUT_COMMENTS in text:
        tree = tree_to_read(text)
        source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8")
        mark = next((node for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_mark(node)), None)
        if mark is None:
            return text
        text = apply_edits(text, [_mark_edit(source, tree, mark)])
    return text


def is_mark(statement: ast.stmt) -> bool:
    """Whether a statement stands for a removed one."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Name)
        and statement.value.id in (GONE, GONE_BUT_COMMENTS)
    )


def _mark_edit(source: SourceText, tree: ast.Module, mark: ast.Expr) -> Edit:
    body, owner = block_of(tree, mark)
    start, end = _span(source, mark)
    keep = source.text[start:end] == GONE_BUT_COMMENTS
    if len(body) == 1 and owner is not tree:
        if isinstance(owner, ast.If) and is_main_guard(owner) and not owner.orelse and owner in tree.body:
            return statement_edit(source, owner, keep_comments=keep)
        return Edit(start, end, "pass")
    shared = _on_shared_line(source, start, end)
    imports = {node.end_lineno or 0 for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))}
    return shared or _without_lines(source, mark.lineno, imports, keep=keep)


def _on_shared_line(source: SourceText, start: int, end: int) -> Edit | None:
    """The edit for a mark that other statements share the line with."""
    behind = re.compile(r"[ \t]*;[ \t]*").match(source.text, end)
    if behind and source.text[behind.end() : behind.end() + 1] not in ("", "\r", "\n", "#"):
        return Edit(start, behind.end(), "")
    line_start = source.line_starts[source.position(start)[0] - 1]
    before = re.search(r"[ \t]*;[ \t]*$", source.text[line_start:start])
    if before:
        return Edit(line_start + before.start(), behind.end() if behind else end, "")
    return Edit(end, behind.end(), "") if behind else None


def _without_lines(source: SourceText, number: int, imports: set[int], *, keep: bool) -> Edit:
    """The edit for a mark on a line of its own; `imports` are the last lines of the module's import statements."""
    first, last = number, number
    comments: list[str] = []
    if keep:
        indent = indent_of(source.line(number))
        comments = [f"{indent}{comment}{source.newline}" for comment in own_words(comments_of(source.line(number)))]
    else:
        first = first_comment_line(source, number)
    if not comments:
        first, last = _with_blank_lines(source, first, last, imports)
    return Edit(_line_start(source, first), _line_start(source, last + 1), "".join(comments))


def first_comment_line(source: SourceText, number: int) -> int:
    """The first of the comment lines right above a line, or the line itself."""
    while number > 1 and _is_comment(source, number - 1):
        number -= 1
    return number


def _is_comment(source: SourceText, number: int) -> bool:
    line = source.line(number)
    if not line.strip().startswith("#") or line.startswith("#!"):
        return False
    return not (number <= 2 and _CODING.match(line))


def _with_blank_lines(source: SourceText, first: int, last: int, imports: set[int]) -> tuple[int, int]:
    """The removed lines with the fewer of the blank lines on either side; all of them at an edge.

    The distance that a file keeps below its imports stays, as tools that sort imports count it.
    """
    total = len(source.line_starts)
    before, after = first, last
    while before > 1 and not source.line(before - 1).strip():
        before -= 1
    while after < total and not source.line(after + 1).strip():
        after += 1
    if after >= total and source.text[_line_start(source, last + 1) :].strip() == "":
        return before, after
    at_edge = before == 1 or source.line(before - 1).split("#")[0].rstrip().endswith(":")
    below_imports = first > before and before - 1 in imports and not _defines(source, after + 1)
    if at_edge or below_imports or after - last <= first - before:
        return first, after
    return before, last


def _defines(source: SourceText, number: int) -> bool:
    """Whether a function or a class begins on a line, which has blank lines of its own above it."""
    return source.line(number).startswith(("def ", "class ", "@", "async def "))


def _line_start(source: SourceText, number: int) -> int:
    return source.line_starts[number - 1] if number <= len(source.line_starts) else len(source.text)


def _span(source: SourceText, statement: ast.stmt) -> tuple[int, int]:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", [])
    line = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    start = source.offset_utf8(statement.lineno, statement.col_offset)
    if line < statement.lineno:
        start = source.line_starts[line - 1] + len(indent_of(source.line(line)))
    return start, source.offset_utf8(statement.end_lineno or statement.lineno, statement.end_col_offset or 0)


def block_of(tree: ast.Module, statement: ast.stmt) -> tuple[list[ast.stmt], ast.AST]:
    """The block that a statement stands in, and what it belongs to."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and statement in block:
                return block, node
    raise ValueError("the statement is not in the tree")
