"""What became of a dotted name of Prefect 2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from prefect_migrate.reference.facts import NameFact
from prefect_migrate.reference.index import has_name
from prefect_migrate.reference.tables import DATA, FIRST_TARGET, Target, holds, ranged


@cache
def _lines() -> dict[str, tuple[str, ...]]:
    """Old name -> its rows, not parsed; "" -> the meta data.  Most runs need few of the rows."""
    first, *rest = (DATA / "names.json").read_text("utf-8").splitlines()
    found: dict[str, tuple[str, ...]] = {"": (first.removeprefix('{"meta": '),)}
    for line in rest:
        if line.startswith('{"old": "'):
            name = line[9 : line.index('"', 9)]
            found[name] = (*found.get(name, ()), line)
    return found


@cache
def _parsed(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line.rstrip(",")) for line in _lines().get(name, ()))


@cache
def facts_of(name: str) -> tuple[NameFact, ...]:
    """The facts of exactly this name, one for each range of targets."""
    return tuple(NameFact(**ranged(row, _source())) for row in _parsed(name)) if name else ()


def old_names() -> tuple[str, ...]:
    """All names that have facts of their own."""
    return tuple(name for name in _lines() if name)


def name_facts() -> dict[str, tuple[NameFact, ...]]:
    """Every row: old name -> its facts."""
    return {name: facts_of(name) for name in old_names()}


def _source() -> str:
    return str(_parsed("")[0]["source"])


@cache
def module_prefixes() -> tuple[tuple[str, str], ...]:
    """Whole trees that were renamed: (`prefect.orion`, `prefect.server`) and so on, the longest first."""
    pairs = [(old, new) for old, new in _parsed("")[0]["prefixes"]]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def lookup_name(dotted: str, target: Target | None = None) -> NameFact | None:
    """The fact about a dotted name, or about the longest leading part of it that has one.

    `prefect.deployments.Deployment.build_from_flow` finds the fact of `prefect.deployments.Deployment`: compare
    `fact.old` with what was asked.  None: nothing is known to be wrong with the name under the target, which does not
    say that it exists (see `has_name`).  No target: the newest one.
    """
    for prefix in _prefixes(dotted):
        fact = _exact(prefix, target) or (_by_module_rule(prefix, target) if prefix == dotted else None)
        if fact is not None:
            return fact
    return None


def _prefixes(dotted: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


def _exact(dotted: str, target: Target | None) -> NameFact | None:
    return next((fact for fact in facts_of(dotted) if holds(fact.since, fact.until, target)), None)


def _by_module_rule(dotted: str, target: Target | None) -> NameFact | None:
    """Follow a renamed tree: `prefect.orion.schemas.core.Flow` is wherever `prefect.server.schemas.core.Flow` is."""
    for old, new in module_prefixes():
        if dotted == old or dotted.startswith(f"{old}."):
            there = new + dotted[len(old) :]
            further = lookup_name(there, target)
            if further is not None and further.old == there:
                return further._replace(old=dotted)
            if has_name(there, target):
                root = _exact(old, target)
                source = root.source if root else _source()
                since = root.since if root else FIRST_TARGET
                return NameFact(dotted, "name", "moved", there, "module_rule", since=since, source=source)
    return None
