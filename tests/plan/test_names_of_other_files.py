"""Blocks whose name another file says: what is written must mean the same where it stands."""

from __future__ import annotations

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

LOADED = """\
import os

from prefect.filesystems import S3

NAME = "code"
known = S3.load(NAME)
unknown = S3.load(os.environ["BLOCK"])
"""
DEPLOY = """\
from prefect.deployments import Deployment

from flows import etl
from where import {name}

Deployment.build_from_flow(etl, "a", storage={name}, skip_upload=True).apply()
"""


def written(make_project: MakeProject, **files: str) -> str:
    folder = make_project({"flows.py": FLOWS, **{f"{name}.py": text for name, text in files.items()}})
    return texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""


def test_a_name_that_another_file_keeps_is_written_out(make_project: MakeProject) -> None:
    text = written(make_project, where=LOADED, deploy=DEPLOY.format(name="known"))
    assert 'source=S3Bucket.load("code"),' in text
    assert "NAME" not in text


def test_a_block_whose_name_only_another_file_knows_stays_imported(make_project: MakeProject) -> None:
    text = written(make_project, where=LOADED, deploy=DEPLOY.format(name="unknown"))
    assert "source=unknown," in text


def test_the_name_is_the_one_that_the_loading_file_says(make_project: MakeProject) -> None:
    saved = (
        "from prefect.filesystems import GitHub\n\n"
        'block = GitHub(repository="https://github.com/a/b", access_token="secret")\n'
        'block_name = "code"\nblock.save(block_name)\n'
    )
    loading = (
        "from prefect.deployments import Deployment\nfrom prefect.filesystems import GitHub\n\n"
        'from flows import etl\n\ngh = GitHub.load("code")\n'
        'Deployment.build_from_flow(etl, "a", storage=gh).apply()\n'
    )
    assert 'source=GitHubRepository.load("code"),' in written(make_project, where=saved, deploy=loading)


TWICE = """\
from prefect import flow


@flow(name="first")
def etl():
    pass


@flow(name="second")
def etl():
    pass
"""


def test_of_two_flows_of_one_name_the_last_is_meant(make_project: MakeProject) -> None:
    deploy = (
        "from flows import etl\nfrom prefect.deployments import Deployment\n\nDeployment.build_from_flow(etl, 'a')\n"
    )
    folder = make_project({"flows.py": TWICE, "deploy.py": deploy})
    [deployment] = scan_folder(folder).plan.deployments
    assert deployment.flow is not None
    assert deployment.flow.name.literal == "second"
    assert deployment.entrypoint == "flows.py:etl"


def test_a_flow_that_a_condition_defines_anew_is_not_known(make_project: MakeProject) -> None:
    either = "from prefect import flow\n\nif x:\n    @flow\n    def etl(): ...\nelse:\n    @flow\n    def etl(): ...\n"
    deploy = (
        "from flows import etl\nfrom prefect.deployments import Deployment\n\nDeployment.build_from_flow(etl, 'a')\n"
    )
    [deployment] = scan_folder(make_project({"flows.py": either, "deploy.py": deploy})).plan.deployments
    assert deployment.flow is None
