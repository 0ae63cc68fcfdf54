"""Two records that mean the same normalise to the same, up to the expected differences."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.expected import ENFORCED, NO_AGENTS, ExpectedInDeployment
from prefect_migrate.verify.normalise import normalise
from prefect_migrate.verify.records import Record
from tests.verify.records import AFTER, BEFORE, CRON, after, before, pool, process_block


def differences(old: Record, new: Record) -> list[str]:
    """The unexpected differences, as a reader sees them."""
    one, other = normalise(old, BEFORE), normalise(new, AFTER)
    found = compare(one, other, ExpectedInDeployment(one, other)).differences
    return [str(difference) for difference in found if not difference.expected]


def cron(**changed: Any) -> dict[str, Any]:
    return {"schedules": [{"schedule": {**CRON, **changed}}]}


def schema(definitions: str, model: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"parameter_openapi_schema": {definitions: {"M": {}}, "properties": {"m": model}, **more}}


def test_migrated_deployment_is_the_same() -> None:
    assert differences(before(process_block()), after()) == []


def test_pool_and_schema_are_expected_with_reasons() -> None:
    one, other = normalise(before(process_block()), BEFORE), normalise(after(), AFTER)
    found = compare(one, other, ExpectedInDeployment(one, other))
    assert {item.field: item.reason for item in found.differences} == {
        "enforce_parameter_schema": ENFORCED,
        "pool.name": NO_AGENTS,
        "pool.type": NO_AGENTS,
    }
    assert found.equal
    assert found.folded == one


def test_named_typed_pool_must_keep_its_name_and_type() -> None:
    old = before(work_pool_name="etl-pool")
    old.pool = pool("process", "etl-pool")
    assert differences(old, after()) == ["pool.name: 'etl-pool' -> 'process-pool'"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (cron(cron="0 10 * * *"), "schedules[0].cron: '0 9 * * *' -> '0 10 * * *'"),
        (cron(timezone=None), "schedules[0].timezone: 'America/Chicago' -> 'UTC'"),
        ({"parameters": {}}, "parameters.n: 1 -> nothing"),
        ({"parameters": {"n": "1"}}, "parameters.n: 1 -> '1'"),
        ({"tags": ["a"]}, "tags: ['a', 'b'] -> ['a']"),
        ({"description": "None"}, "description: 'Loads it.' -> None"),
        ({"version": "2.0"}, "version: '1.0' -> '2.0'"),
        ({"work_queue_name": None}, "queue.name: 'etl' -> 'default'"),
        ({"entrypoint": "other.py:etl"}, "entrypoint: 'flows.py:etl' -> 'other.py:etl'"),
        ({"pull_steps": [], "path": "/opt"}, "code.directory: '.' -> '/opt'"),
    ],
)
def test_field_that_differs_is_named(changed: dict[str, Any], expected: str) -> None:
    assert differences(before(process_block()), after(**changed)) == [expected]


def test_how_days_are_chosen_is_named() -> None:
    both = "0 9 1 * MON"
    old = before(process_block(), **cron(cron=both))
    assert differences(old, after(**cron(cron=both, day_or=False))) == ["schedules[0].day_or: True -> False"]


def test_other_pool_type_is_a_difference() -> None:
    new = after(pool("docker"), work_pool_name="docker-pool")
    assert "runs_in: 'process' -> 'docker'" in differences(before(process_block()), new)


# -- what is the same in other words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"description": None}, {"description": "None"}),
        ({"version": "0" * 32}, {"version": "f" * 32}),
        ({"work_queue_name": None}, {"work_queue_name": "default"}),
        ({"entrypoint": "./flows.py:etl"}, {}),
        ({"infra_overrides": {"env.A": "1"}}, {"job_variables": {"env": {"A": "1"}}}),
        ({}, {"pull_steps": None, "path": ".", "job_variables": {"working_dir": "/tmp/3/etl"}}),
        (
            schema("definitions", {"allOf": [{"$ref": "#/definitions/M"}]}),
            schema("$defs", {"$ref": "#/$defs/M"}, required=[]),
        ),
    ],
)
def test_same_in_other_words(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert differences(before(process_block(), **old), after(**new)) == []


def test_switches_of_deployment_and_schedule_are_one() -> None:
    old = before(
        process_block(), paused=True, is_schedule_active=False, schedules=[{"schedule": CRON, "active": False}]
    )
    new = after(paused=True, schedules=[{"schedule": CRON, "active": True}])
    assert differences(old, new) == []


def test_lost_pause_is_named() -> None:
    old = before(
        process_block(), paused=True, is_schedule_active=False, schedules=[{"schedule": CRON, "active": False}]
    )
    assert differences(old, after()) == ["paused: True -> False", "schedules[0].active: False -> True"]


def test_pause_without_schedule_is_compared() -> None:
    assert differences(before(process_block(), schedules=[]), after(schedules=[], paused=True)) == [
        "paused: False -> True"
    ]


def test_anchor_taken_at_registration_is_no_difference() -> None:
    old = {"interval": 3600.0, "anchor_date": "2023-11-14T22:13:21+00:00", "timezone": "UTC"}
    new = {"interval": 3600, "anchor_date": "2023-11-14T22:13:29.5Z", "timezone": "UTC"}
    assert (
        differences(before(process_block(), schedules=[{"schedule": old}]), after(schedules=[{"schedule": new}])) == []
    )


def test_written_anchor_is_compared_as_a_moment() -> None:
    old = {"interval": 60.0, "anchor_date": "2024-01-01T01:00:00+01:00", "timezone": "UTC"}
    same = {"interval": 60.0, "anchor_date": "2024-01-01T00:00:00Z", "timezone": "UTC"}
    other = {"interval": 60.0, "anchor_date": "2024-01-01T00:30:00Z", "timezone": "UTC"}
    record = before(process_block(), schedules=[{"schedule": old}])
    assert differences(record, after(schedules=[{"schedule": same}])) == []
    assert differences(record, after(schedules=[{"schedule": other}])) == [
        "schedules[0].anchor: '2024-01-01T00:00:00+00:00' -> '2024-01-01T00:30:00+00:00'"
    ]


def test_start_that_prefect_3_adds_to_a_rrule_is_no_difference() -> None:
    old = {"rrule": "FREQ=DAILY", "timezone": "UTC"}
    new = {"rrule": "DTSTART:20200101T000000\nFREQ=DAILY", "timezone": "UTC"}
    moved = {"rrule": "DTSTART:20240101T000000\nFREQ=DAILY", "timezone": "UTC"}
    record = before(process_block(), schedules=[{"schedule": old}])
    assert differences(record, after(schedules=[{"schedule": new}])) == []
    assert len(differences(record, after(schedules=[{"schedule": moved}]))) == 1


def test_schedule_of_an_old_server() -> None:
    old = before(process_block(), schedules=[], schedule=CRON)
    assert differences(old, after()) == []


def test_concurrency_of_the_queue_is_compared() -> None:
    old = before(process_block())
    old.queue = {"name": "etl", "concurrency_limit": 2}
    assert differences(old, after()) == ["queue.concurrency_limit: 2 -> None"]


def test_triggers_are_compared_without_ids() -> None:
    old, new = before(process_block()), after()
    for record in (old, new):
        identifier = record.deployment["id"]
        record.automations = [
            {
                "id": f"a{identifier}",
                "name": "on-file",
                "enabled": True,
                "trigger": {"id": f"t{identifier}", "type": "event", "expect": ["file.new"], "after": []},
                "actions": [{"type": "run-deployment", "deployment_id": identifier, "parameters": {"n": 2}}],
            }
        ]
    assert differences(old, new) == []
    new.automations[0]["trigger"]["expect"] = ["file.gone"]
    assert differences(old, new) == ["triggers[0].trigger.expect: ['file.new'] -> ['file.gone']"]


def test_place_of_the_project_is_no_difference() -> None:
    old = before(process_block(), parameters={"path": "/tmp/2/etl/data"})
    assert differences(old, after(parameters={"path": "/tmp/3/etl/data"})) == []
