"""Differences that the change of engine brings."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.expected import (
    BACKSLASHES,
    BY_HAND,
    IN_IMAGE,
    NEW_IMAGE,
    NO_DAYS,
    NO_VERSION,
    NULLABLE,
    OWN_IMAGE,
    TEXT,
    VERSION,
    WORKER_DEFAULT,
    ExpectedInDeployment,
)
from prefect_migrate.verify.normalise import HASH


def reasons(before: dict[str, Any], after: dict[str, Any], pool_type: str = "process") -> list[str | None]:
    old = {"pool": {"type": pool_type}, **before}
    new = {"pool": {"type": pool_type}, **after, "runs_in": pool_type}
    old["runs_in"] = pool_type
    return [item.reason for item in compare(old, new, ExpectedInDeployment(old, new)).differences]


@pytest.mark.parametrize(
    ("variable", "before", "after", "pool_type"),
    [
        ("stream_output", "false", False, "process"),
        ("stream_output", "True", True, "process"),
        ("finished_job_ttl", "600", 600, "kubernetes"),
    ],
)
def test_text_of_an_override(variable: str, before: str, after: Any, pool_type: str) -> None:
    found = reasons({"job_variables": {variable: before}}, {"job_variables": {variable: after}}, pool_type)
    assert found == [TEXT]


@pytest.mark.parametrize(
    ("variable", "before", "after"),
    [("stream_output", "false", True), ("stream_output", "nonsense", False), ("working_dir", "1", 1)],
)
def test_another_value_is_a_difference(variable: str, before: str, after: Any) -> None:
    assert reasons({"job_variables": {variable: before}}, {"job_variables": {variable: after}}) == [None]


def test_variable_that_later_workers_have() -> None:
    assert reasons({"job_variables": {}}, {"job_variables": {"backoff_limit": 0}}, "kubernetes") == [WORKER_DEFAULT]
    assert reasons({"job_variables": {}}, {"job_variables": {"backoff_limit": 3}}, "kubernetes") == [None]


def schema(parameter: dict[str, Any]) -> dict[str, Any]:
    return {"parameter_schema": {"properties": {"options": parameter}}}


@pytest.mark.parametrize(
    ("before", "options"),
    [
        ({"type": "object", "title": "options", "position": 0}, [{"type": "object"}, {"type": "null"}]),
        ({"type": "object", "default": None}, [{"type": "object"}, {"type": "null"}]),
        (
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            [{"type": "string"}, {"type": "integer"}, {"type": "null"}],
        ),
    ],
)
def test_a_parameter_that_says_that_it_may_be_none(before: dict[str, Any], options: list[Any]) -> None:
    found = reasons(schema(before), schema({"anyOf": options, "title": before.get("title", "options")}))
    assert found
    assert set(found) == {NULLABLE}


@pytest.mark.parametrize(
    ("before", "options"),
    [
        ({"type": "object"}, [{"type": "string"}, {"type": "null"}]),
        ({"type": "object"}, [{"type": "object"}, {"type": "string"}]),
        ({"type": "integer", "default": 3}, [{"type": "integer"}, {"type": "null"}]),
    ],
)
def test_a_parameter_of_another_type_is_a_difference(before: dict[str, Any], options: list[Any]) -> None:
    assert None in reasons(schema(before), schema({"anyOf": options}))


def test_version_that_nobody_gave() -> None:
    assert reasons({"version": None}, {"version": HASH}) == [VERSION]
    assert reasons({"version": "1"}, {"version": HASH}) == [None]
    assert reasons({"version": HASH}, {"version": None}) == [NO_VERSION]
    assert reasons({"version": "1"}, {"version": None}) == [None]


def test_what_a_deployment_by_hand_did_not_register() -> None:
    schema = {"parameter_schema": {"properties": {"n": {"type": "integer"}}}}
    assert reasons({"parameter_schema": {}}, schema) == [BY_HAND]
    assert reasons({"parameter_schema": {}, "description": None}, {**schema, "description": "d"}) == [BY_HAND] * 2
    assert reasons({**schema, "description": None}, {**schema, "description": "d"}) == [None]


@pytest.mark.parametrize(
    ("directory", "entrypoint", "expected"),
    [
        ("/opt/prefect", "flows/etl.py:etl", [IN_IMAGE]),
        ("/opt/prefect", "etl.py:etl", [None]),
        ("/srv", "flows/etl.py:etl", [None]),
    ],
)
def test_the_folder_of_an_image_that_holds_the_same_file(
    directory: str, entrypoint: str, expected: list[str | None]
) -> None:
    before = {"code": {"directory": "/opt/prefect/flows"}, "entrypoint": entrypoint}
    assert reasons(before, {"code": {"directory": directory}, "entrypoint": entrypoint}) == expected


def test_each_engine_takes_an_image_of_its_own() -> None:
    own = {"job_variables": {"image": "prefecthq/prefect:2.20.26-python3.11"}}
    assert reasons(own, {"job_variables": {}}, "docker") == [OWN_IMAGE]
    assert reasons(own, {"job_variables": {"image": "other"}}, "docker") == [None]
    assert reasons({"job_variables": {"image": "me/flows:1"}}, {"job_variables": {}}, "docker") == [None]


def test_days_that_a_cron_line_does_not_choose() -> None:
    def schedules(cron: str, day_or: bool) -> dict[str, Any]:
        return {"schedules": [{"cron": cron, "day_or": day_or}]}

    assert reasons(schedules("0 3 * * *", True), schedules("0 3 * * *", False)) == [NO_DAYS]
    assert reasons(schedules("0 3 1 * *", True), schedules("0 3 1 * *", False)) == [NO_DAYS]
    assert reasons(schedules("0 3 1 * MON", True), schedules("0 3 1 * MON", False)) == [None]
    assert reasons(schedules("@daily", True), schedules("@daily", False)) == [None]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("prefecthq/prefect:2-python3.9", "prefecthq/prefect:3.8-python3.10", NEW_IMAGE),
        ("prefecthq/prefect:2.14.3-python3.11-conda", "prefecthq/prefect:3.8-python3.11-conda", NEW_IMAGE),
        ("ghcr.io/prefecthq/prefect:2", "ghcr.io/prefecthq/prefect:3.8", NEW_IMAGE),
        ("prefecthq/prefect:2-python3.11", "prefecthq/prefect:3.8-python3.10", None),
        ("prefecthq/prefect:2-python3.11", "prefecthq/prefect:3.8", None),
        ("prefecthq/prefect:2-python3.11", "ours/prefecthq/prefect:3.8-python3.11", None),
        ("prefecthq/prefect:2-python3.11-conda", "prefecthq/prefect:3.8-python3.11", None),
        ("prefecthq/prefect:2-python3.11", "prefecthq/prefect:2.20-python3.11", None),
        ("etl:2", "etl:3", None),
    ],
)
def test_image_of_the_new_version(before: str, after: str, expected: str | None) -> None:
    found = reasons({"job_variables": {"image": before}}, {"job_variables": {"image": after}}, "docker")
    assert found == [expected]


def test_path_as_windows_writes_it() -> None:
    before = {"code": {"directory": "."}, "entrypoint": "flows\\etl.py:etl"}
    assert reasons(before, {**before, "entrypoint": "flows/etl.py:etl"}) == [BACKSLASHES]
    assert reasons(before, {**before, "entrypoint": "flows/etl.py:other"}) == [None]
