"""What the target asks of the project around it: its newest release, its integrations, its Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from prefect_migrate.reference import integration
from prefect_migrate.reference.lines import parsed

Target = tuple[int, int]

#: Packages whose versions are Prefect's own.
CLIENTS = frozenset({"prefect", "prefect-client"})
#: The first minor whose wheels say `Requires-Python: >=3.10`; those before say >=3.9.
DROPS_PYTHON_3_9: Target = (3, 5)
#: Newest integrations whose wheels ask for a newer Python than the target's.
_NEEDS_PYTHON = {"prefect-kubernetes": "3.11", "prefect-ray": "3.11"}


@cache
def _releases() -> Mapping[Target, str]:
    _, meta = parsed("target_index", "")[0]
    return {(3, int(release.split(".")[1])): release for release in meta["targets"]}


def newest_release(target: Target) -> str:
    """The newest release of a minor that was examined; the minor's first one if none was."""
    return _releases().get(target, f"{target[0]}.{target[1]}.0")


def spelled(target: Target) -> str:
    """`3.8`."""
    return f"{target[0]}.{target[1]}"


def python_floor(target: Target) -> tuple[int, int]:
    """The oldest Python that the target runs on."""
    return (3, 10) if target >= DROPS_PYTHON_3_9 else (3, 9)


def canonical(name: str) -> str | None:
    """A package of Prefect's that we have facts about, by any spelling of its name; None for any other."""
    package = re.sub(r"[-_.]+", "-", name).lower()
    return package if package in CLIENTS or integration(package) is not None else None


def first_for_prefect_3(package: str) -> Version:
    """The first release of an integration that goes with Prefect 3."""
    fact = integration(package)
    assert fact is not None
    return Version(fact.first3)


def integration_release(package: str, target: Target) -> tuple[str, str]:
    """The release of an integration that goes with the target, and why it may not fit ("" if it does)."""
    fact = integration(package)
    assert fact is not None
    if not Requirement(fact.requires_newest).specifier.contains(newest_release(target)):
        return (
            fact.first3,
            f"{fact.first3} is the first release for Prefect 3; a later one may go with {spelled(target)}",
        )
    needs = _NEEDS_PYTHON.get(package)
    return fact.newest, f"{package} {fact.newest} needs Python {needs}" if needs else ""


def parse(version: str) -> Version | None:
    """A version, None for anything else."""
    try:
        return Version(version)
    except InvalidVersion:
        return None
