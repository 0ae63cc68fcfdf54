"""Parameters that don't fit the types of their flow's arguments.

Prefect 2 took them as they were, and left it to the run to read "2020" as the number that the flow wants.  Prefect 3's
server refuses such a deployment, unless it is told not to look.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from prefect_migrate.plan.model import Deployment, Flow, Plan
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.values import value_of
from prefect_migrate.symbols import Definition, resolve

_SEQUENCES = (list, tuple, set)
#: Stands for a text that only running the code shows, and where such come from.
_TEXT = "text"
_TEXTS = ("os.environ", "environ", "sys.argv")
_READERS = ("os.getenv", "getenv", "os.environ.get", "environ.get")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


#: Type -> whether the JSON schema that Prefect makes of it takes a value.
_PLAIN: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: _is_number(value) and float(value).is_integer(),
    "float": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "None": lambda value: value is None,
    **dict.fromkeys(("list", "tuple", "set", "List", "Tuple", "Set"), lambda value: isinstance(value, _SEQUENCES)),
    **dict.fromkeys(("dict", "Dict"), lambda value: isinstance(value, dict)),
    **dict.fromkeys(("datetime", "date", "timedelta", "Path", "UUID"), lambda value: value is not None),
}


def note_refused_parameters(project: Project, plan: Plan) -> None:
    """Tell the deployments whose parameters Prefect 3 would refuse."""
    for deployment in plan.deployments:
        given = deployment.arguments.get("enforce_parameter_schema")
        if deployment.flow is not None and deployment.is_prefect_2 and (given is None or given.literal is None):
            types = _types(project, deployment.flow)
            deployment.misfits = any(
                not fits(types[name], value)
                for name, values in _parameters(project, deployment)
                for value in values
                if name in types
            )


def _parameters(project: Project, deployment: Deployment) -> Iterator[tuple[str, list[Any]]]:
    """Name, and the values that it may have, of what is known."""
    given = deployment.parameters
    if given is not None and isinstance(given.literal, dict):
        yield from ((name, [value]) for name, value in given.literal.items())
    elif isinstance(deployment, PythonDeployment):
        node = _display(project, deployment)
        for key, item in zip(node.keys, node.values, strict=True) if node is not None else ():
            if isinstance(key, ast.Constant):
                yield str(key.value), _possible(project, deployment.file, item)


def _display(project: Project, deployment: PythonDeployment) -> ast.Dict | None:
    """The `{...}` that gives the parameters, though by a name."""
    node = deployment.nodes.get("parameters")
    if isinstance(node, ast.Name):
        found = resolve(project, deployment.file, node)
        node = found.value if isinstance(found, Definition) and found.file is deployment.file else None
    return node if isinstance(node, ast.Dict) else None


def _possible(project: Project, file: PythonFile, node: ast.expr, depth: int = 3) -> list[Any]:
    """The values that an expression may have: of one that reads the environment, a text, its default or None."""
    value = value_of(project, file, node)
    if value.known:
        return [value.literal]
    match node:
        case ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return [_TEXT]
        case ast.Subscript(value=owner) if ast.unparse(owner) in _TEXTS:
            return [_TEXT]
        case ast.Call(func=function, args=[_, *rest]) if ast.unparse(function) in _READERS:
            return [_TEXT, *(_possible(project, file, rest[0]) if rest else [None])]
        case ast.Name() | ast.Attribute() if depth:
            found = resolve(project, file, node)
            if isinstance(found, Definition) and found.value is not None:
                return _possible(project, found.file, found.value, depth - 1)
    return []


def _types(project: Project, flow: Flow) -> dict[str, ast.expr]:
    """Argument -> annotation."""
    file = project.python(flow.site.path)
    if file is None:
        return {}
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == flow.function:
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            return {one.arg: one.annotation for one in arguments if one.annotation is not None}
    return {}


def fits(annotation: ast.expr, value: Any) -> bool:
    """Whether the schema of a type takes a value; a type that is not known here takes all."""
    match annotation:
        case ast.Constant(value=None):
            return value is None
        case ast.Constant(value=str(text)):
            return _fits_text(text, value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name not in _PLAIN or _PLAIN[name](value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return fits(left, value) or fits(right, value)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return _fits_generic(name, inner, value)
    return True


def _fits_text(text: str, value: Any) -> bool:
    try:
        return fits(ast.parse(text, mode="eval").body, value)
    except SyntaxError:
        return True


def _fits_generic(name: str, inner: ast.expr, value: Any) -> bool:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in ("Optional", "Union"):
        return (name == "Optional" and value is None) or any(fits(part, value) for part in parts)
    if name == "Annotated":
        return fits(parts[0], value)
    if name == "Literal":
        return any(not isinstance(part, ast.Constant) or part.value == value for part in parts)
    if name in ("list", "List") and isinstance(value, _SEQUENCES):
        return all(fits(parts[0], item) for item in value)
    if name in ("dict", "Dict") and isinstance(value, dict) and len(parts) == 2:
        return all(fits(parts[1], item) for item in value.values())
    return name not in _PLAIN or _PLAIN[name](value)
