from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

_PROJECT = "name: etl\nprefect-version: 2.10.13\npull: null\n"
_EMPTY = "deployments:\n- name: null\n  tags: []\n  schedule: {}\n  entrypoint: null\n  work_pool: {name: null}\n"


def test_an_empty_list_goes_without_a_trace(make_project: MakeProject) -> None:
    folder = make_project({"prefect.yaml": _PROJECT, "deployment.yaml": _EMPTY})
    (finding,) = scan_folder(folder, select=("PM119",)).findings
    assert (finding.path, finding.reason) == ("deployment.yaml", "its entries are empty")
    assert texts(apply_folder(folder, unsafe=True, select=("PM119",))) == {"deployment.yaml": None}


@pytest.mark.parametrize(
    "entry",
    [
        "name: nightly\n  work_pool: null",
        "entrypoint: flows.py:etl\n  work_pool: null",
        "tags: [daily]\n  work_pool: null",
        "work_pool: {name: my-pool}",
    ],
)
def test_a_list_that_says_anything_moves(make_project: MakeProject, entry: str) -> None:
    folder = make_project({"prefect.yaml": _PROJECT, "deployment.yaml": f"deployments:\n- {entry}\n"})
    changed = texts(apply_folder(folder, unsafe=True, select=("PM119",)))
    assert changed == {"prefect.yaml": f"{_PROJECT}\ndeployments:\n- {entry}\n", "deployment.yaml": None}
