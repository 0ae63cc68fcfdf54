"""What became of a dotted name of Prefect 2."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from prefect_migrate.reference.facts import NameFact
from prefect_migrate.reference.index import has_name
from prefect_migrate.reference.tables import FIRST_TARGET, Target, holds, ranged, rows, table


@cache
def name_facts() -> dict[str, tuple[NameFact, ...]]:
    """Every row: old name -> its facts, one for each range of targets."""
    source = table("names")["meta"]["source"]
    found: dict[str, tuple[NameFact, ...]] = {}
    for row in rows("names"):
        fact = NameFact(**ranged(row, source))
        found[fact.old] = (*found.get(fact.old, ()), fact)
    return found


@cache
def module_prefixes() -> tuple[tuple[str, str], ...]:
    """Whole trees that were renamed: (`prefect.orion`, `prefect.server`) and so on, the longest first."""
    pairs = [(old, new) for old, new in table("names")["meta"]["prefixes"]]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


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
    facts = name_facts().get(dotted, ())
    return next((fact for fact in facts if holds(fact.since, fact.until, target)), None)


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
                source = root.source if root else table("names")["meta"]["source"]
                since = root.since if root else FIRST_TARGET
                return NameFact(dotted, "name", "moved", there, "module_rule", since=since, source=source)
    return None
