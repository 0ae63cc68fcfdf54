"""Entries that are added to a prefect.yaml look like those that it has."""

from __future__ import annotations

import pytest

from prefect_migrate.plan.model import Deployment
from prefect_migrate.writers.prefect_yaml import merge_deployments
from tests.conftest import MakeProject, apply_folder, texts

#: What the file has, the first line of the new entry and that of its pull step.
LAYOUTS = [
    ("- name: a\n  entrypoint: a.py:a\n", "- name: b", "  - prefect"),
    ("  - name: a\n    entrypoint: a.py:a\n", "  - name: b", "      - prefect"),
    ("- name: a\n  tags:\n    - x\n  entrypoint: a.py:a\n", "- name: b", "    - prefect"),
    ("  - name: a\n    tags:\n    - x\n    entrypoint: a.py:a\n", "  - name: b", "    - prefect"),
    ("    - name: a\n      tags: [x]\n      entrypoint: a.py:a\n", "    - name: b", "        - prefect"),
]
BUILD = "prefect deployment build flows.py:etl -n b -p pool --path /opt/flows -o b.yaml"


@pytest.mark.parametrize(("entries", "first", "step"), LAYOUTS)
def test_lists_are_indented_as_in_the_file(make_project: MakeProject, entries: str, first: str, step: str) -> None:
    folder = make_project(
        {
            "flows.py": "from prefect import flow\n\n\n@flow\ndef etl(): ...\n",
            "deploy.sh": f"{BUILD}\nprefect deployment apply b.yaml\n",
            "prefect.yaml": f"deployments:\n{entries}",
        }
    )
    after = texts(apply_folder(folder, unsafe=True))["prefect.yaml"] or ""
    assert after.startswith(f"deployments:\n{entries}{first}\n")
    assert f"pull:\n{step}.deployments.steps.set_working_directory:\n{step.partition('-')[0]}    directory: " in after


def test_nothing_to_add_changes_nothing() -> None:
    text = "deployments:\n- name: a\n"
    deployments: list[Deployment] = []
    assert merge_deployments(text, deployments) == text
