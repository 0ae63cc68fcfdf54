"""Overrides whose keys only running the code tells.

Prefect 2 took a key with a dot apart (`"env.A"` set one variable); Prefect 3 knows nested dicts only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_fills import written_items

_NAMES = ("job_variables", "infra_overrides")


def override_obstacles(deployment: PythonDeployment) -> Iterator[str]:
    """Keys with a dot among others that are not known: what they are a part of may be set there as well."""
    for node in _unknown(deployment):
        for key in dict.fromkeys([*_dotted(node), *_put_in(deployment, node)]):
            yield f"the override `{key}` must be nested, among others that are only known when the code runs"


def override_reviews(deployment: PythonDeployment) -> Iterator[str]:
    """Overrides that something else than a written dict gives."""
    for node in _unknown(deployment):
        for part in _others(node):
            code = ast.unparse(part)
            yield f"`{code}` must name job variables, nested ones too: a key such as `env.A` does nothing now"


def _unknown(deployment: PythonDeployment) -> Iterator[ast.expr]:
    for name in _NAMES:
        value, node = deployment.arguments.get(name), deployment.nodes.get(name)
        is_known = value is not None and (value.known or bool(deployment.override_code))
        if value is not None and node is not None and not is_known and not _is_written(node):
            yield node


def _is_written(node: ast.expr) -> bool:
    """Whether the keys stand there, though it may be chosen among some at run time."""
    if isinstance(node, ast.IfExp):
        return _is_written(node.body) and _is_written(node.orelse)
    return written_items(node) is not None or (isinstance(node, ast.Constant) and node.value is None)


def _dicts(node: ast.expr) -> Iterator[ast.expr]:
    """The dicts that an expression puts together, or chooses from; what is none of its own is given as it is."""
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.BoolOp):
        parts = node.values
    elif isinstance(node, ast.BinOp):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        parts = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg is None)]
    elif isinstance(node, ast.Dict):
        yield node
        parts = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
    else:
        yield node
        return
    for part in parts:
        yield from _dicts(part)


def _dotted(node: ast.expr) -> Iterator[str]:
    for part in _dicts(node):
        if isinstance(part, ast.Dict):
            yield from _texts(part.keys)
        elif isinstance(part, ast.DictComp):
            yield from _texts([part.key])


def _put_in(deployment: PythonDeployment, node: ast.expr) -> Iterator[str]:
    """Keys with a dot that the file puts into a dict which the overrides are, or are made of."""
    file = deployment.file
    for name in (part for part in _dicts(node) if isinstance(part, ast.Name)):
        bindings = file.bindings_of(name)
        for binding in bindings:
            if binding.value is not None and not isinstance(binding.value, ast.Name):
                yield from _dotted(binding.value)
        for use in file.named(name.id):
            outer = file.parents[use]
            if isinstance(outer, ast.Subscript) and not isinstance(outer.ctx, ast.Load):
                yield from _texts([outer.slice])
            elif isinstance(outer, ast.Attribute) and outer.attr in ("update", "setdefault"):
                call = file.parents[outer]
                for given in call.args if isinstance(call, ast.Call) else ():
                    yield from _texts([given]) if outer.attr == "setdefault" else _dotted(given)


def _texts(keys: list[ast.expr | None]) -> Iterator[str]:
    """Those of keys that have a dot, f-strings as they are written."""
    for key in keys:
        if isinstance(key, ast.JoinedStr):
            plain = [part.value for part in key.values if isinstance(part, ast.Constant)]
            yield from [ast.unparse(key)] if any("." in str(part) for part in plain) else ()
        elif isinstance(key, ast.Constant) and isinstance(key.value, str) and "." in key.value:
            yield key.value


def _others(node: ast.expr) -> Iterator[ast.expr]:
    for part in _dicts(node):
        if isinstance(part, ast.Dict):
            yield from (key for key in part.keys if key is not None and not isinstance(key, ast.Constant))
        elif not isinstance(part, ast.Constant):
            yield part
