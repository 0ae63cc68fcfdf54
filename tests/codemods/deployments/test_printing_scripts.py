"""Scripts that only print beside the deployments that prefect.yaml takes from them."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, texts

SCRIPT = """\
from prefect.deployments import Deployment
from prefect.infrastructure import DockerContainer
from flows import etl

d = Deployment.build_from_flow(etl, "a", infrastructure=DockerContainer(image="me/x:1"))
if __name__ == "__main__":
    d.apply()
    print("registered")
"""


@pytest.mark.parametrize("style", ["auto", "prefect-yaml"])
def test_one_that_another_file_runs_becomes_the_command(make_project: MakeProject, style: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": SCRIPT, "run.sh": "#!/bin/sh\npython deploy.py\n"})
    text = texts(apply_folder(folder, unsafe=True, target_style=style))["deploy.py"] or ""
    assert '"deploy", "--name", "a"]' in text
    assert "registered" not in text


def test_one_that_nothing_runs_goes(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": SCRIPT})
    assert texts(apply_folder(folder, unsafe=True))["deploy.py"] is None
