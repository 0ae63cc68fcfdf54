"""PM204: which commands follow the deployments that named no pool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts
from tests.hosts.helpers import FLOWS

MakeProject = Callable[..., Path]
NAMED = FLOWS.replace('work_queue_name="etl"', 'work_pool_name="default-agent-pool"').replace("nightly", "hourly")
DOCKER = FLOWS.replace("import Deployment\n", "import Deployment\nfrom prefect.infrastructure import DockerContainer\n")
DOCKER = DOCKER.replace('"nightly"', '"hourly", infrastructure=DockerContainer(image="x")')

REWRITTEN = [
    "prefect work-queue ls --pool {}",
    "prefect work-pool pause {}",
    "prefect work-pool update {} --concurrency-limit 3",
    "prefect work-queue pause etl --pool={}",
    "prefect work-queue set-concurrency-limit etl 3 -p '{}'",
]


@pytest.mark.parametrize("command", REWRITTEN)
def test_what_follows(make_project: MakeProject, command: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": command.format("default-agent-pool") + "\n"})
    assert texts(apply_folder(folder, select=("PM204",))) == {"a.sh": command.format("process-pool") + "\n"}


@pytest.mark.parametrize(
    "command",
    [
        "prefect work-pool create default-agent-pool --type process",
        "prefect work-pool delete default-agent-pool",
        "prefect work-pool pause other",
        "prefect work-queue pause etl --pool other",
        "prefect work-queue pause other --pool default-agent-pool",
    ],
)
def test_what_does_not(make_project: MakeProject, command: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": f"{command}\n"})
    assert scan_folder(folder, select=("PM204",)).findings == []


def test_a_pool_that_deployments_name_stays(make_project: MakeProject) -> None:
    folder = make_project(
        {"flows.py": FLOWS, "named.py": NAMED, "a.sh": "prefect work-pool pause default-agent-pool\n"}
    )
    assert scan_folder(folder, select=("PM204",)).findings == []


def test_several_pools_are_for_a_person(make_project: MakeProject) -> None:
    command = "prefect work-pool set-concurrency-limit default-agent-pool 2\n"
    folder = make_project({"flows.py": FLOWS, "docker.py": DOCKER, "a.sh": command})
    (finding,) = scan_folder(folder, select=("PM204",)).findings
    assert finding.fix is None
    assert finding.reason == "they belong to several work pools: docker-pool, process-pool"


def test_deployments_that_name_it_get_a_process(make_project: MakeProject) -> None:
    line = "prefect deployment build flows.py:etl -n nightly -p default-agent-pool -q etl -a\n"
    folder = make_project({"flows.py": "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n", "build.sh": line})
    (finding,) = scan_folder(folder, select=("PM110",)).findings
    assert finding.next_step.endswith("if the server has it with type prefect-agent, delete it first.")
    script = texts(apply_folder(folder, unsafe=True))["work-pools/create.sh"]
    assert script is not None
    assert "work-pool create default-agent-pool --type process\n" in script


def test_another_pool_may_have_any_type(make_project: MakeProject) -> None:
    line = "prefect deployment build flows.py:etl -n nightly -p mine -q etl -a\n"
    folder = make_project({"flows.py": "from prefect import flow\n\n\n@flow\ndef etl():\n    pass\n", "build.sh": line})
    assert "work-pools/create.sh" not in texts(apply_folder(folder, unsafe=True))
