"""The package of a worker: needed by the pool's type, known by any of its spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.apply import apply
from prefect_migrate.config import Config
from prefect_migrate.project import Project

FLOWS = """\
from prefect import flow
from prefect.deployments import Deployment
from prefect.infrastructure import {0}


@flow
def etl():
    pass


if __name__ == "__main__":
    Deployment.build_from_flow(etl, "nightly", work_queue_name="etl", infrastructure={0}()).apply()
"""
CONFIG = Config(select=("PM221",))


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).write_bytes(text.encode())


def found(folder: Path, block: str, files: dict[str, str]) -> list[tuple[str, int]]:
    write(folder, {"flows.py": FLOWS.format(block), "start.sh": "set -e\nprefect agent start -q etl\n", **files})
    left = apply(Project(folder), CONFIG, unsafe=False).remaining
    return [(finding.path, finding.place.line) for finding in left.findings]


INSTALLED = [
    {"requirements.txt": "prefect==3.8.8\nprefect-kubernetes\n"},
    {"requirements.txt": "prefect[aws, kubernetes]>=3\n"},
    {"Dockerfile": "FROM prefecthq/prefect:3.8.8-python3.11-kubernetes\n"},
    {"compose.yaml": "services:\n  a:\n    environment:\n      EXTRA_PIP_PACKAGES: prefect-kubernetes s3fs\n"},
    {"x.py": "from prefect_kubernetes import KubernetesJob\n"},
]


@pytest.mark.parametrize("files", INSTALLED)
def test_a_package_that_is_there(tmp_path: Path, files: dict[str, str]) -> None:
    assert found(tmp_path, "KubernetesJob", files) == []


def test_a_process_needs_none(tmp_path: Path) -> None:
    assert found(tmp_path, "Process", {}) == []


def test_it_stands_where_the_worker_starts_or_prefect_is_asked_for(tmp_path: Path) -> None:
    assert found(tmp_path, "DockerContainer", {}) == [("start.sh", 2)]
    assert found(tmp_path, "DockerContainer", {"requirements.txt": "s3fs\nprefect==3.8.8\n"}) == [
        ("requirements.txt", 2)
    ]
    assert found(tmp_path, "DockerContainer", {"requirements-dev.txt": "prefect==3.8.8\n"}) == [("start.sh", 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("prefect==3.8.8", "prefect==3.8.8\nprefect-docker>=0.7.4"),
        ("a\r\nprefect>=3 ; x\r\nb\r\n", "a\r\nprefect>=3 ; x\r\nprefect-docker>=0.7.4\r\nb\r\n"),
    ],
)
def test_bytes_around_stay(tmp_path: Path, before: str, after: str) -> None:
    assert found(tmp_path, "DockerContainer", {"requirements.txt": before}) == [
        ("requirements.txt", before.count("a\r") + 1)
    ]
    (change,) = apply(Project(tmp_path), CONFIG, unsafe=True).changes
    assert change.after == after.encode()
    (tmp_path / change.path).write_bytes(change.after)
    assert not apply(Project(tmp_path), CONFIG, unsafe=True).changes


def test_hashes_are_left_alone(tmp_path: Path) -> None:
    text = "prefect==3.8.8 --hash=sha256:00\n"
    assert found(tmp_path, "DockerContainer", {"requirements.txt": text}) == [("requirements.txt", 1)]
    assert not apply(Project(tmp_path), CONFIG, unsafe=True).changes


@pytest.mark.parametrize("text", ["See github.com/x/prefect-docker-compose.\n", "docker pull me/prefect-docker\n"])
def test_a_longer_name_installs_nothing(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, "DockerContainer", {"README.md": text}) == [("start.sh", 2)]


def test_it_is_said_until_the_package_is_there(tmp_path: Path) -> None:
    """Once the agent is a worker, the script that creates its pool tells what it needs."""
    write(tmp_path, {"flows.py": FLOWS.format("DockerContainer"), "start.sh": "prefect agent start -q etl\n"})
    result = apply(Project(tmp_path), Config(), unsafe=True)
    assert {"start.sh", "work-pools/create.sh"} <= {change.path for change in result.changes}
    assert "PM221" in {finding.code for finding in result.remaining.findings}


@pytest.mark.parametrize(
    ("start", "block", "expected"),
    [
        ("prefect agent start -p $POOL -q etl\n", "DockerContainer", [("start.sh", 1)]),
        ("prefect agent start -p $POOL\n", "KubernetesJob", [("start.sh", 1)]),
        ("prefect agent start -p $POOL\n", "Process", []),
        ("prefect agent start -p mine\n", "KubernetesJob", []),
    ],
)
def test_a_pool_that_only_the_run_knows(
    tmp_path: Path, start: str, block: str, expected: list[tuple[str, int]]
) -> None:
    """It may be any that the deployments of its queues got."""
    assert found(tmp_path, block, {"start.sh": start}) == expected
