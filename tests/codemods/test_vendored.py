"""A copy of Prefect's own repository is somebody else's: reported once, and nothing in it is changed."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
DEPLOY = f"{HEAD}Deployment.build_from_flow(etl, 'a').apply()\n"
OWN = {f"{{0}}src/prefect/{name}.py": "import prefect\n" for name in ("__init__", "flows", "engine", "tasks")}
CHECKOUT = {
    "{0}tests/test_deployments.py": DEPLOY,
    "{0}docs/run.sh": "prefect deployment build flows.py:etl -n a\n",
    "{0}docs/guide.md": "    prefect agent start -q a\n",
    "{0}Dockerfile": "FROM prefecthq/prefect:2-latest\n",
    "{0}requirements.txt": "prefect-aws==0.3.0\n",
}


def project(at: str) -> dict[str, str]:
    files = {path.format(at): text for path, text in (OWN | CHECKOUT).items()}
    return files | {"flows.py": FLOWS, "deploy.py": DEPLOY}


@pytest.mark.parametrize("at", ["libs/prefect-2.10/", "prefect/"])
def test_nothing_of_the_checkout_is_looked_at(make_project: MakeProject, at: str) -> None:
    folder = make_project(project(at))
    found = [one for one in scan_folder(folder).findings if one.path.startswith(at)]
    assert [(one.code, one.message) for one in found] == [("PM903", f"`{at.rstrip('/')}` is a copy of Prefect itself")]
    changed = texts(apply_folder(folder, unsafe=True))
    assert "deploy.py" in changed
    assert not [path for path in changed if path.startswith(at)]


def test_the_repository_of_prefect_itself_is_scanned(make_project: MakeProject) -> None:
    codes = {one.code for one in scan_folder(make_project(project(""))).findings}
    assert {"PM101", "PM110", "PM201"} <= codes


def test_a_project_that_lies_in_src_is_no_checkout(make_project: MakeProject) -> None:
    folder = make_project({"a/src/prefect/flows.py": FLOWS, "a/src/prefect/deploy.py": DEPLOY})
    assert "PM903" not in {one.code for one in scan_folder(folder).findings}
