"""The identifiers that a file must contain before any fact can be about it: a prefilter over its bytes."""

from __future__ import annotations

from functools import cache
from typing import Literal

from prefect_migrate.reference.names import module_prefixes, old_names
from prefect_migrate.reference.tables import rows

Kind = Literal["names", "members", "parameters", "settings"]
KINDS: tuple[Kind, ...] = ("names", "members", "parameters", "settings")


@cache
def trigger_words(*kinds: Kind) -> frozenset[str]:
    """The last parts of all old names, members, parameters and settings, or of some kinds.

    What integrations lost counts as names.
    """
    return frozenset(word for kind in kinds or KINDS for word in _words(kind))


def _words(kind: Kind) -> set[str]:
    if kind == "names":
        trees = [old for old, _ in module_prefixes()]
        packages = [name["old"] for row in rows("integrations") for name in row.get("names", ())]
        dotted = [*trees, *packages, *old_names()]
        return {name.rpartition(".")[2] for name in dotted}
    key = {"members": "member", "parameters": "parameter", "settings": "name"}[kind]
    return {row[key] for row in rows(kind) if row.get("status") != "kept"}
