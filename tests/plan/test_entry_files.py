"""Entries of prefect.yaml name flows that `prefect deploy` finds: one that it does not find stops all others."""

from __future__ import annotations

import pytest

from prefect_migrate.plan.entry_files import entry_problem
from prefect_migrate.project import Project
from tests.conftest import MakeProject, apply_folder, texts

FILE = "from prefect import flow\nfrom other import made\n\n\n@flow\ndef etl():\n    pass\n\n\nnamed = etl\n"
MANIFEST = """\
name: nightly
flow_name: etl
work_queue_name: default
parameters: {}
infrastructure:
  type: process
storage: null
path: /srv
entrypoint: flows.py:NAME
parameter_openapi_schema: {title: Parameters, type: object, properties: {}}
manifest_path: null
"""


@pytest.mark.parametrize(
    ("entrypoint", "problem"),
    [
        ("a/flows.py:etl", ""),
        ("./a/flows.py:etl", ""),
        ("a/flows.py:made", ""),
        ("a/flows.py:named", ""),
        ("a/flows.py:Flows.etl", ""),
        ("a/all.py:etl", ""),
        ("a/broken.py:etl", ""),
        ("a/flows.py:gone", "the flow's file `a/flows.py` has no `gone`"),
        ("a/gone.py:etl", "the flow's file `a/gone.py` is not in this repository"),
    ],
)
def test_what_an_entrypoint_names(make_project: MakeProject, entrypoint: str, problem: str) -> None:
    files = {"a/flows.py": FILE, "a/all.py": "from flows import *\n", "a/broken.py": "from prefect import (\n"}
    project = Project(make_project(files))
    assert entry_problem(project, ".", entrypoint).startswith(problem)
    assert bool(entry_problem(project, ".", entrypoint)) is bool(problem)


@pytest.mark.parametrize(("name", "moves"), [("etl", True), ("gone", False)])
def test_a_manifest_of_a_flow_that_is_gone(make_project: MakeProject, name: str, moves: bool) -> None:
    folder = make_project({"flows.py": FILE, "etl-deployment.yaml": MANIFEST.replace("NAME", name)})
    result = apply_folder(folder, unsafe=True)
    assert ("prefect.yaml" in texts(result)) is moves
    told = [finding.reason for finding in result.remaining.findings if finding.code == "PM112"]
    assert any("has no `gone`" in reason for reason in told) is not moves
