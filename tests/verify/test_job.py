"""The job variables that are in effect."""

from __future__ import annotations

from typing import Any

import pytest

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.expected import BOTH_DEFAULTS, MADE_UP, NAMED, WORKER_DEFAULT, ExpectedInDeployment
from prefect_migrate.verify.job import effective_job, merge_overrides
from prefect_migrate.verify.normalise import normalise
from tests.verify.records import AFTER, BEFORE, after, before, block, kubernetes_block, pool, process_block

RESOURCES = {"limits": {"cpu": "2"}, "requests": {"cpu": "500m"}}


def test_overrides_go_into_the_block_key_by_key() -> None:
    record = before(process_block(env={"A": "1", "B": "2"}), infra_overrides={"env.A": "9", "env.C": "3"})
    assert effective_job(record, 2).variables["env"] == {"A": "9", "B": "2", "C": "3"}


def test_whole_env_replaces_the_block_in_2_and_is_merged_in_3() -> None:
    record = before(process_block(env={"A": "1"}), infra_overrides={"env": {"B": "2"}})
    assert effective_job(record, 2).variables["env"] == {"B": "2"}
    new = after(pool("process", env={"A": "1"}), job_variables={"env": {"B": "2"}})
    assert effective_job(new, 3).variables["env"] == {"A": "1", "B": "2"}


def test_only_env_is_merged_with_the_pool() -> None:
    defaults = {"env": {"A": "1"}, "labels": {"a": "1"}}
    given = {"env.B": "2", "labels": {"b": "2"}}
    assert merge_overrides(defaults, given) == {"env": {"A": "1", "B": "2"}, "labels": {"b": "2"}}


def test_dotted_and_nested_overrides_meet() -> None:
    assert merge_overrides({}, {"env.A": "1", "env": {"B": "2"}}) == {"env": {"A": "1", "B": "2"}}


def test_command_is_a_list_of_words() -> None:
    assert effective_job(before(process_block(command=["python", "-m", "x y"])), 2).variables["command"] == [
        "python",
        "-m",
        "x y",
    ]
    new = after(pool("process", command="python -m 'x y'"))
    assert effective_job(new, 3).variables["command"] == ["python", "-m", "x y"]


def test_fields_take_the_shape_of_the_variables() -> None:
    docker = before(block("docker-container", {"image_pull_policy": "IF_NOT_PRESENT"}))
    assert effective_job(docker, 2).variables == {"image_pull_policy": "IfNotPresent"}
    cloud_run = before(block("cloud-run-job", {"memory": 512, "memory_unit": "Mi"}))
    assert effective_job(cloud_run, 2).variables == {"memory": "512Mi"}
    vertex = before(block("vertex-ai-custom-training-job", {"maximum_run_time": 5400.0}))
    assert effective_job(vertex, 2).variables == {"maximum_run_time_hours": 2}


def test_field_without_a_variable_is_lost_unless_default() -> None:
    schema = {"fields": {"properties": {"task_watch_poll_interval": {"default": 5.0}}}}
    kept = block("ecs-task", {"task_watch_poll_interval": 5.0}, block_schema=schema)
    lost = block("ecs-task", {"task_watch_poll_interval": 1.0}, block_schema=schema)
    assert effective_job(before(kept), 2).lost == {}
    assert effective_job(before(lost), 2).lost == {"task_watch_poll_interval": 1.0}
    assert normalise(before(lost), BEFORE)["infrastructure"] == {"task_watch_poll_interval": 1.0}


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({"aws_access_key_id": None, "aws_client_parameters": {"use_ssl": True}, "block_type_slug": "x"}, {}),
        ({"aws_access_key_id": "key"}, {"aws_credentials": "<in the block>"}),
        ({"aws_client_parameters": {"use_ssl": False}}, {"aws_credentials": "<in the block>"}),
        ({"project": "stand-in"}, {"aws_credentials": "<the account of this verification>"}),
    ],
)
def test_credentials_that_hold_nothing_are_not_set(credentials: dict[str, Any], expected: dict[str, str]) -> None:
    record = before(block("ecs-task", {"aws_credentials": credentials}))
    assert effective_job(record, 2).variables == expected


@pytest.mark.parametrize(
    ("credentials", "written", "reason"),
    [
        ({"project": "stand-in"}, None, MADE_UP),
        ({"project": "stand-in"}, "{{ prefect.blocks.gcp-credentials.etl }}", NAMED),
        ({"project": "own"}, None, None),
        ({"project": "own"}, "{{ prefect.blocks.gcp-credentials.etl }}", NAMED),
        ({"project": "stand-in"}, "other", None),
    ],
)
def test_account_that_a_verification_made_up_may_be_left_out(
    credentials: dict[str, Any], written: str | None, reason: str | None
) -> None:
    old = before(block("cloud-run-job", {"credentials": credentials}))
    new = after(pool("cloud-run", **({"credentials": written} if written else {})))
    assert reasons(old, new)["job_variables.credentials"] == reason


def test_request_that_a_block_of_ecs_customizes() -> None:
    patch = [{"op": "add", "path": "/overrides/taskRoleArn", "value": "role"}]
    old = effective_job(before(block("ecs-task", {"task_customizations": patch})), 2)
    customized = pool("ecs")
    customized["base_job_template"]["job_configuration"]["task_run_request"]["overrides"]["taskRoleArn"] = "role"
    assert old.lost == {}
    assert old.manifest == effective_job(after(customized), 3).manifest
    assert effective_job(after(pool("ecs")), 3).manifest == {} != old.manifest
    assert effective_job(before(block("ecs-task", {"task_customizations": []})), 2).manifest == {}


# -- defaults --------------------------------------------------------------------------------------------------------


def reasons(old: Any, new: Any) -> dict[str, str | None]:
    one, other = normalise(old, BEFORE), normalise(new, AFTER)
    found = compare(one, other, ExpectedInDeployment(one, other)).differences
    return {item.field: item.reason for item in found if item.field.startswith("job_variables")}


def test_default_of_the_worker_is_expected() -> None:
    old, new = before(kubernetes_block(stream_output=True)), after(pool("kubernetes"))
    assert reasons(old, new) == {
        "job_variables.image_pull_policy": WORKER_DEFAULT,
        "job_variables.namespace": WORKER_DEFAULT,
    }


def test_lost_value_is_not_excused_by_a_default() -> None:
    old, new = before(kubernetes_block(stream_output=True, namespace="etl")), after(pool("kubernetes"))
    assert reasons(old, new)["job_variables.namespace"] is None


def test_value_that_is_the_workers_default_may_be_left_to_it() -> None:
    old = before(kubernetes_block(stream_output=True, namespace="default", image_pull_policy="IfNotPresent"))
    assert reasons(old, after(pool("kubernetes"))) == {}


def test_defaults_that_differ_are_told() -> None:
    data = {"maximum_run_time": 7 * 24 * 3600.0}
    found = reasons(
        before(block("vertex-ai-custom-training-job", data)), after(pool("vertex-ai"), work_pool_name="vertex-ai-pool")
    )
    assert found["job_variables.maximum_run_time_hours"] == BOTH_DEFAULTS


# -- Kubernetes ------------------------------------------------------------------------------------------------------


def manifest_difference(old: Any, new: Any) -> list[str]:
    found = compare(effective_job(old, 2).manifest, effective_job(new, 3).manifest)
    return [str(item) for item in found.differences]


def customised(path: str, value: Any) -> dict[str, Any]:
    return kubernetes_block(customizations=[{"op": "add", "path": path, "value": value}])


def with_manifest(**parts: Any) -> dict[str, Any]:
    work_pool = pool("kubernetes")
    manifest = work_pool["base_job_template"]["job_configuration"]["job_manifest"]
    spec = manifest["spec"]["template"]["spec"]
    for name, value in parts.items():
        (spec["containers"][0] if name == "resources" else spec)[name] = value
    return work_pool


def test_plain_blocks_job_is_the_workers() -> None:
    old = kubernetes_block(image="x:1", env={"A": "1"}, labels={"team": "etl"}, finished_job_ttl=60, command=["a", "b"])
    new = pool("kubernetes", image="x:1", env={"A": "1"}, labels={"team": "etl"}, finished_job_ttl=60, command="a b")
    assert manifest_difference(before(old), after(new)) == []


def test_customization_is_found_in_the_template() -> None:
    old = customised("/spec/template/spec/containers/0/resources", RESOURCES)
    assert manifest_difference(before(old), after(with_manifest(resources=RESOURCES))) == []


def test_customization_may_become_variables() -> None:
    old = customised("/spec/template/spec/containers/0/resources", RESOURCES)
    new = after(pool("kubernetes", cpu_limit="2"), job_variables={"cpu_request": "500m"})
    assert manifest_difference(before(old), new) == []


def test_lost_customization_is_named() -> None:
    old = customised("/spec/template/spec/nodeSelector", {"disk/type": "ssd"})
    assert manifest_difference(before(old), after(pool("kubernetes"))) == [
        "['spec.template.spec.nodeSelector.disk/type']: 'ssd' -> nothing"
    ]


def test_customizations_may_be_a_dict() -> None:
    old = kubernetes_block(customizations={"spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}}})
    assert manifest_difference(before(old), after(with_manifest(nodeSelector={"a": "b"}))) == []


def test_overridden_customizations_count() -> None:
    old = before(
        customised("/spec/template/spec/nodeSelector", {"a": "b"}),
        infra_overrides={
            "customizations": [{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"c": "d"}}]
        },
    )
    assert manifest_difference(old, after(with_manifest(nodeSelector={"c": "d"}))) == []


def test_environment_of_the_manifest_is_compared_by_name() -> None:
    old = customised("/spec/template/spec/containers/0/env/-", {"name": "A", "value": "1"})
    assert manifest_difference(before(old), after(pool("kubernetes"))) == [
        "['spec.template.spec.containers.0.env.A']: '1' -> nothing"
    ]


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, []), (3, ["['spec.backoffLimit']: 3 -> nothing"])], ids=["none", "three"]
)
def test_retries_of_the_job(limit: int, expected: list[str]) -> None:
    old = customised("/spec/backoffLimit", limit)
    assert manifest_difference(before(old), after(pool("kubernetes"))) == expected


def test_environment_is_made_of_texts_in_2() -> None:
    data = {"image": "x", "env": {"A": 1, "B": None}, "labels": {"n": 2}}
    variables = effective_job(before(block("docker-container", data), infra_overrides={"env.C": False}), 2).variables
    assert (variables["env"], variables["labels"]) == ({"A": "1", "C": "False"}, {"n": "2"})
