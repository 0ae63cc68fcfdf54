"""What became of the PREFECT_ variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from prefect_migrate.reference.facts import SettingFact
from prefect_migrate.reference.tables import Target, holds, ranged, rows, table


@cache
def setting_facts() -> Mapping[str, tuple[SettingFact, ...]]:
    """Every setting of Prefect 2: variable -> what became of it, one fact for each range of targets."""
    source = table("settings")["meta"]["source"]
    found: dict[str, tuple[SettingFact, ...]] = {}
    for row in rows("settings"):
        found[row["name"]] = (*found.get(row["name"], ()), SettingFact(**ranged(row, source)))
    return MappingProxyType(found)


def setting(name: str, target: Target | None = None) -> SettingFact | None:
    """The fact about `PREFECT_...`; None when Prefect 2 had no such setting."""
    facts = setting_facts().get(name, ())
    return next((fact for fact in facts if holds(fact.since, fact.until, target)), None)


def settings(target: Target | None = None) -> Mapping[str, SettingFact]:
    """Every setting of Prefect 2 and what became of it in a target."""
    found = {name: setting(name, target) for name in setting_facts()}
    return MappingProxyType({name: fact for name, fact in found.items() if fact is not None})
