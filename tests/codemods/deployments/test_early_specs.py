"""Specs of the betas: those that say no more than later releases could are rewritten like these, others reported."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = (
    "from prefect.deployments import Deployment, DeploymentSpec\n"
    "from prefect.flow_runners import DockerFlowRunner, SubprocessFlowRunner, UniversalFlowRunner\n"
    "from flows import etl\n\n"
)


def applied(make_project: MakeProject, code: str) -> str | None:
    return texts(apply_folder(make_project({"flows.py": FLOWS, "specs.py": HEAD + code}), unsafe=True)).get("specs.py")


@pytest.mark.parametrize(
    "spec",
    [
        "DeploymentSpec(name='a', flow=etl)",
        "DeploymentSpec(name='a', flow_location='flows.py')",
        "DeploymentSpec(name='a', flow_location='./flows.py', flow_name='etl')",
        "DeploymentSpec(\n    flow=etl,\n    name='a',\n    flow_runner=SubprocessFlowRunner(),\n)",
        "spec = DeploymentSpec(name='a', flow=etl, flow_runner=UniversalFlowRunner())",
        "Deployment(name='a', flow=etl)",
    ],
)
def test_running_the_script_registers_it(make_project: MakeProject, spec: str) -> None:
    text = applied(make_project, spec + "\n") or ""
    compile(text, "specs.py", "exec")
    before, _, after = text.partition('if __name__ == "__main__":\n    etl.from_source(\n')
    assert "from flows import etl\n" in before
    assert 'entrypoint="flows.py:etl"' in after
    assert ".deploy(" in after
    assert "name='a'" in after
    assert "SubprocessFlowRunner()" not in text
    assert "Spec" not in after


def test_one_in_the_main_block_stays_there(make_project: MakeProject) -> None:
    text = applied(make_project, "if __name__ == '__main__':\n    DeploymentSpec(name='a', flow=etl)\n") or ""
    assert text.count("__main__") == 1


def test_one_of_the_same_file(make_project: MakeProject) -> None:
    code = (
        "from prefect import flow\nfrom prefect.deployments import DeploymentSpec\n\n\n@flow\ndef own():\n    pass\n\n"
        "DeploymentSpec(name='a', flow_location='specs.py')\n"
    )
    text = texts(apply_folder(make_project({"specs.py": code}), unsafe=True))["specs.py"] or ""
    assert "    own.from_source(" in text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_comments_and_line_endings_stay(make_project: MakeProject, newline: str) -> None:
    spec = "DeploymentSpec(\n    flow=etl,\n    name='a',  # ours\n    # by night\n    tags=['x'],\n)  # end\n"
    folder = make_project({"flows.py": FLOWS})
    (folder / "specs.py").write_bytes((HEAD + spec).replace("\n", newline).encode())
    text = texts(apply_folder(folder, unsafe=True))["specs.py"] or ""
    assert all(comment in text for comment in ("# ours", "# by night", "# end"))
    assert text.count("\n") == text.count(newline)


@pytest.mark.parametrize(
    "code",
    [
        "DeploymentSpec(flow=etl)",
        "DeploymentSpec(name='a', flow=etl, **options)",
        "DeploymentSpec(name='a', flow=etl, flow_runner=DockerFlowRunner(image='x'))",
        "DeploymentSpec(name='a', flow=etl, flow_runner=SubprocessFlowRunner(env={'A': '1'}))",
        "DeploymentSpec(name='a', flow=etl, flow_runner=RUNNER)",
        "DeploymentSpec(name='a', flow=etl, flow_storage=STORAGE)",
        "DeploymentSpec(name='a', flow_location='missing.py')",
        "DeploymentSpec(name='a', flow_location='flows.py', flow_name='other')",
        "DeploymentSpec(name='a', flow_location=PATH)",
        "DeploymentSpec(name='a', flow=etl, parameters={'a': '''x\ny'''})",
        "print(DeploymentSpec(name='a', flow=etl))",
        "spec = DeploymentSpec(name='a', flow=etl)\nprint(spec)",
        "def f():\n    DeploymentSpec(name='a', flow=etl)",
        "Deployment(name='a', flow=etl, packager=PACKAGER)",
    ],
)
def test_what_says_more_is_reported(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "specs.py": HEAD + code + "\n"})
    (found,) = scan_folder(folder, select=("PM102",)).findings
    assert found.fix is None
    assert code in (texts(apply_folder(folder, unsafe=True)).get("specs.py") or HEAD + code)


def test_it_is_for_review(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "specs.py": HEAD + "DeploymentSpec(name='a', flow=etl)\n"})
    (found,) = scan_folder(folder, select=("PM102",)).findings
    assert found.applicability.value == "review"
    assert found.reason.startswith("running the script registers it")
