"""Boundaries that are known from elsewhere: release notes and sources of Prefect, read by hand.

The data was made by running the newest patch of each minor (tools/reference/releases.toml); these tests name the minor
at which a few much used things changed, each checked once more with `inspect.signature` or an import in the
environments of both sides of the boundary.
"""

from __future__ import annotations

import pytest

from prefect_migrate import reference

MINORS = range(10)


def holding(check: list[bool | None]) -> list[int]:
    return [minor for minor, holds in enumerate(check) if holds]


@pytest.mark.parametrize("method", ["deploy", "serve", "to_deployment"])
def test_schedule_is_absent_before_3_2(method: str) -> None:
    signatures = [reference.signature(f"prefect.Flow.{method}", (3, minor)) for minor in MINORS]
    assert holding([found is not None and found.accepts("schedule") for found in signatures]) == list(MINORS)[2:]
    facts = [reference.parameter(f"prefect.Flow.{method}", "schedule", (3, minor)) for minor in MINORS]
    assert [fact.what if fact else None for fact in facts[:2]] == ["removed", "removed"]
    assert all(fact is None or fact.what == "repositioned" for fact in facts[2:])


def test_is_schedule_active_is_gone_everywhere() -> None:
    assert all(reference.parameter("prefect.Flow.deploy", "is_schedule_active", (3, minor)) for minor in MINORS)


def test_no_cache_came_in_3_1() -> None:
    names = [reference.has_name("prefect.cache_policies.NO_CACHE", (3, minor)) for minor in MINORS]
    assert holding(names) == list(MINORS)[1:]


def test_no_cache_came_with_a_patch() -> None:
    assert reference.first_patch("prefect.cache_policies.NO_CACHE", target=(3, 1)) == (3, 1, 12)
    assert reference.first_patch("prefect.cache_policies.NO_CACHE", target=(3, 2)) is None


def test_notification_policies_went_in_3_4() -> None:
    client = "prefect.client.orchestration.PrefectClient"
    method = "create_flow_run_notification_policy"
    assert holding([reference.has_member(client, method, (3, minor)) for minor in MINORS]) == [0, 1, 2, 3]
    assert holding([bool(reference.member(client, method, (3, minor))) for minor in MINORS]) == list(MINORS)[4:]


@pytest.mark.parametrize(
    "function", ["prefect.concurrency.sync.concurrency", "prefect.concurrency.asyncio.concurrency"]
)
def test_create_if_missing_went_in_3_3(function: str) -> None:
    signatures = [reference.signature(function, (3, minor)) for minor in MINORS]
    assert holding([found is not None and found.accepts("create_if_missing") for found in signatures]) == [0, 1, 2]


def test_value_blocks_went_in_3_5() -> None:
    for block in ("JSON", "String", "DateTime"):
        names = [reference.has_name(f"prefect.blocks.system.{block}", (3, minor)) for minor in MINORS]
        assert holding(names) == [0, 1, 2, 3, 4]


def test_asset_modules_came_in_3_4() -> None:
    assert holding([reference.has_name("prefect.assets", (3, minor)) for minor in MINORS]) == list(MINORS)[4:]


def test_every_minor_is_examined() -> None:
    assert reference.targets() == tuple((3, minor) for minor in MINORS)
