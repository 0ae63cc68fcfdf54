"""Read the dumps: which names a release has, where each is defined, and what its classes have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

Row = dict[str, Any]
#: Methods that every pydantic model has; what became of them is pydantic's migration and no fact about Prefect.
PYDANTIC = frozenset(
    {"Config", "construct", "copy", "dict", "fields", "fields_set", "from_orm", "json", "parse_file", "parse_obj",
     "parse_raw", "schema", "schema_json", "update_forward_refs", "validate", "model_fields", "model_computed_fields",
     "model_config"}
)  # fmt: skip


def is_public(path: str) -> bool:
    """Whether no part of `module:name` or of a module begins with an underscore."""
    return not any(part.startswith("_") for part in path.replace(":", ".").split("."))


def dotted(path: str) -> str:
    """`module:name` as users write it."""
    return path.replace(":", ".")


class Dump:
    """One release, as `probes/api.py` found it.  Paths are `module`, `module:name` or `module:Class.member`."""

    def __init__(self, path: Path) -> None:
        loaded = json.loads(path.read_text("utf-8"))
        self.version: str = loaded["version"]
        self.modules: dict[str, Row] = loaded["modules"]
        self.classes: dict[str, Row] = loaded["classes"]
        self.functions: dict[str, Row] = loaded["functions"]
        self.foreign: dict[str, list[str]] = loaded["foreign"]

    @property
    def minor(self) -> tuple[int, int]:
        major, number, *_ = self.version.split(".")
        return int(major), int(number)

    @cached_property
    def names(self) -> dict[str, Row]:
        """`module:name` -> its row, for every name of every module that can be imported."""
        return {
            f"{module}:{name}": row for module, entry in self.modules.items() for name, row in entry["names"].items()
        }

    def public(self) -> Iterator[tuple[str, Row]]:
        """Public modules, as {"kind": "module"}, and their public names."""
        for module, entry in self.modules.items():
            if is_public(module):
                yield module, {"kind": "module"}
                for name, row in entry["names"].items():
                    if not name.startswith("_"):
                        yield f"{module}:{name}", row

    def is_package(self, module: str) -> bool:
        return any(other.startswith(f"{module}.") for other in self.modules)

    def definition(self, path: str) -> str | None:
        """Where the object of `module:name` is defined, when it is a class, a function or imported by name."""
        row = self.names.get(path)
        for _ in range(8):
            if row is None:
                return None
            if "at" in row:
                return str(row["at"])
            if "from" not in row:
                return path
            path = f"{row['from']}:{path.partition(':')[2]}"
            row = self.names.get(path)
        return None

    @cached_property
    def homes(self) -> dict[str, list[str]]:
        """Definition -> the public names that mean it, the best first: its own, exported ones, short ones."""
        found: dict[str, list[str]] = {}
        for path, _ in self.public():
            if ":" in path and (definition := self.definition(path)):
                found.setdefault(definition, []).append(path)
        for definition, paths in found.items():
            paths.sort(
                key=lambda path: (path != definition, not self.names[path].get("exported"), path.count("."), path)
            )
        return found

    def lineage(self, cls: str) -> list[str]:
        """A class and all its bases, the nearest first; classes of other packages included."""
        found: dict[str, None] = {}
        stack = [cls]
        while stack:
            path = stack.pop(0)
            if path not in found:
                found[path] = None
                stack.extend(self.classes.get(path, {}).get("bases", ()))
        return list(found)

    def members(self, cls: str) -> dict[str, Row]:
        """All members by name, inherited ones included; each has `owner`."""
        found: dict[str, Row] = {}
        for path in self.lineage(cls):
            for name, row in self.classes.get(path, {}).get("members", {}).items():
                found.setdefault(name, {**row, "owner": path})
            for name in self.foreign.get(path, ()):
                found.setdefault(name, {"kind": "foreign", "owner": path})
        return found

    def callables(self) -> Iterator[tuple[str, Row]]:
        """Functions, methods on the class that defines them, and classes as their own constructors."""
        yield from self.functions.items()
        for path, shape in self.classes.items():
            if shape.get("signature") is not None:
                yield path, {"signature": self.constructor(path), "flavour": "sync", "extra": shape.get("extra")}
            for name, row in shape["members"].items():
                if row.get("signature") is not None and (not name.startswith("_") or name == "__call__"):
                    yield f"{path}.{name}", row

    def constructor(self, cls: str) -> list[list[str]]:
        """What a class can be called with.  A pydantic model takes its fields, whatever its `**data` says."""
        shape = self.classes[cls]
        signature: list[list[str]] = shape["signature"]
        if shape.get("extra") is None:
            return signature
        named = {row[0]: row for row in signature if "*" not in row[1]}
        for name, field in self.members(cls).items():
            name = name if name in named or field.get("alias") not in named else field["alias"]
            if field["kind"] == "field":
                kind = named.get(name, [name, "k"])[1]
                named[name] = [name, kind] if field["required"] else [name, kind, field["default"]]
        rest = [["data", "**"]] if shape["extra"] == "allow" else []
        return [*named.values(), *rest]
