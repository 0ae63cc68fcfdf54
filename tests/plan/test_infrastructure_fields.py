"""Every field of every infrastructure block goes where the reference says, or gives a finding that names it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from prefect_migrate import reference
from prefect_migrate.findings import Place
from prefect_migrate.plan.infrastructure import TEMPLATE_FIELDS, settings_of
from prefect_migrate.plan.model import Block, Site, Value

BLOCKS = sorted(reference.infrastructure_blocks())
FIELDS = [
    (cls, field) for cls in BLOCKS for field in reference.block_fields(cls) if field not in ("type", "block_type_slug")
]


def block(cls: str, **fields: Any) -> Block:
    values = {name: Value(repr(value), value) for name, value in fields.items()}
    return Block(Site("deploy.py", Place(1, 1, 1, 1)), cls, "infrastructure", values)


@pytest.mark.parametrize(("cls", "field"), FIELDS)
def test_every_field_has_a_place(cls: str, field: str) -> None:
    fact = reference.block_fields(cls)[field]
    value = "{{ prefect.blocks.x.y }}" if "reference to a block" in (fact.note or "") else "x"
    settings = settings_of(block(cls, **{field: value}))
    variable = fact.job_variable
    if field in TEMPLATE_FIELDS:
        assert settings.template == {field: "x"}
    elif variable is not None:
        assert variable in settings.variables
        assert variable in reference.job_variables(reference.infrastructure_blocks()[cls].pool_type)
    else:
        assert settings.lost[field]
        assert settings.variables == {}


def test_all_fields_are_covered() -> None:
    assert len(BLOCKS) == 7
    assert len(FIELDS) > 100


@pytest.mark.parametrize(
    ("cls", "fields", "variables"),
    [
        ("Process", {"command": ["python", "-m", "a b"]}, {"command": "python -m 'a b'"}),
        ("DockerContainer", {"image_pull_policy": "IF_NOT_PRESENT"}, {"image_pull_policy": "IfNotPresent"}),
        ("KubernetesJob", {"image_pull_policy": "Always"}, {"image_pull_policy": "Always"}),
        ("CloudRunJob", {"memory": 512, "memory_unit": "Mi"}, {"memory": "512Mi"}),
        ("CloudRunJob", {"memory_unit": "Gi", "memory": 2}, {"memory": "2Gi"}),
        ("CloudRunJob", {"cpu": 2}, {"cpu": "2000m"}),
        ("ECSTask", {"cpu": "512", "memory": "1024"}, {"cpu": 512, "memory": 1024}),
        ("VertexAICustomTrainingJob", {"service_account": "a"}, {"service_account_name": "a"}),
        (
            "VertexAICustomTrainingJob",
            {"maximum_run_time": datetime.timedelta(hours=2)},
            {"maximum_run_time_hours": 2},
        ),
    ],
)
def test_shapes(cls: str, fields: dict[str, Any], variables: dict[str, Any]) -> None:
    settings = settings_of(block(cls, **fields))
    assert settings.variables == variables
    assert settings.lost == {}


def test_half_hours_are_rounded_up_and_told() -> None:
    settings = settings_of(block("VertexAICustomTrainingJob", maximum_run_time=datetime.timedelta(minutes=90)))
    assert settings.variables == {"maximum_run_time_hours": 2}
    assert "rounded up" in settings.lost["maximum_run_time"]


def test_block_that_only_the_code_knows_is_told() -> None:
    made = block("ECSTask")
    made.fields["aws_credentials"] = Value("credentials()")
    settings = settings_of(made)
    assert settings.expressions == {}
    assert "credentials()" in settings.lost["aws_credentials"]


def test_a_text_in_the_place_of_a_block_is_told() -> None:
    settings = settings_of(block("DockerContainer", image="a", image_registry="ALWAYS"))
    assert settings.variables == {"image": "a"}
    assert settings.lost == {"image_registry": "`'ALWAYS'` is no block, and neither version takes it"}


@pytest.mark.parametrize("cls", ["Process", "DockerContainer", "KubernetesJob"])
def test_the_command_of_old_manifests_is_no_choice(cls: str) -> None:
    assert settings_of(block(cls, command=["python", "-m", "prefect.engine"])).variables == {}
    assert settings_of(block(cls, command=["python", "-m", "mine"])).variables == {"command": "python -m mine"}
