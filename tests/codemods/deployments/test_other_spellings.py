"""Definitions that are not built with build_from_flow, and code that names the class: found at their own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

CLASS = "from prefect.deployments import Deployment\n"
CASES = {
    "constructor": ("PM102", CLASS + "d = Deployment(name='a', flow_name='etl')\n", [2]),
    "constructor of the module": ("PM102", "from prefect import deployments\ndeployments.Deployment(name='a')\n", [2]),
    "constructor by another name": ("PM102", CLASS + "D = Deployment\nD(name='a')\n", [3]),
    "two constructors": ("PM102", CLASS + "Deployment(name='a')\nDeployment(name='b')\n", [2, 3]),
    "load_from_yaml": ("PM103", CLASS + "\nDeployment.load_from_yaml('a.yaml').apply()\n", [3]),
    "awaited": ("PM103", CLASS + "async def f():\n    d = await Deployment.load_from_yaml(path='a.yaml')\n", [3]),
    "load_deployments_from_yaml": (
        "PM103",
        "from prefect.deployments import load_deployments_from_yaml as load\n\nload('a.yaml')\n",
        [3],
    ),
    "spec": ("PM104", "from prefect.deployments import DeploymentSpec\n\nDeploymentSpec(name='a')\n", [3]),
    "two specs": (
        "PM104",
        "import prefect.deployments as p\n\np.DeploymentSpec(name='a')\np.DeploymentSpec(name='b')\n",
        [3, 4],
    ),
    "subclass": ("PM105", CLASS + "\n\nclass Ours(Deployment):\n    pass\n", [4]),
    "isinstance": ("PM105", CLASS + "print(isinstance(1, Deployment))\n", [2]),
    "isinstance of several": ("PM105", CLASS + "print(isinstance(1, (int, Deployment)))\n", [2]),
    "annotated variable": ("PM105", CLASS + "d: Deployment = make()\n", [2]),
    "annotated parameter": ("PM105", CLASS + "def f(d: Deployment): ...\n", [2]),
    "list": ("PM105", CLASS + "def f(d: list[Deployment]) -> Deployment | None: ...\n", [2]),
    "quoted": ("PM105", CLASS + "def f(d: 'Deployment'): ...\n", [2]),
    "partial": (
        "PM105",
        CLASS + "import functools\nmake = functools.partial(Deployment.build_from_flow, name='a')\n",
        [3],
    ),
    "patch.object": ("PM105", CLASS + "from mock import patch\npatch.object(Deployment, 'apply')\n", [3]),
}


@pytest.mark.parametrize(("code", "text", "lines"), CASES.values(), ids=CASES)
def test_found(tmp_path: Path, code: str, text: str, lines: list[int]) -> None:
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=(code,)).findings
    assert sorted({finding.place.line for finding in found}) == lines
    assert all(finding.applicability is Applicability.MANUAL and finding.next_step for finding in found)


@pytest.mark.parametrize(
    "text",
    [
        "from prefect.client.schemas.objects import Deployment\n\nDeployment(name='a')\n",
        "import prefect\nfrom kubernetes import Deployment\n\nclass D(Deployment):\n    pass\n",
        CLASS + "Deployment = None\n\n\ndef f(Deployment):\n    return Deployment(name='a')\n",
        CLASS + "x = 'Deployment.build_from_flow'\n",
        "import prefect  # Deployment\n\npatch('app.Deployment.apply')\n",
        "try:\n    from prefect.deployments import Deployment\nexcept ImportError:\n    Deployment = None\n"
        "isinstance(1, Deployment)\n",
    ],
)
def test_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert scan_folder(tmp_path, select=("PM102", "PM103", "PM104", "PM105")).findings == []


@pytest.mark.parametrize("name", ["pkg.app.Deployment.build_from_flow", "pkg.app.Deployment", "pkg.app.D.apply"])
def test_mocks_name_the_class_by_the_module_that_imports_it(make_project: MakeProject, name: str) -> None:
    imports = "from prefect.deployments import Deployment\nfrom prefect.deployments import Deployment as D\n"
    test = f"# prefect\n\n\ndef test_it(mocker):\n    mocker.patch({name!r})\n"
    folder = make_project({"pkg/__init__.py": "", "pkg/app.py": imports, "test_app.py": test})
    found = scan_folder(folder, select=("PM105",)).findings
    assert [(finding.path, finding.place.line) for finding in found] == [("test_app.py", 5)]
    assert name in found[0].message


def test_advice_names_flow_runner_and_packager(tmp_path: Path) -> None:
    text = (
        "from prefect.deployments import DeploymentSpec\nfrom prefect.flow_runners import DockerFlowRunner\n"
        "DeploymentSpec(name='a', flow=etl, flow_runner=DockerFlowRunner(), packager=OrionPackager(), schedule=daily)\n"
    )
    (tmp_path / "a.py").write_text(text)
    step = scan_folder(tmp_path, select=("PM104",)).findings[0].next_step
    assert "`etl.deploy(name='a'" in step
    assert "a work pool of type docker" in step
    assert "does not keep code in the database" in step
    assert "`schedule=daily`" in step


def test_what_load_took_from_the_server_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CLASS + "d = Deployment(name='a', flow_name='etl')\nd.load()\nd.apply()\n")
    assert "`.load()`" in scan_folder(tmp_path, select=("PM102",)).findings[0].next_step


def test_an_annotation_goes_with_the_definitions_of_its_file(make_project: MakeProject) -> None:
    deploy = (
        CLASS + "from flows import etl\n\nd: Deployment = Deployment.build_from_flow(etl, 'a')\nprint(d)\nd.apply()\n"
    )
    folder = make_project({"flows.py": FLOWS, "deploy.py": deploy})
    found = scan_folder(folder, select=("PM101", "PM105")).findings
    assert [(finding.code, finding.applicability.value) for finding in found if finding.code == "PM105"] == [
        ("PM105", "safe")
    ]
    after = texts(apply_folder(folder))["deploy.py"] or ""
    assert "d: RunnerDeployment = etl." in after
    assert "import Deployment\n" not in after


def test_an_annotation_stays_while_any_deployment_does(make_project: MakeProject) -> None:
    register = CLASS + "\n\ndef register(d: Deployment):\n    d.apply()\n"
    build = (
        CLASS
        + "from flows import etl\nfrom register import register\n\nregister(Deployment.build_from_flow(etl, **x()))\n"
    )
    folder = make_project({"flows.py": FLOWS, "register.py": register, "build.py": build})
    assert "register.py" not in texts(apply_folder(folder, unsafe=True))
