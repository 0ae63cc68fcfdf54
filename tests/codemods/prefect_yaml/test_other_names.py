"""Files that Prefect reads under another name than prefect.yaml, and those that the repository reads itself."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

DEPLOYMENTS = """\
deployments:
- name: etl
  entrypoint: flows.py:etl
  work_pool: {name: p}
  is_schedule_active: true
  schedule: {cron: 0 3 * * *}
"""
READER = "import prefect\nimport yaml\n\nwith open('{0}') as file:\n    data = yaml.safe_load(file)\n"
DEPLOYS = "import subprocess\n\nsubprocess.run(['prefect', 'deploy', '--prefect-file', '{0}'])\n"


@pytest.mark.parametrize("script", ["", DEPLOYS])
def test_a_file_for_deploy(make_project: MakeProject, script: str) -> None:
    folder = make_project({"all.yml": DEPLOYMENTS, "run.py": script.format("all.yml")})
    after = texts(apply_folder(folder, select=("PM121", "PM126")))["all.yml"] or ""
    assert "schedules: [" in after
    assert "is_schedule_active" not in after


def test_a_file_that_the_repository_reads_itself(make_project: MakeProject) -> None:
    folder = make_project({"all.yml": DEPLOYMENTS, "run.py": READER.format("all.yml")})
    assert not apply_folder(folder, unsafe=True, select=("PM121", "PM126")).changes
    findings = scan_folder(folder, select=("PM121", "PM126")).findings
    assert {finding.reason for finding in findings} == {"run.py reads the file, and names its keys"}


def test_prefect_yaml_is_read_by_deploy_all_the_same(make_project: MakeProject) -> None:
    folder = make_project({"prefect.yaml": DEPLOYMENTS, "run.py": READER.format("prefect.yaml")})
    assert apply_folder(folder, select=("PM121", "PM126")).changes


def test_the_stamp_tells_as_well(make_project: MakeProject) -> None:
    text = "prefect-version: 2.10.8\npull:\n- prefect.projects.steps.git_clone_project:\n    repository: r\n"
    folder = make_project({"prefect_git.yaml": text})
    after = texts(apply_folder(folder, select=("PM125",)))["prefect_git.yaml"] or ""
    assert "- prefect.deployments.steps.git_clone:\n" in after
