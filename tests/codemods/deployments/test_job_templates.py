"""What shapes the job itself goes into the template of a work pool."""

from __future__ import annotations

import json

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = """\
import os
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer, DockerRegistry, KubernetesJob
from flows import etl

MOUNT = [{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"disk": "ssd"}}]
"""
SECRET = '[{"op": "add", "path": "/spec/template/spec/containers/0/env/-", "value": {"name": "A", "valueFrom": {}}}]'
JOB = 'KubernetesJob(image="i")'


def build(overrides: str, block: str = JOB, name: str = "a") -> str:
    given = f"infrastructure={block}, infra_overrides={overrides}" if overrides else f"infrastructure={block}"
    return f'Deployment.build_from_flow(etl, "{name}", path="/app", {given}).apply()\n'


def manifest(changed: dict[str, str | None], pool: str = "kubernetes-pool") -> dict[str, dict[str, object]]:
    spec = json.loads(changed[f"work-pools/{pool}.json"] or "")["job_configuration"]["job_manifest"]["spec"]
    return spec["template"]["spec"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("overrides", "left"),
    [
        ('{"customizations": MOUNT}', None),
        ('{"customizations": MOUNT, "namespace": "n"}', '"namespace": "n"'),
        ('{"namespace": os.environ["N"], "customizations": MOUNT}', '"namespace": os.environ["N"]'),
        ('{"customizations": MOUNT, "env.A": os.environ["A"]}', '"env": {"A": os.environ["A"]}'),
    ],
)
def test_overrides_of_the_job(make_project: MakeProject, overrides: str, left: str | None) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + build(overrides)})
    changed = texts(apply_folder(folder, unsafe=True))
    written = (changed.get("deploy.py") or "") + (changed.get("prefect.yaml") or "")
    assert manifest(changed)["nodeSelector"] == {"disk": "ssd"}
    assert "customizations" not in written
    assert (left or "job_variables") in written.replace("namespace: n", '"namespace": "n"') or left is None


def test_overrides_that_have_a_name(make_project: MakeProject) -> None:
    code = 'GIVEN = {"customizations": MOUNT, "namespace": "n"}\n' + build("GIVEN", name="b").replace(
        "path=", "tags=T, path="
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + "T = os.environ['T'].split()\n" + code})
    changed = texts(apply_folder(folder, unsafe=True))
    assert 'job_variables={"namespace": "n"}' in (changed["deploy.py"] or "")
    assert manifest(changed)["nodeSelector"] == {"disk": "ssd"}


def test_comments_of_what_goes(make_project: MakeProject) -> None:
    overrides = '{\n    "customizations": [\n        # fast disks\n        *MOUNT,\n    ],\n}'.replace(
        "*MOUNT", '{"op": "add", "path": "/spec/x", "value": 1}'
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + build(overrides)})
    assert "# fast disks" in (texts(apply_folder(folder, unsafe=True))["work-pools/create.sh"] or "")


def test_two_kinds_of_job_get_two_pools(make_project: MakeProject) -> None:
    code = build("") + build('{"customizations": MOUNT}', name="b")
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    plan = scan_folder(folder).plan
    assert [deployment.pool.name for deployment in plan.deployments if deployment.pool] == [
        "kubernetes-pool",
        "kubernetes-pool-2",
    ]


def test_variables_that_are_added_to(make_project: MakeProject) -> None:
    """The worker puts its own in front of a list."""
    code = build("", f"KubernetesJob(env={{'B': '1'}}, customizations={SECRET})")
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    spec = manifest(texts(apply_folder(folder)))
    assert spec["containers"][0]["env"] == [{"name": "A", "valueFrom": {}}]  # type: ignore[index]


def test_a_block_on_the_server_is_published_with_them(make_project: MakeProject) -> None:
    code = build('{"customizations": MOUNT}', 'KubernetesJob.load("prod")')
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.REVIEW
    assert 'KubernetesJob(**{**KubernetesJob.load("prod").dict(), "customizations": [{' in found.next_step
    assert "publish_as_work_pool('prod')" in found.next_step


@pytest.mark.parametrize(
    "overrides",
    ['{"customizations": ask()}', '{"customizations.0": 1}', '{"customizations": ask(), "env": {}}'],
)
def test_what_cannot_be_known(make_project: MakeProject, overrides: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + build(overrides)})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM101")
    assert found.applicability is Applicability.MANUAL
    assert "is the job's template" in found.reason


def test_credentials_of_one_deployment_of_a_pool(make_project: MakeProject) -> None:
    registry = 'R = DockerRegistry(username="u", password="p", registry_url="r")\nR.save("reg")\n'
    with_it = build("", 'DockerContainer(image="a", image_registry=R)').replace("path=", 'work_pool_name="p", path=')
    without = build("", 'DockerContainer(image="b")', "b").replace("path=", 'work_pool_name="p", path=')
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + registry + with_it + without})
    changed = texts(apply_folder(folder, unsafe=True))
    named = "{{ prefect.blocks.docker-registry-credentials.reg }}"
    assert f'"registry_credentials": "{named}"' in (changed["deploy.py"] or "")
    variables = json.loads(changed["work-pools/p.json"] or "")["variables"]["properties"]
    assert {"type": "string"} in variables["registry_credentials"]["anyOf"]


ECS = "from prefect_aws.ecs import ECSTask\n"


def request_of(changed: dict[str, str | None]) -> dict[str, object]:
    configuration = json.loads(changed["work-pools/ecs-pool.json"] or "")["job_configuration"]
    return configuration["task_run_request"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ('{"op": "replace", "path": "/x/assignPublicIp", "value": "DISABLED"}', {"assignPublicIp": "DISABLED"}),
        ('{"op": "add", "path": "/x/securityGroups/-", "value": "g"}', {"securityGroups": ["g"]}),
    ],
)
def test_the_network_of_an_ecs_task(make_project: MakeProject, patch: str, expected: dict[str, object]) -> None:
    subnets = '{"op": "add", "path": "/x/subnets", "value": ["s"]}'
    patches = f"[{patch}, {subnets}]".replace("/x/", "/networkConfiguration/awsvpcConfiguration/")
    code = build("", f'ECSTask(vpc_id="v", task_customizations={patches})')
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + ECS + code})
    result = apply_folder(folder, unsafe=True)
    whole = {"subnets": ["s"], "assignPublicIp": "ENABLED", "securityGroups": []}
    assert request_of(texts(result))["networkConfiguration"] == {"awsvpcConfiguration": whole | expected}
    assert not [finding for finding in result.remaining.findings if finding.code == "PM101"]


def test_the_network_of_an_ecs_task_needs_its_subnets(make_project: MakeProject) -> None:
    patch = (
        '[{"op": "replace", "path": "/networkConfiguration/awsvpcConfiguration/assignPublicIp", "value": "DISABLED"}]'
    )
    code = build("", f"ECSTask(task_customizations={patch})")
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + ECS + code})
    result = apply_folder(folder, unsafe=True)
    assert "work-pools/ecs-pool.json" not in texts(result)
    (finding,) = (finding for finding in result.remaining.findings if finding.code == "PM101")
    assert "all subnets of the VPC" in (finding.reason or "")


def test_a_patch_that_does_not_fit_is_told_in_a_few_words(make_project: MakeProject) -> None:
    code = build("", 'KubernetesJob(customizations=[{"op": "replace", "path": "/spec/nothing", "value": 1}])')
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    (finding,) = (one for one in apply_folder(folder, unsafe=True).remaining.findings if one.code == "PM101")
    assert (finding.reason or "").startswith("the customizations don't fit")
    assert len(finding.reason or "") < 150
