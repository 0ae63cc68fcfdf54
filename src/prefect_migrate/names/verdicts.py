"""What becomes of a dotted name under a target: removed, moved, deprecated, unknown, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from prefect_migrate.reference import NameFact, has_name, integration, is_function, lookup_name, module_prefixes
from prefect_migrate.reference.tables import Target, holds

#: removed: nothing takes its place by machine; moved: `new` does; deprecated: still there, with a warning; unknown: the
#: target lacks it and so did Prefect 2; other-kind: it is there, but what takes it wants `new`.
VerdictKind = Literal["removed", "moved", "deprecated", "unknown", "other-kind"]
#: same: it is the same thing; likely: one thing has the same name; differs: it does the same and is used otherwise.
Trust = Literal["same", "likely", "differs"]
_TRUST: dict[str | None, Trust] = {
    "curated": "same",
    "module_rule": "same",
    "same_definition": "same",
    "prefect_says": "same",
    "setting": "same",
    "same_name_unique": "likely",
    "curated_differs": "differs",
}
#: Server classes that flow code uses, and the client's in their place: `deploy` refuses schedules of the server, and a
#: state of the server that a flow returns is data for the engine.
_CLIENT_SIDE = {
    "prefect.server.schemas.schedules": dict.fromkeys(
        ("CronSchedule", "IntervalSchedule", "RRuleSchedule"), "prefect.client.schemas.schedules"
    ),
    "prefect.orion.schemas.schedules": dict.fromkeys(
        ("CronSchedule", "IntervalSchedule", "RRuleSchedule", "SCHEDULE_TYPES"), "prefect.client.schemas.schedules"
    ),
    "prefect.orion.schemas.states": {
        **dict.fromkeys(
            ("AwaitingRetry", "Cancelled", "Completed", "Crashed", "Failed", "Late", "Paused", "Pending", "Retrying",
             "Running", "Scheduled"), "prefect.states",
        ),
        **dict.fromkeys(("State", "StateDetails", "StateType"), "prefect.client.schemas.objects"),
    },
}  # fmt: skip
#: Modules of the old server whose classes flow code gave to the client.
_CLIENT_TREES = {
    "prefect.orion.schemas.filters": "prefect.client.schemas.filters",
    "prefect.orion.schemas.sorting": "prefect.client.schemas.sorting",
}


#: Attributes that functions have, and those of mocks in their place.
_OF_FUNCTIONS = frozenset(
    {"aio", "sync", "fn", "from_source", "return_value", "side_effect", "mock_calls", "method_calls", "reset_mock",
     "await_args", "await_args_list", "await_count", "awaited", "attach_mock", "configure_mock"}
)  # fmt: skip


class Verdict(NamedTuple):
    """`name` is the part that the target lacks, `new` its place now, and `trust` what is known of that."""

    kind: VerdictKind
    name: str
    new: str | None = None
    trust: Trust | None = None
    fact: NameFact | None = None

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]


@lru_cache(maxsize=4096)
def judge(dotted: str, target: Target) -> Verdict | None:
    """What is wrong with a dotted name; None when nothing is, or nothing is known."""
    dotted = _before_dunder(dotted)
    if not dotted.startswith("prefect."):
        return _judge_integration(dotted, target)
    client_side = _client_side(dotted, target)
    if client_side is not None:
        return client_side
    if has_name(dotted, target):
        return _deprecated(dotted, target)
    missing = next((part for part in _prefixes(dotted) if has_name(part, target) is False), None)
    fact = _fact(dotted, missing, target)
    if fact is not None:
        return _deprecated(dotted, target) if fact.what == "import_warns" else _of_fact(fact, target)
    missing = missing or _attribute_of_function(dotted, target)
    if missing is None or _may_be_made_on_demand(missing):
        return None
    return Verdict("unknown", missing)


def _attribute_of_function(dotted: str, target: Target) -> str | None:
    """`prefect.flow.name` of `prefect.flow.name.upper`: functions have next to no attributes, but mocks of them do."""
    function = next((part for part in _prefixes(dotted) if part != dotted and is_function(part, target)), None)
    if function is None:
        return None
    attribute = dotted[len(function) + 1 :].partition(".")[0]
    known = attribute in _OF_FUNCTIONS or attribute.startswith(("assert_", "call"))
    return None if known else f"{function}.{attribute}"


def _may_be_made_on_demand(name: str) -> bool:
    """What a module's `__getattr__` or a metaclass makes."""
    owner, _, last = name.rpartition(".")
    if last in ("mro", "register") and owner.rpartition(".")[2][:1].isupper():
        return True
    return name.startswith(("prefect.settings.PREFECT_", "prefect.infrastructure.provisioners._"))


def _before_dunder(dotted: str) -> str:
    """`prefect.flows` of `prefect.flows.__file__`."""
    return dotted.partition(".__")[0]


def _prefixes(dotted: str) -> Iterator[str]:
    """`prefect.a`, `prefect.a.b` ..."""
    parts = dotted.split(".")
    return (".".join(parts[:length]) for length in range(2, len(parts) + 1))


def _fact(dotted: str, missing: str | None, target: Target) -> NameFact | None:
    """The fact about the longest leading part, but no shorter than what is missing."""
    for name in reversed(list(_prefixes(dotted))):
        if missing is not None and len(name) < len(missing):
            return None
        fact = lookup_name(name, target)
        if fact is not None and fact.old == name:
            return fact
    return None


def _of_fact(fact: NameFact, target: Target) -> Verdict:
    new = fact.new if fact.new and has_name(fact.new, target) is not False else None
    trust = _TRUST.get(fact.new_confidence)
    if new is not None and trust is not None:
        return Verdict("moved", fact.old, new, trust, fact)
    tree = _renamed_tree(fact.old, target) if new is None else None
    if tree is not None:
        return Verdict("moved", fact.old, tree, "same", fact)
    return Verdict("removed", fact.old, new, fact=fact)


def _renamed_tree(name: str, target: Target) -> str | None:
    """Where a module is whose tree was renamed."""
    for old, new in module_prefixes():
        if name == old or name.startswith(f"{old}."):
            there = new + name[len(old) :]
            return there if has_name(there, target) else None
    return None


def _deprecated(dotted: str, target: Target) -> Verdict | None:
    fact = lookup_name(dotted, target)
    if fact is None or fact.old != dotted or fact.what != "import_warns":
        return None
    return Verdict("deprecated", dotted, fact.new, _TRUST.get(fact.new_confidence), fact)


def _client_side(dotted: str, target: Target) -> Verdict | None:
    parts = dotted.split(".")
    module, cls = ".".join(parts[:4]), parts[4] if len(parts) > 4 else ""
    there = _CLIENT_SIDE.get(module, {}).get(cls) or _CLIENT_TREES.get(module)
    if there is None or not cls or not has_name(f"{there}.{cls}", target):
        return None
    kind: VerdictKind = "other-kind" if parts[1] == "server" else "moved"
    return Verdict(kind, f"{module}.{cls}", f"{there}.{cls}", "same")


def _judge_integration(dotted: str, target: Target) -> Verdict | None:
    package = integration(dotted) if dotted.startswith("prefect_") else None
    if package is None:
        return None
    if dotted in package.steps:
        return Verdict("moved", dotted, package.steps[dotted], "same")
    matching = [
        fact
        for fact in (*package.names, *package.deprecated)
        if (dotted == fact.old or dotted.startswith(f"{fact.old}.")) and holds(fact.since, fact.until, target)
    ]
    fact = max(matching, key=lambda fact: len(fact.old), default=None)
    if fact is not None and fact.what == "import_warns":
        return Verdict("deprecated", fact.old, fact.new, _TRUST.get(fact.new_confidence), fact)
    if fact is not None:
        return _of_fact(fact, target)
    missing = next((part for part in _prefixes(dotted) if has_name(part, target) is False), None)
    return Verdict("unknown", missing) if missing is not None else None
