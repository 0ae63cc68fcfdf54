"""The hand-written part, `curated.toml`, and its way into the rows that the machine made."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tools.reference.dumps import dotted
from tools.reference.successors import Curated

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Row = dict[str, Any]
FILE = Path(__file__).with_name("curated.toml")


@cache
def section(name: str) -> list[Row]:
    found: list[Row] = tomllib.loads(FILE.read_text("utf-8"))[name]
    return found


def successors() -> Curated:
    """What the machine takes from it when it looks for new names."""
    names: dict[str, list[tuple[str, str]]] = {}
    for row in section("names"):
        if not row.get("tree"):
            new = names.setdefault(row["old"], [])
            if "new" in row:
                new.append((row["new"], "curated_differs" if row.get("differs") else "curated"))
    return Curated(names, [(row["old"], row["new"]) for row in section("prefixes")])


def prefixes() -> list[list[str]]:
    return [[row["old"], row["new"]] for row in section("prefixes")]


def steps() -> dict[str, str]:
    return {row["old"]: row["new"] for row in section("steps")}


def advise_names(rows: Iterable[Row], definitions: Mapping[str, str | None]) -> list[Row]:
    """Add advice and source: the row's own, that of the object it means, or that of a tree above it."""
    by_name = {dotted(row["old"]): row for row in section("names") if not row.get("tree")}
    trees = {dotted(row["old"]): row for row in section("names") if row.get("tree")}
    advised = []
    for row in rows:
        found = by_name.get(row["old"]) or by_name.get(definitions.get(row["old"]) or "")
        if found is None and not row.get("new"):
            found = next((tree for name, tree in trees.items() if f"{row['old']}.".startswith(f"{name}.")), None)
        if found is not None and (found.get("advice") or str(row.get("new_confidence")).startswith("curated")):
            advice = found.get("advice")
            row = {**row, "advice": advice, "source": found["source"]}
        advised.append(row)
    return advised


def advise(rows: Iterable[Row], what: str, keys: Sequence[str]) -> list[Row]:
    """Add `new`, `advice` and `source` to rows of members, parameters or settings; `keys` name the row.

    A key of curated.toml may leave out leading parts of the class: `Flow.deploy` is `prefect.flows.Flow.deploy`.
    """
    by_key = {key: row for row in section(what) for key in _keys(row, what)}
    used: set[str] = set()
    advised = []
    for row in rows:
        whole = ".".join(str(row[key]) for key in keys)
        parts = whole.split(".")
        key = next((tail for place in range(len(parts)) if (tail := ".".join(parts[place:])) in by_key), None)
        if key is not None and row.get("what") not in ("repositioned", "default_changed"):
            used.add(key)
            row = {**row, **{name: by_key[key][name] for name in ("new", "advice", "source") if name in by_key[key]}}
        advised.append(row)
    if unused := sorted(set(by_key) - used):
        print(f"curated.toml, {what}: no row for {', '.join(unused)}")
    return advised


def _keys(row: Row, what: str) -> list[str]:
    if what == "parameters":
        return [f"{path}.{row['parameter']}" for path in row["callables"]]
    return [row["member"] if what == "members" else row["name"]]
