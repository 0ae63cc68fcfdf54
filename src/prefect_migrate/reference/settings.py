"""What became of the PREFECT_ variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from prefect_migrate.reference.facts import SettingFact
from prefect_migrate.reference.tables import rows, table


@cache
def settings() -> Mapping[str, SettingFact]:
    """Every setting of Prefect 2: variable -> what became of it."""
    source = table("settings")["meta"]["source"]
    return MappingProxyType({row["name"]: SettingFact(**{"source": source, **row}) for row in rows("settings")})


def setting(name: str) -> SettingFact | None:
    """The fact about `PREFECT_...`; None when Prefect 2 had no such setting."""
    return settings().get(name)
