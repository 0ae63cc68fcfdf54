"""Every row of every table has its shape, its source and its place."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from packaging.version import Version

from prefect_migrate import reference
from prefect_migrate.reference.lines import lines, targets
from prefect_migrate.reference.schema import LINES, ROWS, BlockRow
from prefect_migrate.reference.tables import DATA, holds, minor, table

#: Table -> what tells its rows apart, but for the range of targets.
KEYS = {
    "names": ("old",),
    "members": ("cls", "member"),
    "parameters": ("callable", "parameter", "what"),
    "flavours": ("callable",),
    "settings": ("name",),
    "patches": ("name", "parameter", "since"),
    "infra": ("cls", "field"),
    "storage": ("cls",),
    "integrations": ("package",),
    "worker_templates": ("pool_type",),
}


def rows_of(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table(name)["rows"]
    return rows


def test_every_file_is_known() -> None:
    assert {path.stem for path in DATA.glob("*.json")} == {*ROWS, *LINES, "beside"}


def test_what_stands_beside_is_oldest_releases() -> None:
    """package of ours -> distribution -> the oldest release that can be installed with it."""
    packages = {name: floors for name, floors in table("beside").items() if name}
    assert "prefect" in packages
    for floors in packages.values():
        assert all(Version(floor) for floor in floors.values())


@pytest.mark.parametrize("name", sorted(ROWS))
def test_rows_are_valid(name: str) -> None:
    for row in rows_of(name):
        ROWS[name].model_validate(row)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_rows_have_sources(name: str) -> None:
    assert table(name)["meta"]["source"] or all(row.get("source") for row in rows_of(name))


def test_blocks_are_valid() -> None:
    for row in table("infra")["meta"]["blocks"]:
        BlockRow.model_validate(row)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_one_row_a_line(name: str) -> None:
    text = (DATA / f"{name}.json").read_text("utf-8")
    assert len(text.splitlines()) == len(rows_of(name)) + 3
    assert "\r" not in text


@pytest.mark.parametrize("name", sorted(KEYS))
def test_rows_are_sorted(name: str) -> None:
    keys = [tuple(row.get(key, "") for key in KEYS[name]) for row in rows_of(name)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", sorted(set(KEYS) - {"patches"}))
def test_ranges_do_not_overlap(name: str) -> None:
    def key(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(row.get(part, "") for part in KEYS[name])

    for found, group in itertools.groupby(rows_of(name), key):
        ranges = [(minor(row.get("since", "3.0")), minor(row.get("until"))) for row in group]
        for target in targets():
            assert sum(holds(since, until, target) for since, until in ranges if since) <= 1, (found, ranges)


@pytest.mark.parametrize("name", sorted(LINES))
def test_lines_are_valid(name: str) -> None:
    rows = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert rows[0][0] == ""
    for row in rows[1:]:
        LINES[name].validate_python(tuple(row))
    assert sum(map(len, lines(name).values())) == len(rows)


def test_kinds_are_classes_of_the_index() -> None:
    """What annotations say that something gives is a class that the same targets have."""
    for path in lines("kinds"):
        for target in targets():
            kind = reference.kind_of(path.replace(":", "."), target) if path else None
            name = (kind or "").removeprefix("list[").removesuffix("]")
            assert name in ("", "=") or reference.has_name(name, target), (path, kind, target)


def test_facts_have_sources() -> None:
    facts = [
        *itertools.chain.from_iterable(reference.name_facts().values()),
        *itertools.chain.from_iterable(reference.member_facts().values()),
        *itertools.chain.from_iterable(reference.parameter_facts().values()),
        *itertools.chain.from_iterable(reference.flavour_facts().values()),
        *itertools.chain.from_iterable(reference.setting_facts().values()),
        *(fact for cls in reference.infrastructure_blocks() for fact in reference.block_fields(cls).values()),
        *reference.infrastructure_blocks().values(),
        *reference.storage_blocks().values(),
        *reference.integrations().values(),
        *reference.worker_templates().values(),
    ]
    assert [fact for fact in facts if not fact.source] == []  # type: ignore[attr-defined]


def test_new_names_that_hold_are_in_the_index() -> None:
    """A new name exists in every target that its row holds for."""
    for facts in reference.name_facts().values():
        for fact in facts:
            for target in targets():
                if fact.new and holds(fact.since, fact.until, target):
                    assert reference.has_name(fact.new, target), (fact.old, fact.new, target)


def test_old_names_are_not_in_the_index() -> None:
    """What is gone is in no target that its row holds for; what only warns is in all of them."""
    for facts in reference.name_facts().values():
        for fact in facts:
            for target in targets():
                if holds(fact.since, fact.until, target):
                    there = reference.has_name(fact.old, target)
                    assert there is (fact.what == "import_warns"), (fact.old, target)


def test_job_variables_exist() -> None:
    for cls, block in reference.infrastructure_blocks().items():
        for fact in reference.block_fields(cls).values():
            assert fact.job_variable is None or fact.job_variable in reference.job_variables(block.pool_type)
