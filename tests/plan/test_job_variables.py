"""Fields of blocks in the shape of job variables."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from prefect_migrate.plan.infrastructure import as_variable


@pytest.mark.parametrize(
    ("variable", "literal", "expected"),
    [
        ("labels", {"team": 7, "on": True, "none": None}, {"team": "7", "on": "True", "none": None}),
        ("env", {"A": 1}, {"A": "1"}),  # the workers make texts of these themselves
        ("command", ["python", "-c", "a b"], "python -c 'a b'"),
        ("image_pull_policy", "IF_NOT_PRESENT", "IfNotPresent"),
        ("image_pull_policy", "Always", "Always"),
        ("maximum_run_time_hours", datetime.timedelta(minutes=90), 2),
        ("volumes", ("/a:/a",), ["/a:/a"]),
    ],
)
def test_shapes(variable: str, literal: Any, expected: Any) -> None:
    assert as_variable(variable, literal) == expected
