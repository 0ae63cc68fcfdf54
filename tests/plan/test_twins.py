"""One deployment that is defined in several places."""

from __future__ import annotations

from prefect_migrate.findings import Finding
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

FLOW = "from prefect import flow\nfrom prefect.deployments import Deployment\n\n\n@flow\ndef main():\n    pass\n\n\n"
BUILT = "Deployment.build_from_flow(flow=main, name='a').apply()\n"
ENTRY = "deployments:\n- name: a\n  entrypoint: one.py:main\n  work_pool:\n    name: process-pool\n"


def found(make_project: MakeProject, files: dict[str, str]) -> list[Finding]:
    result = scan_folder(make_project(files), target_style="prefect-yaml")
    return [one for one in result.findings if one.code == "PM101"]


def test_two_scripts(make_project: MakeProject) -> None:
    one, two = found(make_project, {"one.py": FLOW + BUILT, "two.py": FLOW + BUILT})
    assert one.fix is None
    assert two.fix is None
    assert "line 10 of one.py defines it too, and the last one counts" in two.reason


def test_an_entry_for_another_flow_of_that_name(make_project: MakeProject) -> None:
    files = {"one.py": FLOW, "two.py": FLOW + BUILT, "prefect.yaml": ENTRY}
    (two,) = found(make_project, files)
    assert two.fix is None
    assert "line 2 of prefect.yaml defines it too, and the last one counts" in two.reason


def test_an_entry_for_the_same_flow(make_project: MakeProject) -> None:
    (one,) = found(make_project, {"one.py": FLOW + BUILT, "prefect.yaml": ENTRY})
    assert one.fix is not None


def test_a_spec_that_becomes_a_twin_later(make_project: MakeProject) -> None:
    spec = FLOW.replace("Deployment\n", "DeploymentSpec\n", 1) + "DeploymentSpec(flow=main, name='a')\n"
    folder = make_project({"one.py": FLOW + BUILT, "two.py": spec})
    made = texts(apply_folder(folder, unsafe=True, target_style="prefect-yaml"))
    assert (made["prefect.yaml"] or "").count("name: a\n") == 1
