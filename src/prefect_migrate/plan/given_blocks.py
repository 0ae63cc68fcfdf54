"""`def deploy(flow, block): Deployment.build_from_flow(flow, infrastructure=block)`: a block that every call gives.

Where it is the same one each time, the definition names it itself, and parameter and arguments go.  The next round of
`apply` rewrites the definition as any other (PM101).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from prefect_migrate.findings import Changes, Edit
from prefect_migrate.project import Project
from prefect_migrate.readers.python_blocks import block_of
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.readers.python_splats import may_move
from prefect_migrate.source.python import PythonFile

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def given_block_changes(project: Project, file: PythonFile, node: ast.expr) -> Changes | None:
    """The changes for an `infrastructure=` that is a parameter; None where the calls, or what is said, may differ."""
    function = _function(project, file, node)
    if function is None or not isinstance(node, ast.Name):
        return None
    names = [argument.arg for argument in function.args.args]
    reads = [name for name in file.named(node.id) if file.bindings_of(name) == file.bindings_of(node)]
    calls = list(_calls(file, function))
    if node.id not in names or not calls or not all(_is_infrastructure(file, name) for name in reads):
        return None
    index = names.index(node.id)
    edits, given = [_without(file, _parameters(function), index)], list[ast.expr]()
    for call in calls:
        place = _argument(call, names, index) if call is not None else None
        if call is None or place is None:
            return None
        edits.append(_without(file, [(one, one) for one in (*call.args, *call.keywords)], place))
        given.append([*call.args, *(keyword.value for keyword in call.keywords)][place])
    text = _text(file, reads, [_value(project, file, value, calls) for value in given])
    if text is None or None in edits:
        return None
    edits += [Edit(*file.span(name), text) for name in reads]
    orphans = {name.id for value in given for name in ast.walk(value) if isinstance(name, ast.Name)}
    return Changes(edits=[edit for edit in edits if edit is not None], orphans=sorted(orphans))


def _text(file: PythonFile, reads: Sequence[ast.Name], values: Sequence[ast.expr | None]) -> str | None:
    """What all of them say, where that means the same in the function."""
    scopes, said = [file.scopes.scope_of(name) for name in reads], set[str]()
    for value in values:
        if value is None:
            return None
        there = file.scopes.scope_of(value)
        # A variable of the module that has the parameter's name is what it means without the parameter.
        is_name = isinstance(value, ast.Name) and value.id == reads[0].id
        if not is_name and not all(may_move(value, there, here) for here in scopes):
            return None
        said.add(file.source(value))
    return said.pop() if len(said) == 1 else None


def _function(project: Project, file: PythonFile, node: ast.expr) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function of the module whose parameter it is, if nothing but calls in this file names it."""
    bindings = file.bindings_of(node) if isinstance(node, ast.Name) else []
    if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg):
        return None
    function = next((outer for outer in file.enclosing(bindings[0].node) if isinstance(outer, _FUNCTIONS)), None)
    if function is None or file.parents[function] is not file.tree or function.decorator_list:
        return None
    if function.args.posonlyargs or function.args.vararg or is_imported_elsewhere(project, file, function.name):
        return None
    return function


def _calls(file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Call | None]:
    """The calls; None for what else names the function."""
    for name in file.named(function.name):
        call = file.parents[name]
        bindings = file.bindings_of(name)
        is_call = isinstance(call, ast.Call) and call.func is name
        is_it = len(bindings) == 1 and bindings[0].node is function
        yield call if isinstance(call, ast.Call) and is_call and is_it else None


def _is_infrastructure(file: PythonFile, name: ast.Name) -> bool:
    keyword = file.parents[name]
    return isinstance(keyword, ast.keyword) and keyword.arg == "infrastructure"


def _argument(call: ast.Call, names: Sequence[str], index: int) -> int | None:
    """Which of the arguments, as they stand, the parameter is given; None if that is not plain, or none is."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return None
    if index < len(call.args):
        return index
    place = [one.arg for one in call.keywords]
    return len(call.args) + place.index(names[index]) if names[index] in place else None


def _value(project: Project, file: PythonFile, node: ast.expr, calls: Sequence[ast.AST | None]) -> ast.expr | None:
    """What can stand in the function: a name of the module, or how the block is made; None if it is no block."""
    block = block_of(project, file, node)
    if block is None or block.role != "infrastructure":
        return None
    if not isinstance(node, ast.Name):
        return node
    bindings = file.bindings_of(node)
    if len(bindings) != 1:
        return None
    if file.scopes.module.lookup(node.id) == bindings:
        return node
    uses = [name for name in file.named(node.id) if file.bindings_of(name) == bindings]
    is_only_given = all(isinstance(name.ctx, ast.Store) or _call_of(file, name) in calls for name in uses)
    return bindings[0].value if is_only_given else None


def _call_of(file: PythonFile, argument: ast.expr) -> ast.AST:
    parent = file.parents[argument]
    return file.parents[parent] if isinstance(parent, ast.keyword) else parent


# -- lists without one of their items --------------------------------------------------------------------------------


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[ast.AST, ast.AST]]:
    """Where each parameter that a place can be given begins and ends."""
    found = function.args.args
    defaults: list[ast.AST] = [*found[: len(found) - len(function.args.defaults)], *function.args.defaults]
    return list(zip(found, defaults, strict=True))


def _without(file: PythonFile, items: Sequence[tuple[ast.AST, ast.AST]], index: int) -> Edit | None:
    """The edit that removes one of several items and its comma; None for the only one, or beside a comment."""
    spans = [(file.span(first)[0], file.span(last)[1]) for first, last in items]
    start, end = spans[index]
    if index + 1 < len(spans):
        end = spans[index + 1][0]
    elif index > 0:
        start = spans[index - 1][1]
    else:
        return None
    return None if "#" in file.text.text[start:end] else Edit(start, end, "")
