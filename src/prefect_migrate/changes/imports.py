"""Add and remove imports in the way the file has them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import libcst as cst

from prefect_migrate.changes.edits import apply_edits, line_span
from prefect_migrate.changes.statements import drop_marks, statement_edit
from prefect_migrate.findings import Edit, ImportRequest
from prefect_migrate.source.guards import gives_up
from prefect_migrate.source.python import nodes_to_read, tree_to_read
from prefect_migrate.source.syntax import bound_name
from prefect_migrate.source.text import SourceText
from prefect_migrate.source.tokens import comments_of, own_words
from prefect_migrate.source.tree import Nodes

ImportNode = ast.Import | ast.ImportFrom
_MAY_BE_UNUSED = re.compile(r"#\s*(?:noqa(?!\s*:)|noqa\s*:[^#]*\bF4|pylint:.*\b(?:unused-import|W0611))", re.IGNORECASE)


def update_imports(text: str, requests: Iterable[ImportRequest], removable: set[str]) -> str:
    """Take away top-level and nested imports of `removable` names, then add what is asked for and not there."""
    for request in sorted(set(requests), key=lambda item: (item.module, item.name or "")):
        text = _add(text, request)
    return _remove(text, removable)


# -- removing ------------------------------------------------------------------------------------------------------


def _remove(text: str, names: set[str]) -> str:
    source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8") if names else None
    if source is None:
        return text
    tree = tree_to_read(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    gone = {node: [alias for alias in node.names if bound_name(alias) in names] for node in imports}
    gone = {node: aliases for node, aliases in gone.items() if aliases and not _has_noqa(source, node)}
    whole = {node for node, aliases in gone.items() if len(aliases) == len(node.names)}
    edits = []
    for attempt in (node for node in ast.walk(tree) if isinstance(node, ast.Try)):
        if _is_idle_without(attempt, whole):
            edits.append(statement_edit(source, attempt))
            gone = {node: aliases for node, aliases in gone.items() if node not in attempt.body}
    edits += [removal_edit(source, tree, node, aliases, whole) for node, aliases in gone.items()]
    return drop_marks(apply_edits(text, list(_without_gaps(text, edits))))


def _is_idle_without(attempt: ast.Try, whole: set[ImportNode]) -> bool:
    """Whether a `try` tries nothing any more without some imports: its handlers only said that one is not there."""
    is_plain = not attempt.orelse and not attempt.finalbody
    return is_plain and all(part in whole for part in attempt.body) and all(map(gives_up, attempt.handlers))


def _without_gaps(text: str, edits: list[Edit]) -> Iterator[Edit]:
    """Several lines that go one after the other leave no more blank lines than one would."""
    start = end = -1
    for edit in sorted(edits, key=lambda edit: edit.start):
        whole = not edit.text and text[edit.start - 1 : edit.start] in ("", "\n", "\r")
        start = start if whole and edit.start == end else edit.start
        end = _after_double_blank(text, start, edit.end) if whole and start != edit.start else edit.end
        yield replace(edit, end=end)


def _has_noqa(source: SourceText, node: ImportNode) -> bool:
    """Whether a comment says that the import may be unused: a bare `# noqa`, or one for F401."""
    lines = [source.line(number) for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)]
    return any(_MAY_BE_UNUSED.search(line) for line in lines)


def removal_edit(
    source: SourceText,
    tree: ast.Module,
    node: ImportNode,
    gone: Sequence[ast.alias],
    others: Collection[ImportNode] = (),
) -> Edit:
    """The edit that takes some names, or all, out of an import statement; its comments stay."""
    start = source.offset_utf8(node.lineno, node.col_offset)
    end = source.offset_utf8(node.end_lineno or node.lineno, node.end_col_offset or 0)
    first, last = line_span(source.text, start, end)
    indent = source.text[first:start]
    if len(gone) < len(node.names):
        code = _without_names(source.text[start:end], {node.names.index(alias) for alias in gone})
        lost = [] if indent.strip() else _lost_comments(source.text[start:end], code)
        return Edit(start, end, "".join(f"{comment}{source.newline}{indent}" for comment in lost) + code)
    if _is_alone(tree, node, others):
        return Edit(start, end, "pass")
    if indent.strip() or source.text[end:last].strip(" \t\r\n\f").startswith(";"):
        return _removal_on_shared_line(source, start, end)
    comments = _lost_comments(source.text[start:last], "")
    if comments:
        return Edit(first, last, "".join(f"{indent}{comment}{source.newline}" for comment in comments))
    return Edit(first, _after_double_blank(source.text, first, last), "")


def _lost_comments(before: str, after: str) -> list[str]:
    """The comments of a statement that it has no longer."""
    there = comments_of(after)
    return [comment for comment in own_words(comments_of(before)) if comment not in there]


def _removal_on_shared_line(source: SourceText, start: int, end: int) -> Edit:
    """An import beside other statements on its line: `import a; import b`."""
    match = re.compile(r"[ \t]*;[ \t]*").match(source.text, end)
    if match:
        return Edit(start, match.end(), "")
    before = re.search(r"[ \t]*;[ \t]*$", source.text[:start])
    return Edit(before.start() if before else start, end, "")


def _after_double_blank(text: str, first: int, last: int) -> int:
    """Of the blank lines on both sides of a removed line, as many go as the fewer are; all at the file's start."""
    below = re.compile(r"([ \t]*\r?\n)*").match(text, last)
    assert below is not None
    if not text[:first].strip():
        return below.end()
    above = text[len(text[:first].rstrip()) : first].splitlines()[1:]
    return last + sum(map(len, below.group().splitlines(keepends=True)[: len(above)]))


def _is_alone(tree: ast.Module, node: ImportNode, others: Collection[ImportNode]) -> bool:
    """Whether a block would be empty without this import, its last statement, and some others."""
    for parent in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and block and block[-1] is node:
                return not isinstance(parent, ast.Module) and all(part is node or part in others for part in block)
    return False


def _without_names(code: str, gone: set[int]) -> str:
    """An import statement without the names at some positions; comments of the others stay."""
    statement = cst.parse_statement(code)
    assert isinstance(statement, cst.SimpleStatementLine)
    node = statement.body[0]
    assert isinstance(node, (cst.Import, cst.ImportFrom))
    assert not isinstance(node.names, cst.ImportStar)
    aliases = list(node.names)
    kept = [alias for index, alias in enumerate(aliases) if index not in gone]
    if kept[-1] is not aliases[-1]:
        kept[-1] = kept[-1].with_changes(comma=_closing_comma(kept[-1].comma, aliases[-1].comma))
    return cst.Module([]).code_for_node(node.with_changes(names=kept))


def _closing_comma(
    own: cst.Comma | cst.MaybeSentinel, last: cst.Comma | cst.MaybeSentinel
) -> cst.Comma | cst.MaybeSentinel:
    """The comma of a name that became the last one: as the old last had it, with the name's own comment."""
    if not isinstance(last, cst.Comma) or not isinstance(own, cst.Comma):
        return last
    space, end = own.whitespace_after, last.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(end, cst.ParenthesizedWhitespace):
        return last.with_changes(whitespace_after=end.with_changes(first_line=space.first_line))
    return last


# -- adding --------------------------------------------------------------------------------------------------------


def _add(text: str, request: ImportRequest) -> str:
    tree = tree_to_read(text)
    until = _first_use(nodes_to_read(text), request)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno < until]
    if any(_provides(node, request) for node in imports):
        return text
    source = SourceText(text.encode("utf-8", "surrogatepass"), "utf-8")
    for node in imports:
        if request.name and isinstance(node, ast.ImportFrom) and _takes(node, request):
            return _merge(text, source, node, request)
    return _insert(text, source, tree, imports, request)


def _first_use(nodes: Nodes, request: ImportRequest) -> int:
    """The line of the first statement of the module that names what is asked for; it must be imported before."""
    name = request.alias or request.name or request.module.split(".")[0]
    uses = (node for node in nodes.by_type.get(ast.Name, ()) if node.id == name)
    return min((_outermost(nodes, node).lineno for node in uses), default=10**9)


def _outermost(nodes: Nodes, node: ast.AST) -> ast.stmt:
    """The statement of the module that a node stands in."""
    while (outer := nodes.parents[node]) in nodes.parents:
        node = outer
    assert isinstance(node, ast.stmt)
    return node


def _takes(node: ast.ImportFrom, request: ImportRequest) -> bool:
    """Whether a name can be added to this statement."""
    return node.module == request.module and not node.level and node.names[0].name != "*"


def _provides(node: ImportNode, request: ImportRequest) -> bool:
    if isinstance(node, ast.Import):
        return request.name is None and any(a.name == request.module and a.asname == request.alias for a in node.names)
    same = node.module == request.module and not node.level
    return same and any(a.name == request.name and a.asname == request.alias for a in node.names)


def _merge(text: str, source: SourceText, node: ast.ImportFrom, request: ImportRequest) -> str:
    """Add a name to `from module import …`, sorted if the others are."""
    start = source.offset_utf8(node.lineno, node.col_offset)
    end = source.offset_utf8(node.end_lineno or node.lineno, node.end_col_offset or 0)
    statement = cst.parse_statement(text[start:end])
    assert isinstance(statement, cst.SimpleStatementLine)
    old = statement.body[0]
    assert isinstance(old, cst.ImportFrom)
    assert not isinstance(old.names, cst.ImportStar)
    names = list(old.names)
    spelled = [alias.evaluated_name for alias in names]
    asname = cst.AsName(cst.Name(request.alias)) if request.alias else None
    alias = cst.ImportAlias(cst.Name(request.name or ""), asname=asname)
    key = _order_of(spelled)
    position = sum(key(name) < key(request.name or "") for name in spelled) if key else len(names)
    if position < len(names):
        comma = _plain_comma(names[position - 1].comma if position else names[0].comma)
        names.insert(position, alias.with_changes(comma=comma))
    else:
        last = names[-1].comma
        between = _plain_comma(names[-2].comma if len(names) > 1 else cst.MaybeSentinel.DEFAULT)
        if isinstance(last, cst.Comma) and isinstance(last.whitespace_after, cst.ParenthesizedWhitespace):
            own = last.whitespace_after.first_line
            last = _plain_comma(last)
            between = _with_first_line(between, own)
        names[-1] = names[-1].with_changes(comma=between)
        names.append(alias.with_changes(comma=last))
    code = cst.Module([]).code_for_node(old.with_changes(names=names))
    return text[:start] + code + text[end:]


def _order_of(names: Sequence[str]) -> Callable[[str], Any] | None:
    """The order that names stand in, isort's own if it may be several; None if they are not sorted."""
    orders: list[Callable[[str], Any]] = [_by_type, str.lower, str]
    return next((key for key in orders if list(names) == sorted(names, key=key)), None)


def _by_type(name: str) -> tuple[int, str]:
    """isort's order: constants, classes, all others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _with_first_line(comma: cst.Comma, line: cst.TrailingWhitespace) -> cst.Comma:
    """The comma with a comment behind it, where it ends a line."""
    space = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        return comma.with_changes(whitespace_after=space.with_changes(first_line=line))
    return comma


def _plain_comma(model: cst.Comma | cst.MaybeSentinel) -> cst.Comma:
    """A comma followed by the same white space as another one, without its comments."""
    if not isinstance(model, cst.Comma):
        return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    space = model.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        first = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
        space = space.with_changes(first_line=first, empty_lines=())
    return model.with_changes(whitespace_after=space)


def _insert(text: str, source: SourceText, tree: ast.Module, imports: list[ImportNode], request: ImportRequest) -> str:
    line = _statement(request)
    newline = source.newline
    group = _group(request.module)
    same = _neighbours(source, imports, request, group)
    if same:
        before = [node for node in same if _sort_key(node) <= _request_key(request)]
        if before and _sorted(same):
            return _after(text, source, before[-1], line)
        if _sorted(same):
            return _before(text, source, same[0], line)
        return _after(text, source, same[-1], line)
    later = [node for node in imports if _group_of(node) > group and not _is_future(node)]
    if later:
        return _before(text, source, later[0], line, blank=True)
    earlier = [node for node in imports if _group_of(node) < group or _is_future(node)]
    if earlier:
        return _after(text, source, earlier[-1], line, blank=True)
    return _at_top(text, source, tree, f"{line}{newline}")


def _neighbours(source: SourceText, imports: list[ImportNode], request: ImportRequest, group: int) -> list[ImportNode]:
    """The imports that a new one belongs among: those of the same package, else those of its group.

    Where the group stands in several blocks, such as packages and the project's own, it is the one of Prefect.
    """
    package = request.module.split(".")[0]
    same = [node for node in imports if _root(node) == package and _group_of(node) == group]
    if same and (request.name or any(isinstance(node, ast.Import) for node in same)):
        return same
    whole = [node for node in imports if _group_of(node) == group and not _is_future(node)]
    if _sorted(whole):
        return whole
    blocks = _blocks(source, whole)
    wanted = {package} if same else {"prefect"}
    return next((block for block in blocks if wanted.intersection(map(_root, block))), same or whole)


def _blocks(source: SourceText, nodes: list[ImportNode]) -> list[list[ImportNode]]:
    """The imports that stand together, with neither a blank line nor anything else between them."""
    blocks: list[list[ImportNode]] = []
    for node in nodes:
        last = blocks[-1][-1] if blocks else None
        follows = last is not None and node.lineno == (last.end_lineno or last.lineno) + 1
        if follows:
            blocks[-1].append(node)
        else:
            blocks.append([node])
    return blocks


def _root(node: ImportNode) -> str:
    return _sort_key(node)[1].split(".")[0]


def _statement(request: ImportRequest) -> str:
    alias = f" as {request.alias}" if request.alias else ""
    if request.name is None:
        return f"import {request.module}{alias}"
    return f"from {request.module} import {request.name}{alias}"


def _group(module: str) -> int:
    root = module.split(".")[0]
    return 0 if root in sys.stdlib_module_names else 1


def _group_of(node: ImportNode) -> int:
    """0 for the standard library, 1 for packages, 2 for relative imports."""
    if isinstance(node, ast.ImportFrom):
        return 2 if node.level else _group(node.module or "")
    return _group(node.names[0].name)


def _is_future(node: ImportNode) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _sort_key(node: ImportNode) -> tuple[int, str]:
    """isort's order: plain imports first, then by module."""
    if isinstance(node, ast.Import):
        return 0, node.names[0].name.lower()
    return 1, (node.module or "").lower()


def _request_key(request: ImportRequest) -> tuple[int, str]:
    return (0 if request.name is None else 1), request.module.lower()


def _sorted(nodes: Sequence[ImportNode]) -> bool:
    keys = [_sort_key(node) for node in nodes]
    return keys == sorted(keys)


def _after(text: str, source: SourceText, node: ImportNode, line: str, *, blank: bool = False) -> str:
    end = source.offset_utf8(node.end_lineno or node.lineno, node.end_col_offset or 0)
    _, position = line_span(text, end, end)
    newline = source.newline
    ends_with_newline = text[:position].endswith(("\n", "\r"))
    lead = ("" if ends_with_newline else newline) + (newline if blank else "")
    return f"{text[:position]}{lead}{line}{newline}{text[position:]}"


def _before(text: str, source: SourceText, node: ImportNode, line: str, *, blank: bool = False) -> str:
    start = source.line_starts[node.lineno - 1]
    newline = source.newline
    return f"{text[:start]}{line}{newline}{newline if blank else ''}{text[start:]}"


def _at_top(text: str, source: SourceText, tree: ast.Module, lines: str) -> str:
    """Behind the docstring, or behind leading comments (shebang, coding line, licence)."""
    newline = source.newline
    if (
        tree.body
        and isinstance(tree.body[0], ast.Expr)
        and isinstance(tree.body[0].value, ast.Constant)
        and isinstance(tree.body[0].value.value, str)
    ):
        end = source.offset_utf8(tree.body[0].end_lineno or 1, tree.body[0].end_col_offset or 0)
        _, position = line_span(text, end, end)
        return f"{text[:position]}{newline}{lines}{text[position:]}"
    match = re.match(r"(?:#[^\n]*\n)*", text)
    position = match.end() if match else 0
    gap = newline if position else ""
    return f"{text[:position]}{gap}{lines}{newline if not text[position:].startswith(newline) else ''}{text[position:]}"
