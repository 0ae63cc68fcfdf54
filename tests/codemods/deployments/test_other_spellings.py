"""Code that names Prefect 2's class in strings, quoted annotations and through other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

CLASS = "from prefect.deployments import Deployment\n"
CASES = {
    "by another name": (CLASS + "D = Deployment\nD(name='a')\n", 3),
    "awaited": (CLASS + "async def f():\n    d = await Deployment.load_from_yaml(path='a.yaml')\n", 3),
    "quoted": (CLASS + "def f(d: 'Deployment'): ...\n", 2),
    "quoted list": (CLASS + "def f() -> 'list[Deployment]': ...\n", 2),
    "partial": (CLASS + "import functools\nf = functools.partial(Deployment.build_from_flow, name='a')\n", 3),
    "patch.object": (CLASS + "from mock import patch\npatch.object(Deployment, 'apply')\n", 3),
}


@pytest.mark.parametrize(("text", "line"), CASES.values(), ids=CASES)
def test_found(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "a.py").write_text(text)
    found = scan_folder(tmp_path, select=("PM102", "PM103")).findings
    assert line in {finding.place.line for finding in found}
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
    assert scan_folder(tmp_path, select=("PM102",)).findings == []


@pytest.mark.parametrize("name", ["pkg.app.Deployment.build_from_flow", "pkg.app.Deployment", "pkg.app.D.apply"])
def test_mocks_name_the_class_by_the_module_that_imports_it(make_project: MakeProject, name: str) -> None:
    imports = "from prefect.deployments import Deployment\nfrom prefect.deployments import Deployment as D\n"
    test = f"# prefect\n\n\ndef test_it(mocker):\n    mocker.patch({name!r})\n"
    folder = make_project({"pkg/__init__.py": "", "pkg/app.py": imports, "test_app.py": test})
    found = scan_folder(folder, select=("PM102",)).findings
    assert [(finding.path, finding.place.line) for finding in found] == [("test_app.py", 5)]
    assert name in found[0].message


def test_advice_names_flow_runner_and_packager(tmp_path: Path) -> None:
    text = (
        "from prefect.deployments import DeploymentSpec\nfrom prefect.flow_runners import DockerFlowRunner\n"
        "DeploymentSpec(name='a', flow=etl, flow_runner=DockerFlowRunner(), packager=OrionPackager(), schedule=daily)\n"
    )
    (tmp_path / "a.py").write_text(text)
    step = scan_folder(tmp_path, select=("PM102",)).findings[0].next_step
    assert "`etl.deploy(name='a'" in step
    assert "a work pool of type docker" in step
    assert "does not keep code in the database" in step
    assert "`schedule=daily`" in step


def test_an_annotation_stays_while_any_deployment_does(make_project: MakeProject) -> None:
    register = CLASS + "\n\ndef register(d: Deployment):\n    d.apply()\n"
    build = (
        CLASS
        + "from flows import etl\nfrom register import register\n\nregister(Deployment.build_from_flow(etl, **x()))\n"
    )
    folder = make_project({"flows.py": FLOWS, "register.py": register, "build.py": build})
    assert "register.py" not in texts(apply_folder(folder, unsafe=True))


def test_check_goes_with_the_definition(make_project: MakeProject) -> None:
    code = "from flows import etl\nd = Deployment.build_from_flow(etl, 'a')\nassert isinstance(d, (Deployment, str))\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": CLASS + code + "d.apply()\n"})
    text = texts(apply_folder(folder))["deploy.py"] or ""
    assert "isinstance(d, (RunnerDeployment, str))" in text
    assert ".to_deployment(" in text
    assert "import Deployment" not in text


def test_check_stays_with_what_stays(make_project: MakeProject) -> None:
    code = "from flows import etl\nd = Deployment.build_from_flow(etl, 'a')\nisinstance(d, Deployment) and d.load()\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": CLASS + code})
    assert "deploy.py" not in texts(apply_folder(folder, unsafe=True))
    assert {finding.code for finding in scan_folder(folder).findings} >= {"PM101", "PM102"}


def test_update_of_nothing(make_project: MakeProject) -> None:
    code = "from flows import etl\nd = Deployment.build_from_flow(etl, 'a')\nd.update()  # now\nd.apply()\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": CLASS + code})
    text = texts(apply_folder(folder))["deploy.py"] or ""
    assert ").deploy(" in text
    assert "update" not in text
    assert "Deployment" not in text


@pytest.mark.parametrize(
    ("imports", "is_known"),
    [
        ("from flows import *\n", True),
        ("from flows import *\nfrom others import *\n", True),
        ("from flows import *\nfrom numpy import *\n", False),  # which may have one of that name
        ("from flows import *\nfrom more import *\n", False),
    ],
)
def test_flow_that_a_star_import_gives(make_project: MakeProject, imports: str, is_known: bool) -> None:
    code = CLASS + imports + "\nDeployment.build_from_flow(etl, 'a').apply()\n"
    folder = make_project({"flows.py": FLOWS, "more.py": FLOWS, "others.py": "x = 1\n", "deploy.py": code})
    text = texts(apply_folder(folder))["deploy.py"] or ""
    assert ('entrypoint="flows.py:etl"' in text) is is_known
    assert imports in text


def test_decorator_is_no_flow(make_project: MakeProject) -> None:
    code = CLASS + "from prefect import flow\n\nDeployment.build_from_flow(flow=flow, name='a').apply()\n"
    folder = make_project({"deploy.py": code})
    (finding,) = scan_folder(folder, select=("PM101",)).findings
    assert finding.applicability is Applicability.MANUAL
    assert "decorator" in finding.reason


@pytest.mark.parametrize("schedule", ['"0 3 * * *"', "NIGHTLY"])
def test_schedule_that_is_a_text(make_project: MakeProject, schedule: str) -> None:
    code = f"from flows import etl\nNIGHTLY = '0 3 * * *'\nDeployment.build_from_flow(etl, 'a', schedule={schedule})\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": CLASS + code})
    (finding,) = scan_folder(folder, select=("PM101",)).findings
    assert finding.applicability is Applicability.MANUAL
    assert f"Cron({schedule})" in finding.reason
