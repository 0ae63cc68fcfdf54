"""PM202: which pool a queue belongs to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts
from tests.hosts.helpers import FLOWS

MakeProject = Callable[..., Path]
ID = "0d1f5c1e-1111-2222-3333-444455556666"

FIXED = [
    ("prefect work-queue create etl", " --pool process-pool"),
    ("prefect work-queues pause 'etl'", " --pool process-pool"),
    ("prefect work-queue clear-concurrency-limit etl", " --pool process-pool"),
    ("poetry run prefect work-queue resume etl", " --pool process-pool"),
]


@pytest.mark.parametrize(("command", "added"), FIXED)
def test_the_pool_of_its_deployments(make_project: MakeProject, command: str, added: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": f"{command}  # now\n"})
    assert texts(apply_folder(folder, select=("PM202",))) == {"a.sh": f"{command}{added}  # now\n"}


def test_an_item_of_a_list(make_project: MakeProject) -> None:
    before = 'RUN ["prefect", "work-queue", "set-concurrency-limit", "etl", "3"]\n'
    folder = make_project({"flows.py": FLOWS, "Dockerfile": before})
    after = before.replace('"3"]', '"3", "--pool", "process-pool"]')
    assert texts(apply_folder(folder, select=("PM202",))) == {"Dockerfile": after}


CLEAN = [
    f"prefect work-queue inspect {ID}",
    "prefect work-queue ls",
    "prefect work-queue create etl -p x",
    "prefect work-queue create etl --pool=$POOL",
    "prefect work-queue --help",
    "# prefect work-queue create etl",
]


@pytest.mark.parametrize("command", CLEAN)
def test_what_names_its_pool_or_needs_none(make_project: MakeProject, command: str) -> None:
    assert not scan_folder(make_project({"flows.py": FLOWS, "a.sh": command}), select=("PM202",)).findings


REPORTED = [
    ("prefect work-queue create etl -t tag", "by tags"),
    ("echo 'prefect work-queue create etl'", "a text mentions"),
]


@pytest.mark.parametrize(("command", "reason"), REPORTED)
def test_what_is_only_reported(make_project: MakeProject, command: str, reason: str) -> None:
    folder = make_project({"flows.py": FLOWS, "a.sh": command})
    (finding,) = scan_folder(folder, select=("PM202",)).findings
    assert reason in finding.reason
    assert finding.fix is None


def test_several_pools(make_project: MakeProject) -> None:
    flows = FLOWS.replace("work_queue_name=", "work_pool_name='a b', work_queue_name=")
    more = FLOWS.replace("nightly", "daily").replace("work_queue_name=", "work_pool_name='c', work_queue_name=")
    folder = make_project({"flows.py": flows, "more.py": more, "a.sh": "prefect work-queue create etl\n"})
    (finding,) = scan_folder(folder, select=("PM202",)).findings
    assert finding.next_step == "Add `--pool 'a b'` or `--pool c`; the pool must be there."
    assert "several work pools" in finding.reason
