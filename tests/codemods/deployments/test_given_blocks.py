"""`infrastructure=` that is a parameter of a function, which every call gives the same block."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Finding
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = (
    "from prefect.deployments import Deployment\nfrom prefect.infrastructure import DockerContainer, Process\n"
    "from flows import etl\n"
)
HELPER = """\
def deploy(name, block, tags=()):
    Deployment.build_from_flow(etl, name, tags=list(tags), infrastructure=block).apply()
"""
MAIN = """\
def main():
    here = Process.load("p")
    deploy("a", here)
    deploy("b", tags=["t"], block=here)
main()
"""


def written(make_project: MakeProject, code: str, style: str = "auto", **others: str) -> str:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    text = texts(apply_folder(folder, unsafe=True, target_style=style)).get("deploy.py")
    text = HEAD + code if text is None else text
    compile(text, "deploy.py", "exec")
    return text


def found(make_project: MakeProject, code: str, style: str = "auto", **others: str) -> Finding:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    (finding,) = (one for one in scan_folder(folder, target_style=style).findings if one.code == "PM101")
    return finding


def test_a_loaded_block(make_project: MakeProject) -> None:
    text = written(make_project, HELPER + MAIN)
    assert "def deploy(name, tags=()):" in text
    assert 'def main():\n    deploy("a")\n    deploy("b", tags=["t"])\nmain()\n' in text
    assert "Process" not in text
    assert 'work_pool_name="p"' in text


def test_a_block_that_the_module_makes(make_project: MakeProject) -> None:
    main = 'BLOCK = Process(env={"A": "1"})\ndeploy("a", BLOCK)\ndeploy("b", BLOCK, ["t"])\n'
    text = written(make_project, HELPER + main)
    assert 'deploy("a")\ndeploy("b", ["t"])\n' in text
    assert "BLOCK" not in text


def test_a_variable_of_the_module_with_the_name_of_the_parameter(make_project: MakeProject) -> None:
    text = written(make_project, HELPER + 'block = Process.load("p")\ndeploy("a", block)\nprint(block.name)\n')
    assert "def deploy(name, tags=()):" in text
    assert 'deploy("a")\nprint(block.name)\n' in text


def test_lines_of_their_own(make_project: MakeProject) -> None:
    helper = HELPER.replace("name, block, tags=()", "\n    name,\n    block: Process = None,\n    tags=(),\n")
    text = written(make_project, helper + 'deploy(\n    "a",\n    Process.load("p"),\n)\n')
    assert "def deploy(\n    name,\n    tags=(),\n):" in text
    assert 'deploy(\n    "a",\n)\n' in text


@pytest.mark.parametrize(
    "code",
    [
        HELPER + 'deploy("a", Process.load("p"))\nprint(deploy)\n',
        HELPER + 'deploy(*["a", Process.load("p")])\n',
        HELPER + 'deploy(**{"name": "a", "block": Process.load("p")})\n',
        HELPER + 'deploy("a", Process.load("p"), # why\n["t"])\n',
        HELPER + "    print(block)\n" + MAIN,
        HELPER + "deploy = print\n" + MAIN,
        HELPER.replace("    Dep", "    block = block or Process()\n    Dep") + MAIN,
        HELPER.replace("block, ", "block=Process(), ") + MAIN + 'deploy("c")\n',
        HELPER + MAIN.replace("    deploy", "    here.env = {}\n    deploy", 1),
        HELPER + MAIN.replace('Process.load("p")', "make()"),
        HELPER.replace("def", "@print\ndef") + MAIN,
        HELPER.replace("name, block", "*names, block").replace(", name", ", names[0]") + MAIN,
        HELPER.replace("    Dep", "    Process = 1\n    Dep") + MAIN,
        HELPER,
    ],
)
def test_what_may_differ_is_left(make_project: MakeProject, code: str) -> None:
    assert found(make_project, code).fix is None


def test_a_function_that_another_file_imports_is_left(make_project: MakeProject) -> None:
    code = "from deploy import deploy\n\ndeploy('z', None)\n"
    assert found(make_project, HELPER + MAIN, **{"more.py": code}).fix is None


def test_prefect_yaml_that_is_asked_for_cannot_say_it(make_project: MakeProject) -> None:
    assert found(make_project, HELPER + MAIN, "prefect-yaml").fix is None


def test_it_is_for_review(make_project: MakeProject) -> None:
    finding = found(make_project, HELPER + MAIN)
    assert finding.fix is not None
    assert finding.fix.title == "Name the block that every call gives"
    assert finding.reason == "every call gives the same block, whose work pool the definition names then"
