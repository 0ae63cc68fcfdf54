"""Writer: `infra_overrides` as `job_variables`, in the source's own words."""

from __future__ import annotations

import libcst as cst

Tree = dict[str, "str | Tree"]


def nested_overrides(code: str, indent: str, newline: str = "\n") -> str:
    """`{"env.A": 1}` as `{"env": {"A": 1}}`; anything but a plain dict of strings stays as it is.

    A Prefect 3 worker takes dotted keys too, so leaving them is right, only not pretty.
    """
    node = cst.parse_expression(code)
    if not isinstance(node, cst.Dict) or "#" in code:
        return code
    keys = [_key(element) for element in node.elements]
    if not any(key is not None and "." in key for key in keys):
        return code
    tree: Tree = {}
    for key, element in zip(keys, node.elements, strict=True):
        if key is None or not _place(tree, key.split("."), _code(element.value)):
            return code
    flat = _print(tree, "", "")
    if len(indent) + len("job_variables=") + len(flat) < 88 and "\n" not in flat:
        return flat
    return _print(tree, indent, newline)


def with_variable(code: str | None, variable: str, expression: str) -> str:
    """A dict expression with one more key, in front of what it has."""
    if not code:
        return f'{{"{variable}": {expression}}}'
    node = cst.parse_expression(code)
    if isinstance(node, cst.Dict):
        if any(_key(element) == variable for element in node.elements):
            return code
        body = code.strip()[1:]
        gap = "" if body.lstrip().startswith("}") else ", " if not body.startswith(("\n", "\r")) else ","
        return f'{{"{variable}": {expression}{gap}{body}'
    return f'{{"{variable}": {expression}, **({code})}}'


def _key(element: cst.BaseDictElement) -> str | None:
    if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
        value = element.key.evaluated_value
        return value if isinstance(value, str) else None
    return None


def _place(tree: Tree, path: list[str], value: str) -> bool:
    """Put a value where its path says; False if it would have to merge with something opaque."""
    *parents, last = path
    for parent in parents:
        child = tree.setdefault(parent, {})
        if isinstance(child, str):
            return False
        tree = child
    if last in tree:
        return False
    tree[last] = value
    return True


def _print(tree: Tree, indent: str, newline: str) -> str:
    inner = indent + "    "
    parts = [
        f'"{key}": {value if isinstance(value, str) else _print(value, inner if newline else "", newline)}'
        for key, value in tree.items()
    ]
    if not newline:
        return "{" + ", ".join(parts) + "}"
    return "{" + newline + "".join(f"{inner}{part},{newline}" for part in parts) + indent + "}"


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
