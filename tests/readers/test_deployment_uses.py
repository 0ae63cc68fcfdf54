"""What code does with Prefect 2's class `Deployment`."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder

USES = {
    "d = Deployment('a')": "is put together by `Deployment(...)`, which is gone",
    "Deployment.load_from_yaml('a.yaml')": "reads a manifest",
    "f = Deployment.load_from_yaml": "reads a manifest",
    "class A(Deployment): ...": "derives from it",
    "isinstance(1, Deployment)": "nothing is one any more",
    "isinstance(1, (int, Deployment))": "nothing is one any more",
    "def f(d: Deployment): ...": "can't be an annotation",
    "def f() -> list[Deployment]: ...": "can't be an annotation",
    "d: Deployment | None = None": "can't be an annotation",
    "x = [Deployment]": "`Deployment` is gone",
    "build = Deployment.build_from_flow": "`Deployment.build_from_flow` is gone",
}

#: The constructor has a rule of its own.
REPORT = ("PM102", "PM103")


@pytest.mark.parametrize("code", USES)
def test_a_use(make_project: MakeProject, code: str) -> None:
    folder = make_project({"a.py": f"from prefect.deployments import Deployment\n\n{code}\n"})
    (finding,) = scan_folder(folder, select=REPORT).findings
    assert finding.place.line == 3
    assert USES[code] in finding.message


def test_through_another_module(make_project: MakeProject) -> None:
    folder = make_project(
        {
            "old.py": "from prefect.deployments import Deployment\n",
            "a.py": "from old import Deployment as D  # prefect\n\nD('a')\n",
        }
    )
    found = scan_folder(folder, select=REPORT).findings
    assert [(finding.path, finding.place.line) for finding in found] == [("a.py", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "from mine import Deployment  # not prefect\n\nDeployment()\n",
        "from prefect.client.schemas.objects import Deployment\n\nDeployment()\n",
        "try:\n    from prefect.deployments import Deployment\nexcept ImportError:\n    Deployment = None\n\n"
        "print(Deployment)\n",
    ],
    ids=["another class", "the client's model", "guard"],
)
def test_left_alone(make_project: MakeProject, text: str) -> None:
    assert not scan_folder(make_project({"a.py": text}), select=("PM102",)).findings


def test_annotations_go_with_the_definitions(make_project: MakeProject) -> None:
    code = (
        "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
        "d: Deployment = Deployment.build_from_flow(etl, 'a', work_pool_name='p')\nprint(d.name)\nd.apply()\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    assert not scan_folder(folder, select=("PM102",)).findings
    assert not apply_folder(folder, unsafe=True).remaining.findings


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ("", "entrypoint=\"FILE.py:FUNCTION\").deploy(name='a', parameters={'n': 2}, work_pool_name=\"process-pool\")"),
        ("d.load()\n", "client.update_deployment(deployment.id, DeploymentUpdate(...))"),
    ],
)
def test_what_to_write_instead(make_project: MakeProject, load: str, expected: str) -> None:
    """Of a deployment that does not say where its flow is; one that is loaded is on the server already."""
    built = "from prefect.deployments import Deployment\n\nd = Deployment(name='a', parameters={'n': 2})\n"
    code = f"{built}{load}d.apply()\n"
    (finding,) = scan_folder(make_project({"deploy.py": code}), select=REPORT).findings
    assert expected in finding.next_step
