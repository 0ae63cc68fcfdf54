"""patches.json: names and parameters that came within a minor, and with which patch.

The dumps of a minor's first and newest patch say what came; the sources of the patches between them, when.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.reference.dumps import Dump, dotted
from tools.reference.matches import is_inside
from tools.reference.probes.syntax import Syntax
from tools.reference.releases import Release, Workshop, releases, samples

#: Paths as in Dump, and `module:function(parameter` for parameters.
Items = frozenset[str]


def came_within(first: Dump, newest: Dump) -> Items:
    """What the newest patch has and the first one had not: public names of their own, members and parameters."""
    return _items(newest) - _items(first)


def _items(dump: Dump) -> Items:
    found = {
        path
        for path, row in dump.public()
        if is_inside(path) and (":" not in path or (row.get("at", path) == path and "from" not in row))
    }
    for path, row in dump.callables():
        if is_inside(path):
            found.add(path)
            found.update(f"{path}({parameter[0]}" for parameter in row["signature"] or ())
    return frozenset(found)


def source_items(folder: Path) -> Items:
    """The same from the sources of a package in a folder, as far as they say it without running."""
    found: set[str] = set()
    for path in sorted((folder / "prefect").rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if is_inside(module) and "_vendor" not in parts:
            found.add(module)
            found.update(f"{module}:{name}" for name in Syntax(module, path).bound)
            found.update(_callables(ast.parse(path.read_text("utf-8")).body, f"{module}:"))
    return frozenset(found)


def _callables(body: Sequence[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _callables(node.body, f"{prefix}{node.name}.")
            yield from (f"{prefix}{node.name}({name}" for name in _fields(node))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            path = f"{prefix}{node.name}"
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            yield from (path, *(f"{path}({name}" for name in names))
            if node.name == "__init__":
                yield from (f"{prefix[:-1]}({name}" for name in names)


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for inner in node.body:
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            yield inner.target.id


def sources(workshop: Workshop, version: str) -> Items:
    """`source_items` of a release that is fetched for it and thrown away again."""
    out = workshop.dump(f"{version}.sources")
    if not out.exists():
        folder = workshop.folder / "unpacked" / version
        workshop.install_alone(f"prefect=={version}", folder)
        out.write_text(json.dumps(sorted(source_items(folder))), "utf-8")
        shutil.rmtree(folder)
    return frozenset(json.loads(out.read_text("utf-8")))


def patch_rows(workshop: Workshop) -> list[dict[str, Any]]:
    """{name, parameter?, since: the first patch from which on all have it}; what sources don't tell is left out."""
    rows = []
    for newest in samples(3):
        first = next((release for release in releases() if release.first and release.minor == newest.minor), None)
        if first is not None:
            items = came_within(Dump(workshop.dump(first.version)), Dump(workshop.dump(newest.version)))
            rows += [_row(item, version) for item, version in _first_patches(workshop, items, newest).items()]
    return sorted(rows, key=lambda row: (row["name"], row.get("parameter", ""), row["since"]))


def _first_patches(workshop: Workshop, items: Items, newest: Release) -> dict[str, str]:
    """Going back from the newest patch, the last one that still has the item."""
    found: dict[str, str] = {}
    left = items
    for patch in range(newest.key[2], -1, -1):
        version = f"{newest.minor[0]}.{newest.minor[1]}.{patch}"
        left &= sources(workshop, version) if left else left
        found.update(dict.fromkeys(left, version))
    return {
        item: version
        for item, version in found.items()
        if not version.endswith(".0") and not any(found.get(above) == version for above in _above(item))
    }


def _above(item: str) -> Iterator[str]:
    """What the item belongs to: the callable of a parameter, the class of a member, the module of a name."""
    while parts := re.split(r"[.:(](?=\w+$)", item)[:-1]:
        item = parts[0]
        yield item


def _row(item: str, version: str) -> dict[str, Any]:
    path, _, parameter = item.partition("(")
    return {"name": dotted(path), **({"parameter": parameter} if parameter else {}), "since": version}
