"""Reader: the block that one of several expressions gives: `try`/`except`, `a if b else c`, a function, a parameter.

Which one it is does not matter where all are of one class that Prefect 3 has too: the expression stays as it is.  It
stays as well where only running the code tells what it gives, as long as nothing says that Prefect 3 lacks that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from prefect_migrate.plan.model import Block, Value
from prefect_migrate.plan.storage import ANY, KEPT
from prefect_migrate.project import Project
from prefect_migrate.readers.python_trail import calls_of
from prefect_migrate.readers.sites import site_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, resolve

#: (file, expression)
Choice = tuple[PythonFile, ast.expr]
Read = Callable[[Project, PythonFile, ast.expr], Block | None]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What may give a block when the code runs.
_GIVERS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.IfExp)
_MAX_DEPTH = 5


def chosen_block(project: Project, file: PythonFile, node: ast.expr, read: Read) -> Block | None:
    """The block of an expression that has several meanings; its document is known where all have the same."""
    blocks = [block for block in _leaves(project, file, node, read) if block is not None]
    known = [block for block in blocks if not block.doubt and (block.loaded or block.document)]
    if not known or len(known) != len(blocks) or len({block.cls for block in known}) > 1 or known[0].cls == ANY:
        return None
    names = {block.document.literal for block in known if block.document is not None and block.document.known}
    same = len(names) == 1 and all(block.document is not None and block.document.known for block in known)
    if known[0].cls not in KEPT and not same:
        # Its successor can only be loaded by name.
        return None
    text = file.source(node)
    document = Value(repr(next(iter(names))), next(iter(names))) if same else Value(text)
    chosen = Block(site_of(file, node), known[0].cls, known[0].role, document=document, loaded=True)
    return None if _is_optional(project, file, node, read) else chosen


def any_block(project: Project, file: PythonFile, node: ast.expr, read: Read) -> Block | None:
    """The block of an expression that only running the code can tell; None if it is known to be nothing for
    Prefect 3."""
    blocks = [block for block in _leaves(project, file, node, read) if block is not None]
    if not isinstance(node, _GIVERS) or any(block.cls not in {ANY, *KEPT} for block in blocks):
        return None
    document = Value(file.source(node))
    any_ = Block(site_of(file, node), ANY, "storage", document=document, loaded=True)
    any_.optional = _is_optional(project, file, node, read)
    return any_


def _is_optional(project: Project, file: PythonFile, node: ast.expr, read: Read) -> bool:
    return None in list(_leaves(project, file, node, read))


def _leaves(project: Project, file: PythonFile, node: ast.expr, read: Read, depth: int = 0) -> Iterator[Block | None]:
    """What the expression may give: a block, None for None, or a block of ANY class for what can't be known."""
    block = read(project, file, node)
    if block is not None:
        yield _with_given_name(project, file, block)
        return
    if isinstance(node, ast.Constant) and node.value is None:
        yield None
        return
    choices = list(_choices(project, file, node.value if isinstance(node, ast.Await) else node))
    if not choices or depth > _MAX_DEPTH:
        yield Block(site_of(file, node), ANY, "storage")
    for where, choice in choices:
        yield from _leaves(project, where, choice, read, depth + 1)


def _with_given_name(project: Project, file: PythonFile, block: Block) -> Block:
    """A block that is loaded by the name that a function is given, where all its calls give the same."""
    if not block.loaded or block.document is None or block.document.known or block.site.path != file.path:
        return block
    calls = [call for call in file.calls() if site_of(file, call) == block.site]
    named = [value for call in calls for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    name = next((one for one in named if isinstance(one, ast.Name) and one.id == block.document.text), None)
    bindings = file.bindings_of(name) if name is not None else []
    if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg):
        return block
    values = [value_of(project, where, given) for where, given in given_to(project, file, bindings[0].node)]
    same = bool(values) and all(value.known and value.literal == values[0].literal for value in values)
    return replace(block, document=values[0]) if same else block


def _choices(project: Project, file: PythonFile, node: ast.expr) -> Iterator[Choice]:
    if isinstance(node, ast.IfExp):
        yield from ((file, branch) for branch in (node.body, node.orelse))
    elif isinstance(node, ast.Name):
        for binding in file.bindings_of(node):
            if isinstance(binding.node, ast.arg):
                yield from given_to(project, file, binding.node)
            else:
                # Without a value it may be anything: `...` is no block.
                yield file, binding.value or ast.copy_location(ast.Constant(...), node)
    elif isinstance(node, ast.Call):
        found = resolve(project, file, node.func)
        if isinstance(found, Definition) and isinstance(found.node, _FUNCTIONS):
            yield from ((found.file, value) for value in returned_by(found.file, found.node))


def returned_by(file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What a function returns, but for the None that tells of a failure."""
    for statement in file.of_type(ast.Return):
        inside = next(outer for outer in file.enclosing(statement) if isinstance(outer, _FUNCTIONS))
        is_none = isinstance(statement.value, ast.Constant) and statement.value.value is None
        if inside is function and statement.value is not None and not is_none:
            yield statement.value


def given_to(project: Project, file: PythonFile, parameter: ast.arg) -> Iterator[Choice]:
    """What the function of a parameter is called with."""
    function = next(outer for outer in file.enclosing(parameter) if isinstance(outer, (*_FUNCTIONS, ast.Lambda)))
    if isinstance(function, ast.Lambda) or isinstance(file.parents[function], ast.ClassDef):
        return
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    calls = list(calls_of(project, file, function))
    given = [(where, _given(names, call).get(parameter.arg)) for where, call in calls]
    yield from ((where, value) for where, value in given if value is not None)
    default = _default(function, parameter)
    if default is not None and not (given and all(value is not None for _, value in given)):
        yield file, default


def _given(names: list[str], call: ast.Call) -> dict[str, ast.expr]:
    return dict(zip(names, call.args, strict=False)) | {
        keyword.arg: keyword.value for keyword in call.keywords if keyword.arg
    }


def _default(function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg) -> ast.expr | None:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(with_default, arguments.defaults, strict=True)]
    pairs += [(name, value) for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    return next((value for name, value in pairs if name is parameter), None)
