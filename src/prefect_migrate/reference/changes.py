"""What became of members, parameters and the way to call, of the classes and callables of Prefect 2."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from prefect_migrate.reference.facts import FlavourFact, MemberFact, ParameterFact
from prefect_migrate.reference.index import definition, lineage, signature
from prefect_migrate.reference.lines import targets
from prefect_migrate.reference.names import lookup_name
from prefect_migrate.reference.packages import integration
from prefect_migrate.reference.tables import Target, holds, ranged, rows, table

#: What is worst for the one who calls comes first.
_GRAVITY = (
    "removed", "ignored", "swallowed", "required", "new_required", "keyword_only", "repositioned", "default_changed"
)  # fmt: skip


# -- members -----------------------------------------------------------------------------------------------------------


@cache
def member_facts() -> dict[tuple[str, str], tuple[MemberFact, ...]]:
    """(class, member) -> facts; both the class of Prefect 2 and the one that took its place are keys."""
    source = table("members")["meta"]["source"]
    found: dict[tuple[str, str], tuple[MemberFact, ...]] = {}
    for row in rows("members"):
        fact = MemberFact(**ranged(row, source))
        for cls in dict.fromkeys((fact.cls, fact.in_target or fact.cls)):
            found[cls, fact.member] = (*found.get((cls, fact.member), ()), fact)
    return found


@cache
def member(cls: str, name: str, target: Target | None = None) -> MemberFact | None:
    """The fact about a member that a class, or a base of it, lost; the class by its name in either version."""
    for key in _classes(cls, target):
        for fact in member_facts().get((key, name), ()):
            if holds(fact.since, fact.until, target):
                return fact
    package = integration(cls) if cls.startswith("prefect_") else None
    for key in _classes(cls, target) if package is not None else ():
        if package is not None and name in package.members.get(key, ()):
            return MemberFact(cls, name, "member", source=package.source)
    return None


def _classes(cls: str, target: Target | None) -> Iterator[str]:
    """A class by the names that rows may have for it: its own, its successor's, and their bases'."""
    yield cls
    moved = lookup_name(cls, target)
    yield from lineage((moved.new if moved else None) or cls, target)


# -- parameters --------------------------------------------------------------------------------------------------------


@cache
def parameter_facts() -> dict[str, tuple[ParameterFact, ...]]:
    """Callable -> facts about its parameters; both its name in Prefect 2 and in the newest target are keys."""
    source = table("parameters")["meta"]["source"]
    found: dict[str, tuple[ParameterFact, ...]] = {}
    for row in rows("parameters"):
        fact = ParameterFact(**ranged(row, source))
        for key in dict.fromkeys((fact.callable, fact.in_target or fact.callable)):
            found[key] = (*found.get(key, ()), fact)
    return found


@cache
def parameters(dotted: str, target: Target | None = None) -> tuple[ParameterFact, ...]:
    """Everything that changed about the parameters of a callable, by its name in either version; the gravest first."""
    found: dict[tuple[str, str], ParameterFact] = {}
    for key in _callables(dotted, target):
        for fact in parameter_facts().get(key, ()):
            if holds(fact.since, fact.until, target):
                found.setdefault((fact.parameter, fact.what), fact)
        if found:
            break
    return tuple(sorted(found.values(), key=lambda fact: _GRAVITY.index(fact.what)))


@cache
def parameter(dotted: str, name: str, target: Target | None = None) -> ParameterFact | None:
    """The gravest fact about one parameter of a callable."""
    return next((fact for fact in parameters(dotted, target) if fact.parameter == name), None)


def _callables(dotted: str, target: Target | None) -> Iterator[str]:
    """A callable by the names that rows may have for it."""
    yield dotted
    moved = lookup_name(dotted, target)
    there = f"{moved.new}{dotted[len(moved.old) :]}" if moved and moved.new else dotted
    found = signature(there, target)
    if found is not None:
        yield found.callable
    yield from (home for home in (definition(there, target),) if home)


@cache
def _patches() -> dict[tuple[str, str | None], tuple[tuple[int, ...], ...]]:
    found: dict[tuple[str, str | None], tuple[tuple[int, ...], ...]] = {}
    for row in rows("patches"):
        key = row["name"], row.get("parameter")
        found[key] = (*found.get(key, ()), tuple(map(int, row["since"].split("."))))
    return found


def first_patch(dotted: str, parameter: str | None = None, target: Target | None = None) -> tuple[int, ...] | None:
    """The patch with which a name, a member or a parameter came within the target's minor: (3, 1, 12).

    None: it was there from the minor's first patch on, or is not there at all (see `has_name` and `signature`).
    """
    chosen = target or targets()[-1]
    for name in (dotted, definition(dotted, target)):
        keys = [(name, parameter)] if name else []
        while name:
            keys.append((name, None))
            name = name.rpartition(".")[0]
        for key in keys:
            for patch in _patches().get(key, ()):
                if patch[:2] == chosen:
                    return patch
    return None


# -- the way to call ---------------------------------------------------------------------------------------------------


@cache
def flavour_facts() -> dict[str, tuple[FlavourFact, ...]]:
    """Callable -> facts; both its name in Prefect 2 and in the newest target are keys."""
    source = table("flavours")["meta"]["source"]
    found: dict[str, tuple[FlavourFact, ...]] = {}
    for row in rows("flavours"):
        fact = FlavourFact(**ranged(row, source))
        for key in dict.fromkeys((fact.callable, fact.in_target or fact.callable)):
            found[key] = (*found.get(key, ()), fact)
    return found


def flavour(dotted: str, target: Target | None = None) -> FlavourFact | None:
    """Whether a callable is called otherwise than in Prefect 2: with or without `await`."""
    for key in _callables(dotted, target):
        for fact in flavour_facts().get(key, ()):
            if holds(fact.since, fact.until, target):
                return fact
    return None
