"""Reader: the block that one of several expressions gives: `try`/`except`, `a if b else c`, a function, a parameter.

Which one it is does not matter where all are of one class that Prefect 3 has too: the expression stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from prefect_migrate.plan.model import Block, Site, Value
from prefect_migrate.project import Project
from prefect_migrate.readers.python_trail import calls_of
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

#: (file, expression)
Choice = tuple[PythonFile, ast.expr]
Read = Callable[[Project, PythonFile, ast.expr], Block | None]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def chosen_block(project: Project, file: PythonFile, node: ast.expr, read: Read) -> Block | None:
    """The block of an expression that has several meanings; its document is known where all have the same."""
    choices = list(_choices(project, file, node.value if isinstance(node, ast.Await) else node))
    blocks = [read(project, where, choice) for where, choice in choices]
    known = [block for block in blocks if block is not None and not block.doubt and (block.loaded or block.document)]
    if not known or len(known) != len(blocks) or len({block.cls for block in known}) > 1:
        return None
    names = {block.document.literal for block in known if block.document is not None and block.document.known}
    same = len(names) == 1 and all(block.document is not None and block.document.known for block in known)
    text = file.source(node)
    document = Value(repr(next(iter(names))), next(iter(names))) if same else Value(text)
    return Block(Site(file.path, file.place(node)), known[0].cls, known[0].role, document=document, loaded=True)


def _choices(project: Project, file: PythonFile, node: ast.expr) -> Iterator[Choice]:
    if isinstance(node, ast.IfExp):
        yield from ((file, branch) for branch in (node.body, node.orelse))
    elif isinstance(node, ast.Name):
        for binding in file.bindings_of(node):
            if isinstance(binding.node, ast.arg):
                yield from _arguments(project, file, binding.node)
            elif isinstance(binding.value, ast.IfExp):
                yield from _choices(project, file, binding.value)
            elif binding.value is not None:
                yield file, binding.value
            else:
                # It may be anything else as well, which `read` says of an expression that is no block.
                yield file, ast.copy_location(ast.Constant(None), node)
    elif isinstance(node, ast.Call):
        found = resolve(project, file, node.func)
        if isinstance(found, Definition) and isinstance(found.node, _FUNCTIONS):
            for statement in found.file.of_type(ast.Return):
                inside = next(outer for outer in found.file.enclosing(statement) if isinstance(outer, _FUNCTIONS))
                if inside is found.node and statement.value is not None:
                    yield found.file, statement.value


def _arguments(project: Project, file: PythonFile, parameter: ast.arg) -> Iterator[Choice]:
    """What the function of a parameter is called with."""
    function = next(outer for outer in file.enclosing(parameter) if isinstance(outer, (*_FUNCTIONS, ast.Lambda)))
    if isinstance(function, ast.Lambda) or isinstance(file.parents[function], ast.ClassDef):
        return
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    for where, call in calls_of(project, file, function):
        given = dict(zip(names, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        if parameter.arg in given:
            yield where, given[parameter.arg]
