"""What is gone is found in every spelling, at its own line, and what other rules take away goes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

CASES = {
    "from": ("from prefect.infrastructure import Process\n\nProcess()\n", [1]),
    "one of several": (
        "from prefect.filesystems import (\n    LocalFileSystem,\n    S3,\n    GCS as G,\n)\n\nprint(S3, G)\n",
        [3, 4],
    ),
    "module": ("import prefect.packaging\n", [1]),
    "module as": ("import prefect.packaging as p\n\np.DockerPackager()\n", [1, 3]),
    "attribute": ("import prefect\n\nprefect.infrastructure.Process()\n", [3]),
    "attribute of a module that is there": ("from prefect import filesystems as fs\n\nfs.S3.load('x')\n", [3]),
    "star": ("from prefect.filesystems import *\n\nS3.load('x')\n", [3]),
    "star of what is gone": ("from prefect.packaging import *\n", [1]),
    "quoted": ("import prefect\n\n\ndef f(x: 'list[prefect.filesystems.S3]'): ...\n", [4]),
    "type comment": ("import prefect\n\nx = []  # type: list[prefect.filesystems.S3]\n", [3]),
    "type checking": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from prefect.filesystems import S3\n",
        [3],
    ),
    "patch": (
        "from unittest.mock import patch\n\n\n@patch('prefect.agent.PrefectAgent.start')\ndef test(m): ...\n",
        [4],
    ),
    "setattr": ("def test(monkeypatch):\n    monkeypatch.setattr('prefect.engine.begin_flow_run', None)\n", [2]),
    "setattr on a module": (
        "import prefect.engine\n\n\ndef test(monkeypatch):\n"
        "    monkeypatch.setattr(prefect.engine, 'begin_flow_run', 1)\n",
        [5],
    ),
    "import_module": ("import importlib\n\nimportlib.import_module('prefect.packaging.docker')\n", [3]),
    "a dotted path": ("STORAGE = 'prefect.filesystems.S3'\n", [1]),
    "function scope": ("def f():\n    from prefect.agent import PrefectAgent\n", [2]),
    "integration": ("from prefect_aws.ecs import ECSTask\n\nECSTask()\n", [1]),
    "private": ("from prefect.results import LiteralResult\n\nLiteralResult()\n", [1]),
}


@pytest.mark.parametrize(("text", "lines"), CASES.values(), ids=CASES)
def test_found(tmp_path: Path, text: str, lines: list[int]) -> None:
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=("PM301",)).findings
    assert sorted({finding.place.line for finding in found}) == lines
    assert all(finding.applicability is Applicability.MANUAL and finding.next_step for finding in found)


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.filesystems import LocalFileSystem, RemoteFileSystem\n",
        "import prefect.infrastructure  # a module that is still there\n",
        "import logging\n\nlogging.getLogger('prefect.agent')\n",
        "LABEL = 'prefect.deployment'\n",
        "print('from prefect.filesystems import S3')\n",
        "def f():\n    '''prefect.filesystems.S3'''\n",
        "name = 'x'\nprint(f'prefect.filesystems.S3{name}')\n",
        "def test(monkeypatch):\n    monkeypatch.setattr('prefect.engine.begin_flow_run', 1, raising=False)\n",
        "import prefect\n\nprint(prefect.__version__, prefect.flows.__file__)\n",
        "from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_API_HOST, PREFECT_MADE_UP\n",
        "from prefect_aws import S3Bucket\n",
        "from prefect.runtime import flow_run\n\nflow_run.name\n",
    ],
)
def test_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert not scan_folder(tmp_path, select=("PM30",)).findings


BUILD = """\
from prefect.deployments import Deployment
from prefect.infrastructure import Process
from prefect.orion.schemas.schedules import CronSchedule

from flows import etl

process = Process(env={"A": "1"})
deployment = Deployment.build_from_flow(
    flow=etl, name="nightly", infrastructure=process, schedule=CronSchedule(cron="0 3 * * *", timezone="UTC")
)

if __name__ == "__main__":
    deployment.apply()
"""


def test_what_goes_with_a_deployment(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": BUILD})
    found = scan_folder(folder, select=("PM1", "PM30")).findings
    assert [(finding.code, finding.place.line, finding.fixable) for finding in found] == [
        ("PM301", 1, True),
        ("PM301", 2, True),
        ("PM302", 3, True),
        ("PM101", 8, True),
    ]
    result = apply_folder(folder, select=("PM1", "PM30"))
    assert not result.remaining.findings
    assert {finding.code for finding in result.fixed} == {"PM101", "PM301", "PM302"}


def test_what_stays_beside_a_deployment(make_project: MakeProject) -> None:
    more = "\n\ndef find(name: str) -> Deployment:\n    return Deployment.load(name)\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": BUILD + more})
    found = scan_folder(folder, select=("PM1", "PM301")).findings
    by_line = {finding.place.line: finding.applicability for finding in found if finding.code == "PM301"}
    assert by_line == {1: Applicability.MANUAL, 2: Applicability.SAFE}


def test_without_the_rule_that_takes_it_away(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": BUILD})
    found = scan_folder(folder, select=("PM301",)).findings
    assert [finding.applicability for finding in found] == [Applicability.MANUAL] * 2


def test_a_folder_of_the_user_called_prefect(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "prefect/flows/etl.py": "from prefect import flow\n\n\n@flow\ndef etl(): ...\n",
            "prefect/deploy.py": "from .flows.etl import etl\nfrom prefect.flows.etl import etl as same\n\n"
            "etl(), same()\n",
        }
    )
    assert not scan_folder(folder, select=("PM30",)).findings


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from prefect.filesystems import S3\nx = S3.load('a')\nx.get_directory()\n", "x = S3Bucket.load('a')\n"),
        ("from prefect.filesystems import GCS as G\ndef f(b: G) -> None: ...\nf(G.load('a'))\n", "def f(b: GcsBucket)"),
        ("from prefect.agent import PrefectAgent\nprint()\n", None),
    ],
)
def test_a_name_that_needs_no_decision(make_project: MakeProject, code: str, expected: str | None) -> None:
    result = apply_folder(make_project({"a.py": code}), unsafe=True, select=("PM301",))
    text = texts(result)["a.py"] or ""
    assert not result.remaining.findings
    assert (expected or "print()\n") in text
    assert "prefect.filesystems" not in text
    assert "agent" not in text


@pytest.mark.parametrize(
    "code",
    [
        "from prefect.filesystems import S3\nx = S3.load('a')\nprint(x.bucket_path)\n",
        "from prefect.filesystems import S3\ndef f(b: S3): return b.bucket_path\nf(S3.load('a'))\n",
        "from prefect.filesystems import S3\nS3(bucket_path=where()).save('a')\nS3.load('a')\n",
        "from prefect.filesystems import S3\nif x:\n    S3 = None\nS3.load('a')\n",
        "def f():\n    from prefect.filesystems import S3\n",
        "from prefect.filesystems import S3\n__all__ = ['S3']\n",
    ],
)
def test_a_name_that_needs_one(make_project: MakeProject, code: str) -> None:
    folder = make_project({"a.py": code})
    assert all(one.applicability is Applicability.MANUAL for one in scan_folder(folder, select=("PM301",)).findings)


def test_an_unused_name_that_another_file_takes(make_project: MakeProject) -> None:
    files = {"a.py": "from prefect.filesystems import S3\n", "b.py": "from a import S3\n\nprint(S3)\n"}
    found = scan_folder(make_project(files), select=("PM301",)).findings
    assert {one.applicability for one in found} == {Applicability.MANUAL}
