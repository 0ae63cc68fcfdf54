"""Files that do not say `prefect`, but import from one that does."""

from __future__ import annotations

import pytest

from prefect_migrate.discovery.importers import importing
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

FLOWS = "from prefect import flow, task\n\n\n@task\ndef load(): ...\n\n\n@flow\ndef etl(): ...\n"
USE = "\n\ndef main():\n    load.submit().get_state()\n"


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        ("from pkg.flows import load", "run.py"),
        ("from .flows import load", "pkg/run.py"),
        ("from . import (  # noqa\n    flows,\n)\n\nload = flows.load", "pkg/run.py"),
        ("import pkg.flows as f\n\nload = f.load", "run.py"),
        ("import os, pkg.flows\n\nload = pkg.flows.load", "run.py"),
        ("from pkg.others import load", "run.py"),
    ],
)
def test_what_such_a_file_uses_is_found(make_project: MakeProject, statement: str, path: str) -> None:
    others = {"pkg/__init__.py": "", "pkg/flows.py": FLOWS, "pkg/others.py": "from pkg.flows import load\n"}
    folder = make_project({**others, path: statement + USE})
    assert [finding.path for finding in scan_folder(folder).findings if finding.code == "PM321"] == [path]


def test_deployment_by_a_name_that_is_handed_on(make_project: MakeProject) -> None:
    names = "from prefect.deployments import Deployment\n"
    deploy = 'from names import Deployment\nfrom flows import etl\n\nDeployment.build_from_flow(etl, "x").apply()\n'
    folder = make_project({"flows.py": FLOWS, "names.py": names, "deploy.py": deploy})
    assert "etl.from_source(" in (texts(apply_folder(folder))["deploy.py"] or "")


def test_a_file_that_does_not_say_it_any_more_is_still_read(make_project: MakeProject) -> None:
    deploy = (
        "from prefect.deployments import Deployment\nfrom flows import etl, load\n\n"
        'Deployment.build_from_flow(etl, "x").apply()\n\n\n'
        "def main(f):\n    f.get_state()\n    print(load.submit().get_state)\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy})
    left = [finding.path for finding in apply_folder(folder).remaining.findings]
    assert left == ["deploy.py"]


@pytest.mark.parametrize(
    "text", ["import other\n", "from others.flows.x import y\n", "# from flows import etl\n", "x = 1\n"]
)
def test_other_files_are_passed_over(text: str) -> None:
    assert importing(["run.py"], ["pkg/flows.py"], {"run.py": text.encode()}.__getitem__) == []


def test_importers_of_importers() -> None:
    files = {"a.py": b"from b import x\n", "b/__init__.py": b"from .c import x\n"}
    assert sorted(importing(files, ["b/c.py"], files.__getitem__)) == ["a.py", "b/__init__.py"]


def test_many_modules_are_looked_for_as_few_are() -> None:
    files = {"a.py": b"from b import x\n", "c.py": b"import d\n"}
    assert importing(files, ["b.py", *(f"e{number}.py" for number in range(50))], files.__getitem__) == ["a.py"]
