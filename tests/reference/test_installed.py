"""The data says what the installed Prefect does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prefect_migrate import reference
from prefect_migrate.reference import NameFact, ParameterFact, index
from prefect_migrate.reference.tables import Target, holds
from tools.reference.dumps import Dump, Row, dotted
from tools.reference.index_tables import spell_signature

pytestmark = pytest.mark.engine

#: Modules that need packages which are not installed here, and so tell nothing.
NOT_IMPORTED = (
    "prefect.utilities.render_swagger",
    "prefect.testing.",
    "prefect.telemetry.",
    "prefect.blocks.redis",
    "prefect_docker.",
)
GONE = {"missing_module", "missing_name"}
EXPECTED = {"removed": GONE, "moved": GONE, "import_raises": {"raises"}, "import_warns": {"warns"}}


def name_facts(target: Target) -> Iterator[NameFact]:
    for facts in reference.name_facts().values():
        yield from (fact for fact in facts if holds(fact.since, fact.until, target))


def test_old_names(target: Target, statuses: dict[str, str]) -> None:
    wrong = {
        fact.old: statuses[fact.old]
        for fact in name_facts(target)
        if statuses[fact.old] not in EXPECTED[fact.what] and not fact.old.startswith(NOT_IMPORTED)
    }
    assert wrong == {}


def test_new_names(target: Target, statuses: dict[str, str]) -> None:
    wrong = {fact.new: statuses[fact.new] for fact in name_facts(target) if fact.new and statuses[fact.new] != "ok"}
    assert {name: status for name, status in wrong.items() if not name.startswith(NOT_IMPORTED)} == {}


def test_names_of_the_index(target: Target, statuses: dict[str, str]) -> None:
    wrong = {
        name: status
        for name, status in statuses.items()
        if reference.has_name(name, target) and status not in ("ok", "warns") and not name.startswith(NOT_IMPORTED)
    }
    assert wrong == {}


def test_index_is_complete(target: Target, installed: Dump) -> None:
    missing = [path for path in installed.names if not reference.has_name(dotted(path), target)]
    assert missing == []


def test_definitions(target: Target, installed: Dump) -> None:
    for path, row in installed.public():
        if ":" in path and str(row.get("at", "")).startswith("prefect.") and row["kind"] != "module":
            assert reference.definition(dotted(path), target) == dotted(row["at"]), path


def test_members(target: Target, installed: Dump) -> None:
    for facts in reference.member_facts().values():
        for fact in facts:
            if holds(fact.since, fact.until, target):
                found = installed.definition(_path(fact.in_target or fact.cls, installed)) or ""
                assert found in installed.classes, fact
                assert fact.member not in installed.members(found), fact


def test_class_members_of_the_index(target: Target, installed: Dump) -> None:
    for path in installed.homes:
        if path in installed.classes and reference.lineage(dotted(path), target):
            public = {name for name in installed.members(path) if not name.startswith("_")}
            assert public <= (reference.members_of(dotted(path), target) or set()), path


def test_signatures_of_the_index(target: Target, installed: Dump) -> None:
    for path, row in installed.callables():
        found = index._signature(path, target[1])
        if found is not None:
            assert found.flavour == row["flavour"], path
            is_method = "." in path.partition(":")[2]
            spelled = spell_signature(row["signature"])
            assert found.parameters == tuple(index._parameters(spelled, is_method=is_method)), path


def test_flavours(target: Target, installed: Dump) -> None:
    callables = dict(installed.callables())
    for facts in reference.flavour_facts().values():
        for fact in facts:
            if holds(fact.since, fact.until, target):
                assert _callable(fact.in_target or fact.callable, installed, callables)["flavour"] == fact.new, fact


def test_parameters(target: Target, installed: Dump) -> None:
    callables = dict(installed.callables())
    for facts in reference.parameter_facts().values():
        for fact in facts:
            if holds(fact.since, fact.until, target):
                row = _callable(fact.in_target or fact.callable, installed, callables)
                _check_parameter(fact, row, target)


def _check_parameter(fact: ParameterFact, row: Row, target: Target) -> None:
    parameters = {
        parameter[0]: parameter for parameter in row["signature"] if parameter[0] not in ("self", "cls", "mcs")
    }
    positional = [name for name, parameter in parameters.items() if parameter[1] in ("", "/")]
    if fact.what in ("removed", "ignored", "swallowed"):
        assert fact.parameter not in parameters, fact
        assert (fact.what == "swallowed") is any(parameter[1] == "**" for parameter in parameters.values()), fact
        assert (fact.what == "ignored") is (fact.what != "swallowed" and row.get("extra") == "ignore"), fact
    elif fact.what in ("required", "new_required"):
        assert len(parameters[fact.parameter]) == 2, fact
    elif fact.what == "keyword_only":
        assert parameters[fact.parameter][1] == "k", fact
    elif fact.what == "repositioned":
        assert positional.index(fact.parameter) == int(fact.new_default or -1), fact
    else:
        assert parameters[fact.parameter][2] == fact.new_default, fact
    if fact.new and fact.what in ("removed", "ignored") and (fact.since, fact.until) != ((3, 0), (3, 1)):
        assert fact.new in parameters, fact


def _path(name: str, installed: Dump) -> str:
    module, _, last = name.rpartition(".")
    return f"{module}:{last}"


def _callable(name: str, installed: Dump, callables: dict[str, Row]) -> Row:
    """A callable by its dotted name, of which only the module's part is not told apart."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module, rest = ".".join(parts[:length]), ".".join(parts[length:])
        if f"{module}:{rest}" in callables:
            return callables[f"{module}:{rest}"]
    pytest.fail(f"{name} is not there")
