"""Reader: what a function of the repository passes on by `**kwargs`: keywords that it is called with besides its own.

`def register(flow, name, **kwargs): Deployment.build_from_flow(flow, name, **kwargs)`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.project import Project
from prefect_migrate.readers.python_importers import imported_uses
from prefect_migrate.source.python import PythonFile

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Keyword -> where it is given, and as what.
PassedOn = dict[str, list[tuple[PythonFile, ast.expr]]]


def passed_on(project: Project, file: PythonFile, node: ast.expr) -> PassedOn | None:
    """What `**node` holds; None if it is no `**kwargs` of a function whose calls are all known."""
    bindings = file.bindings_of(node) if isinstance(node, ast.Name) else []
    parameter = bindings[0].node if len(bindings) == 1 else None
    function = next((one for one in file.enclosing(node) if isinstance(one, (*_FUNCTIONS, ast.Lambda))), None)
    if not isinstance(function, _FUNCTIONS) or function.args.kwarg is None or function.decorator_list:
        return None
    if parameter is not function.args.kwarg:
        return None
    if not isinstance(node, ast.Name) or len([use for use in file.named(node.id) if _is_of(file, use, parameter)]) != 1:
        return None  # it may be changed, or read
    calls = list(_calls(project, file, function))
    if not calls or None in calls:
        return None
    found: PassedOn = {}
    for where, call in (one for one in calls if one is not None):
        for keyword in _further(function, call):
            if keyword.arg is None:
                return None
            found.setdefault(keyword.arg, []).append((where, keyword.value))
    return found


def _is_of(file: PythonFile, use: ast.Name, parameter: ast.AST) -> bool:
    return any(binding.node is parameter for binding in file.bindings_of(use))


def _calls(
    project: Project, file: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[tuple[PythonFile, ast.Call] | None]:
    """The calls of a function, None for any other use of it."""
    uses: list[tuple[PythonFile, ast.expr]] = [
        (file, use)
        for use in file.named(function.name)
        if isinstance(use.ctx, ast.Load) and any(one.node is function for one in file.bindings_of(use))
    ]
    is_global = file.scopes.scope_of(function) is file.scopes.module
    uses += imported_uses(project, file, function.name) if is_global else ()
    for where, use in uses:
        call = where.parents[use]
        if isinstance(call, ast.Call) and call.func is use:
            yield where, call
        elif not isinstance(call, (ast.Attribute, ast.alias)):
            yield None


def _further(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> Iterator[ast.keyword]:
    """The keywords that are no parameter of the function."""
    own = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    yield from (keyword for keyword in call.keywords if keyword.arg is None or keyword.arg not in own)
