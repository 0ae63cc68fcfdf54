"""Entries that are added to a prefect.yaml look like those that it has."""

from __future__ import annotations

import pytest

from prefect_migrate.plan.model import Deployment
from prefect_migrate.writers.prefect_yaml import merge_deployments
from tests.conftest import FLOWS, MakeProject, apply_folder, texts

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


def test_an_entry_that_prefect_3_would_refuse_is_not_written(make_project: MakeProject) -> None:
    """One value of a wrong type, and Prefect 3 skips all deployments of the file."""
    manifest = "# A Prefect Deployment\nname: {0}\nflow_name: etl\nentrypoint: flows.py:etl\nmanifest_path: null\n"
    files = {
        "flows.py": FLOWS,
        "a.yaml": manifest.format("a") + "schedules:\n- cron: {cron: 0 3 * * *}\n",
        "c.yaml": manifest.format("c") + "description: [x]\n",
        "d.yaml": manifest.format("d"),
    }
    result = apply_folder(make_project(files), unsafe=True)
    assert {path for path, text in texts(result).items() if text is None} == {"d.yaml"}
    left = {finding.path for finding in result.remaining.findings if finding.code == "PM112"}
    assert left == {"a.yaml", "c.yaml"}


def test_a_manifest_stays_as_long_as_the_build_that_writes_it(make_project: MakeProject) -> None:
    """An entry of that name with other settings keeps the build from being moved."""
    files = {
        "flows.py": FLOWS,
        "deploy.sh": (
            "prefect deployment build flows.py:etl -n a -p pool\nprefect deployment apply etl-deployment.yaml\n"
        ),
        "etl-deployment.yaml": (
            "# A Prefect Deployment\nname: a\nflow_name: etl\nentrypoint: flows.py:etl\nmanifest_path: null\n"
            "work_pool_name: pool\n"
        ),
    }
    there = "deployments:\n- name: a\n  entrypoint: flows.py:etl\n  tags: [x]\n  work_pool: {name: other}\n"
    assert not texts(apply_folder(make_project({**files, "prefect.yaml": there}), unsafe=True))
    (folder := make_project(files)).joinpath("prefect.yaml").unlink()
    assert texts(apply_folder(folder, unsafe=True))["etl-deployment.yaml"] is None


def test_comments_of_python_stay_with_their_own_entry(make_project: MakeProject) -> None:
    code = (
        "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
        "# every night\nDeployment.build_from_flow(etl, 'second').apply()\n"
    )
    build = "prefect deployment build flows.py:etl -n first -t one --apply\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": code, "build.sh": build})
    text = texts(apply_folder(folder, target_style="prefect-yaml"))["prefect.yaml"] or ""
    assert "\n  - name: first\n    tags:" in text
    assert "\n  # every night\n  - name: second\n" in text


@pytest.mark.parametrize(("entries", "first", "step"), LAYOUTS)
def test_comments_are_indented_as_the_entries(make_project: MakeProject, entries: str, first: str, step: str) -> None:
    code = (
        "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
        "# every night\nDeployment.build_from_flow(\n    etl,\n    'b',\n    tags=['x', 'y'],  # two\n).apply()\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code, "prefect.yaml": f"deployments:\n{entries}"})
    text = texts(apply_folder(folder, target_style="prefect-yaml"))["prefect.yaml"] or ""
    dash, keys = " " * first.index("-"), " " * (first.index("-") + 2)
    assert text.startswith(f"deployments:\n{entries}{dash}# every night\n{first}\n{keys}# two\n{keys}tags:\n")


def test_an_entry_of_that_name_without_an_entrypoint(make_project: MakeProject) -> None:
    """Nobody knows of which flow it is; `prefect deploy --name` would find two."""
    folder = make_project(
        {
            "flows.py": FLOWS,
            "deploy.sh": f"{BUILD}\nprefect deployment apply b.yaml\n",
            "prefect.yaml": "deployments:\n- name: b\n  flow_name: etl\n",
        }
    )
    result = apply_folder(folder, unsafe=True)
    assert texts(result) == {}
    found = [finding.reason for finding in result.remaining.findings if finding.code == "PM110"]
    assert found == ["it has a deployment 'b' without an entrypoint already; compare the two"]
