"""The integration packages: which release goes with which Prefect, and what they lost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from prefect_migrate.reference.facts import IntegrationFact, NameFact
from prefect_migrate.reference.tables import ranged, rows, table


@cache
def integrations() -> Mapping[str, IntegrationFact]:
    """Package -> its facts."""
    source = table("integrations")["meta"]["source"]
    return MappingProxyType({row["package"]: _fact(row, source) for row in rows("integrations")})


def _fact(row: dict[str, Any], source: str) -> IntegrationFact:
    facts = [NameFact(**ranged(name, source)) for name in row.get("names", ())]
    names = tuple(fact for fact in facts if fact.what != "import_warns")
    deprecated = tuple(fact for fact in facts if fact.what == "import_warns")
    members = {cls: tuple(gone) for cls, gone in row.get("members", {}).items()}
    read: dict[str, Any] = {"names": names, "deprecated": deprecated, "members": members}
    read["were_async"] = {name: tuple(now) for name, now in row.get("were_async", {}).items()}
    return IntegrationFact(**{**row, **read, "async_runs": frozenset(row.get("async_runs", ())), "source": source})


def integration(package: str) -> IntegrationFact | None:
    """The facts of a package, by its name (`prefect-aws`) or that of its modules (`prefect_aws`, `prefect_aws.s3`)."""
    return integrations().get(package.partition(".")[0].replace("_", "-"))


@cache
def names_of_runs() -> frozenset[str]:
    """The last names of all that `run_of_integration` knows."""
    known = (name for fact in integrations().values() for name in (*fact.async_runs, *fact.were_async))
    return frozenset(name.rpartition(".")[2] for name in known)


def run_of_integration(name: str) -> Literal["flow", "task"] | None:
    """Whether a dotted name means an async flow or task of an integration, or what was one in Prefect 2's days."""
    fact = integration(name) if name.startswith("prefect_") else None
    if fact is None or not (name in fact.async_runs or name in fact.were_async):
        return None
    return "flow" if name.startswith(f"{fact.module}.flows.") else "task"
