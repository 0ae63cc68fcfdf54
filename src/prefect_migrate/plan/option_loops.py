"""`for options in [{...}, {...}]: Deployment.build_from_flow(**options).apply()`: each turn of the loop, written out.

The next round of `apply` rewrites those calls as any other (PM101).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.changes.indent import indent_of, indent_unit
from prefect_migrate.changes.statements import GONE_BUT_COMMENTS
from prefect_migrate.findings import Changes, Edit
from prefect_migrate.project import Project
from prefect_migrate.readers.python_fills import written_items
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_splats import may_move
from prefect_migrate.readers.python_uses import assigned_name
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.source.values import is_mutated

#: A loop of more turns stays one.
_MOST_TURNS = 24
_LEAVES_THE_LOOP = (
    ast.Break, ast.Continue, ast.Return, ast.Yield, ast.YieldFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
    ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.comprehension, ast.NamedExpr, ast.Delete
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the loop's names stand for in one turn: `options` -> its items, `key` -> the key of `.items()`."""

    options: dict[str, ast.expr]
    key: ast.expr | None


@dataclass(frozen=True, slots=True)
class _Loop:
    node: ast.For
    options: str
    key: str | None
    #: The list or dict that it goes through.
    whole: ast.List | ast.Tuple | ast.Dict
    turns: list[_Turn]


def loop_changes(project: Project, file: PythonFile, call: ast.Call) -> Changes | None:
    """The changes for a call whose `**options` is what a loop goes through; None where the turns are not all known."""
    node = next((outer for outer in file.enclosing(call) if isinstance(outer, ast.For)), None)
    loop = _read(project, file, node) if node is not None else None
    if loop is None or call not in _calls(loop) or call is not _calls(loop)[0]:
        return None
    written = [_written(file, loop, turn) for turn in loop.turns]
    if None in written:
        return None
    line = file.text.line(loop.node.lineno)
    between = file.text.newline + indent_of(line)
    changes = Changes(edits=[Edit(*file.span(loop.node), between.join(text for text in written if text is not None))])
    statement = file.statement_of(loop.whole)
    if statement is not loop.node:
        changes.edits.append(Edit(*file.span(statement), GONE_BUT_COMMENTS))
    return changes


# -- the loop ----------------------------------------------------------------------------------------------------------


def _read(project: Project, file: PythonFile, node: ast.For) -> _Loop | None:
    if node.orelse or any(isinstance(inner, _LEAVES_THE_LOOP) for part in node.body for inner in ast.walk(part)):
        return None
    goes_through, names = node.iter, [node.target]
    if isinstance(goes_through, ast.Call) and isinstance(goes_through.func, ast.Attribute):
        is_items = goes_through.func.attr == "items" and not goes_through.args and isinstance(node.target, ast.Tuple)
        goes_through, names = goes_through.func.value, node.target.elts if isinstance(node.target, ast.Tuple) else []
        if not is_items or len(names) != 2:
            return None
    texts = [name.id for name in names if isinstance(name, ast.Name)]
    whole = _whole(project, file, goes_through)
    turns = _turns(file, whole, goes_through) if whole is not None and len(texts) == len(names) else []
    if whole is None or not 0 < len(turns) <= _MOST_TURNS or (len(texts) == 2) is not isinstance(whole, ast.Dict):
        return None
    if any(_lives_on(file, node, name) for name in texts):
        return None
    return _Loop(node, texts[-1], texts[0] if len(texts) == 2 else None, whole, turns)


def _whole(project: Project, file: PythonFile, node: ast.expr) -> ast.List | ast.Tuple | ast.Dict | None:
    """The list that is written down: in the loop itself, or as the value of a name that nothing else reads."""
    value: ast.AST | None = node
    if isinstance(node, ast.Name):
        bindings = file.bindings_of(node)
        value = bindings[0].value if len(bindings) == 1 else None
        target = assigned_name(file.statement_of(value), value) if value is not None else None
        if target is None or is_mutated(file, node.id) or is_imported_elsewhere(project, file, node.id):
            return None
        if [name for name in file.named(node.id) if name is not target] != [node]:
            return None
    return value if isinstance(value, (ast.List, ast.Tuple, ast.Dict)) else None


def _turns(file: PythonFile, whole: ast.List | ast.Tuple | ast.Dict, read: ast.expr) -> list[_Turn]:
    """Each turn; none if one of them is not known, or would say something else in the loop's place."""
    values = whole.values if isinstance(whole, ast.Dict) else whole.elts
    keys = whole.keys if isinstance(whole, ast.Dict) else [None] * len(values)
    if isinstance(whole, ast.Dict) and not all(isinstance(key, ast.Constant) for key in keys):
        return []
    found = [written_items(value) for value in values]
    there, here = file.scopes.scope_of(whole), file.scopes.scope_of(read)
    known = [items for items in found if items is not None and all(key.isidentifier() for key in items)]
    moves = all(may_move(item, there, here) for items in known for item in items.values())
    if len(known) < len(found) or not moves or comments_of(file.source(whole)):
        return []
    return [_Turn(items, key) for items, key in zip(known, keys, strict=True)]


def _lives_on(file: PythonFile, loop: ast.For, name: str) -> bool:
    """Whether a name of the loop is read behind it, or set in it."""
    scope = file.scopes.scope_of(loop.iter)
    for node in file.named(name):
        is_inside = loop in file.enclosing(node)
        if is_inside and isinstance(node.ctx, ast.Store) and node not in ast.walk(loop.target):
            return True
        if not is_inside and isinstance(node.ctx, ast.Load) and file.scopes.scope_of(node) is scope:
            return True
    return False


def _calls(loop: _Loop) -> list[ast.Call]:
    """The calls that are given `**options`."""
    inside = (inner for part in loop.node.body for inner in ast.walk(part))
    calls = [inner for inner in inside if isinstance(inner, ast.Call)]
    return [call for call in calls if any(_is_splat(keyword, loop.options) for keyword in call.keywords)]


def _is_splat(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == name


# -- a turn ------------------------------------------------------------------------------------------------------------


def _written(file: PythonFile, loop: _Loop, turn: _Turn) -> str | None:
    """The loop's body as one turn has it; None if it reads the options in another way."""
    first, last = loop.node.body[0], loop.node.body[-1]
    start, end = file.span(first)[0], file.span(last)[1]
    edits = list(_edits(file, loop, turn))
    if None in edits:
        return None
    outermost = [edit for edit in edits if edit is not None and not any(_holds(other, edit) for other in edits)]
    moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in outermost]
    text = apply_edits(file.text.text[start:end], moved)
    if first.lineno == loop.node.lineno:
        return text
    deep, shallow = indent_of(file.text.line(first.lineno)), indent_of(file.text.line(loop.node.lineno))
    lines = text.split(file.text.newline)
    return file.text.newline.join(shallow + line[len(deep) :] if line.startswith(deep) else line for line in lines)


def _holds(outer: Edit | None, inner: Edit) -> bool:
    return outer is not None and outer is not inner and outer.start <= inner.start and inner.end <= outer.end


def _edits(file: PythonFile, loop: _Loop, turn: _Turn) -> Iterator[Edit | None]:
    for part in loop.node.body:
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and _is_long(node):
                yield None
            elif isinstance(node, ast.JoinedStr) and _reads(node, loop):
                text = _joined(node, loop, turn)
                yield Edit(*file.span(node), repr(text)) if text is not None and not _is_long(node) else None
            elif isinstance(node, ast.Name) and node.id in (loop.options, loop.key) and not _is_in_text(file, node):
                yield _edit_of(file, node, loop, turn)


def _is_in_text(file: PythonFile, node: ast.Name) -> bool:
    return any(isinstance(outer, ast.JoinedStr) for outer in file.enclosing(node))


def _is_long(node: ast.expr) -> bool:
    """A text over several lines would be another one at another depth."""
    return node.lineno != node.end_lineno


def _reads(node: ast.AST, loop: _Loop) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in (loop.options, loop.key) for inner in ast.walk(node))


def _edit_of(file: PythonFile, node: ast.Name, loop: _Loop, turn: _Turn) -> Edit | None:
    parent = file.parents[node]
    if node.id == loop.key:
        return Edit(*file.span(node), file.source(turn.key)) if turn.key is not None else None
    if isinstance(parent, ast.keyword):
        call = file.parents[parent]
        return _call(file, call, loop, turn) if isinstance(call, ast.Call) and _is_splat(parent, loop.options) else None
    said = _said(file, parent, loop, turn) if isinstance(parent, ast.Subscript) and parent.value is node else None
    return Edit(*file.span(parent), said) if said is not None else None


def _item(node: ast.AST, loop: _Loop, turn: _Turn) -> ast.expr | None:
    """What `options["key"]` is."""
    if (
        not isinstance(node, ast.Subscript)
        or not isinstance(node.ctx, ast.Load)
        or not isinstance(node.value, ast.Name)
    ):
        return None
    key = node.slice if node.value.id == loop.options else None
    return turn.options.get(str(key.value)) if isinstance(key, ast.Constant) else None


def _joined(node: ast.JoinedStr, loop: _Loop, turn: _Turn) -> str | None:
    """What an f-string says that holds nothing but texts of the options."""
    parts: list[str] = []
    for part in node.values:
        value: ast.AST | None = part
        if isinstance(part, ast.FormattedValue):
            is_plain = part.format_spec is None and part.conversion == -1
            is_key = isinstance(part.value, ast.Name) and part.value.id == loop.key
            value = (turn.key if is_key else _item(part.value, loop, turn)) if is_plain else None
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            return None
        parts.append(value.value)
    return "".join(parts)


def _call(file: PythonFile, call: ast.Call, loop: _Loop, turn: _Turn) -> Edit | None:
    """The call with the options written out, one on each line."""
    given = [keyword.arg for keyword in call.keywords if keyword.arg] + list(turn.options)
    if len(set(given)) < len(given) or comments_of(file.source(call)):
        return None
    arguments: list[str | None] = []
    for argument in (*call.args, *call.keywords):
        if isinstance(argument, ast.keyword) and _is_splat(argument, loop.options):
            arguments += [f"{name}={file.source(item)}" for name, item in turn.options.items()]
        elif isinstance(argument, ast.keyword):
            text = _said(file, argument.value, loop, turn)
            arguments.append(text and (f"{argument.arg}={text}" if argument.arg else f"**{text}"))
        else:
            arguments.append(_said(file, argument, loop, turn))
    if None in arguments:
        return None
    indent = indent_of(file.text.line(file.statement_of(call).lineno))
    newline, deeper = file.text.newline, indent + indent_unit(file.text.text)
    lines = "".join(f"{newline}{deeper}{argument}," for argument in arguments)
    return Edit(file.span(call.func)[1], file.span(call)[1], f"({lines}{newline}{indent})")


def _said(file: PythonFile, node: ast.AST, loop: _Loop, turn: _Turn) -> str | None:
    """An argument as it is in one turn; None if that is not known."""
    if not _reads(node, loop):
        return file.source(node)
    if isinstance(node, ast.Name) and node.id == loop.key and turn.key is not None:
        return file.source(turn.key)
    if isinstance(node, ast.JoinedStr):
        text = _joined(node, loop, turn)
        return None if text is None else repr(text)
    item = _item(node, loop, turn)
    return file.source(item) if item is not None else None
