"""Scripts that only make blocks of infrastructure: what takes their place."""

from __future__ import annotations

from tests.conftest import FLOWS, MakeProject, apply_twice, scan_folder

INFRA = """\
from prefect.infrastructure import DockerContainer

block = DockerContainer(image="me/etl:1")
block.save("{name}", overwrite=True)
check(block)
"""
DEPLOY = """\
from flows import etl
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer

Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer.load("etl")).apply()
"""


def step(make_project: MakeProject, name: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, "infra.py": INFRA.format(name=name)})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM301" and one.path == "infra.py")
    assert found.fix is None
    return found.next_step


def test_a_block_that_became_a_pool(make_project: MakeProject) -> None:
    expected = "work-pools/create.sh makes work pool 'etl' of it: delete the code that makes the block."
    assert step(make_project, "etl") == expected


def test_a_block_that_nothing_here_runs_in(make_project: MakeProject) -> None:
    expected = 'run `DockerContainer.load("other").publish_as_work_pool()`, which makes a work pool of type `docker`'
    assert expected in step(make_project, "other")


def test_a_block_of_a_module_whose_deployments_were_rewritten(make_project: MakeProject) -> None:
    blocks = 'from prefect.infrastructure import DockerContainer\n\nBLOCK = DockerContainer(image="me/etl:1")\n'
    deploy = DEPLOY.replace('DockerContainer.load("etl")', "BLOCK").replace("prefect.infrastructure", "blocks")
    deploy = deploy.replace("import DockerContainer", "import BLOCK")
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy, "blocks.py": blocks})
    apply_twice(folder)
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM301")
    assert found.path == "blocks.py"
    assert found.next_step.startswith("work-pools/create.sh makes work pool 'docker-pool' of it")


def test_a_block_whose_patch_does_not_fit_beside_a_pool_of_its_type(make_project: MakeProject) -> None:
    patch = '[{"op": "add", "path": "/spec/template/spec/volumes/-", "value": {}}]'
    code = f"from prefect.infrastructure import KubernetesJob\n\nBLOCK = KubernetesJob(customizations={patch})\n"
    create = "prefect --no-prompt work-pool create k --type kubernetes\n"
    folder = make_project({"blocks.py": code, "work-pools/create.sh": create})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM301")
    assert found.next_step.startswith("Make a work pool of type `kubernetes`")
