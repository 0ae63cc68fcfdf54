"""Numbers, switches and texts in the fields of blocks and in overrides: Prefect 2 made of them what it needed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prefect_migrate.plan.infrastructure import as_variable
from tests.conftest import FLOWS, MakeProject, apply_folder, texts

HEAD = (
    "import os\nfrom prefect.deployments import Deployment\n"
    "from prefect.infrastructure import DockerContainer, KubernetesJob, Process\nfrom flows import etl\n\nPORT = 80\n"
)


@pytest.mark.parametrize(
    ("cls", "variable", "value", "expected"),
    [
        ("Process", "env", {"A": 1, "B": False, "C": "x", "D": None}, {"A": "1", "B": "False", "C": "x", "D": None}),
        ("DockerContainer", "env", {"A": 1.5, "D": None}, {"A": "1.5"}),
        ("KubernetesJob", "labels", {"a": 1}, {"a": "1"}),
        ("DockerContainer", "mem_limit", 1000, "1000"),
        ("KubernetesJob", "finished_job_ttl", "300", 300),
        ("Process", "stream_output", "no", False),
        ("Process", "stream_output", "maybe", "maybe"),
        ("KubernetesJob", "namespace", "1", "1"),
        ("", "anything", 3, 3),
    ],
)
def test_the_type_that_the_worker_has(cls: str, variable: str, value: Any, expected: Any) -> None:
    found = as_variable(variable, value, cls)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('infra_overrides={"env.A": 1, "env.B": True}', '{"env": {"A": "1", "B": "True"}}'),
        ('infra_overrides={"env": {"A": 2, "B": os.environ["B"]}}', '{"env": {"A": "2", "B": os.environ["B"]}}'),
        ('infra_overrides={"env.A": PORT}', '{"env": {"A": str(PORT)}}'),
        ('infra_overrides={"env": {"A": PORT, "B": f()}}', '{"env": {"A": str(PORT), "B": f()}}'),
        ('job_variables={"env": {"A": "x"}, "stream_output": "false"}', '{"env": {"A": "x"}, "stream_output": False}'),
        ('infrastructure=Process(env={"A": False, "B": f()})', '{"env": {"A": "False", "B": f()}}'),
        ('infra_overrides={"env": {"A": None, "B": f()}}', '{"env": {"A": None, "B": f()}}'),
    ],
)  # fmt: skip
def test_in_the_sources_own_words(make_project: MakeProject, given: str, expected: str) -> None:
    code = f'{HEAD}Deployment.build_from_flow(etl, "n", {given}).apply()\n'
    text = texts(apply_folder(make_project({"flows.py": FLOWS, "deploy.py": code}), unsafe=True))["deploy.py"] or ""
    assert f"    job_variables={expected},\n" in text


def test_in_the_template_of_a_pool_and_in_prefect_yaml(make_project: MakeProject) -> None:
    code = (
        f'{HEAD}Deployment.build_from_flow(\n    etl, "n", infrastructure=Process(env={{"A": 1}}),\n'
        '    infra_overrides={"env.B": 2, "stream_output": "0"},\n).apply()\n'
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    files = texts(apply_folder(folder, unsafe=True, target_style="prefect-yaml"))
    template = json.loads(files["work-pools/process-pool.json"] or "")
    assert template["variables"]["properties"]["env"]["default"] == {"A": "1"}
    assert "          B: '2'\n        stream_output: false\n" in (files["prefect.yaml"] or "")


def test_only_a_process_is_told_that_a_variable_is_not_there(make_project: MakeProject) -> None:
    block = 'DockerContainer(image="me/x:1", env={"A": None, "B": f()})'
    code = f'{HEAD}d = Deployment.build_from_flow(etl, "n", infrastructure={block})\nd.apply()\nprint(d.name)\n'
    text = texts(apply_folder(make_project({"flows.py": FLOWS, "deploy.py": code}), unsafe=True))["deploy.py"] or ""
    assert 'job_variables={"env": {"B": f()}}' in text
