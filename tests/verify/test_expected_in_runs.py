"""Differences between flow runs that the change of engine brings."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.expected_in_runs import RETURNS_NOTHING, SAYS_NONE, WHOLE_SECONDS, expected_in_run

DONE = {"$type": "State", "type": "COMPLETED", "name": "Completed"}


def reasons(before: Any, after: Any) -> list[str | None]:
    return [item.reason for item in compare(before, after, expected_in_run).differences]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([DONE], None, RETURNS_NOTHING),
        ([DONE, DONE], None, RETURNS_NOTHING),
        ([DONE], [], None),
        ([DONE], 1, None),
        ([], None, None),
        ([DONE, 1], None, None),
        ([{"rows": 1}], None, None),
        (None, [DONE], None),
    ],
)
def test_result_of_a_flow_that_returns_nothing(before: Any, after: Any, expected: str | None) -> None:
    assert reasons({"result": before}, {"result": after}) == [expected]


def test_only_the_flow_itself_gives_states() -> None:
    assert reasons({"result": {"a": [DONE]}}, {"result": {"a": None}}) == [None]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.0, 0.5, WHOLE_SECONDS),
        (1.0, 1.9, WHOLE_SECONDS),
        ([0.0, 1.0], [0.5, 1.5], WHOLE_SECONDS),
        (0.0, 1.0, None),
        (1.0, 0.5, None),
        ([1.0], [1.5, 2.0], None),
        (10.0, [10.0], None),
    ],
)
def test_delay_before_a_retry(before: Any, after: Any, expected: str | None) -> None:
    assert reasons({"tasks": {"a": {"retry_delay": before}}}, {"tasks": {"a": {"retry_delay": after}}}) == [expected]
    assert reasons({"retry_delay": before}, {"retry_delay": after}) == [expected]


def test_a_task_that_is_gone_is_a_difference() -> None:
    assert reasons({"tasks": {"retry_delay": {}}}, {"tasks": {}}) == [None]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("", "None", SAYS_NONE), ("None", "", None), ("", "no", None), ("no", "None", None)],
)
def test_error_that_says_nothing(before: str, after: str, expected: str | None) -> None:
    old, new = ({"exception": {"type": "ObjectNotFound", "message": text}} for text in (before, after))
    assert reasons(old, new) == [expected]
