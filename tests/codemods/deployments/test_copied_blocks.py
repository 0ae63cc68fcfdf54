"""Infrastructure that is a copy of another block becomes a pool of its own, in every spelling of what it changes."""

from __future__ import annotations

import json

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = (
    "from prefect.deployments import Deployment\nfrom prefect.infrastructure import DockerContainer\n"
    "from flows import etl\n\nCHANGED = {'image': 'me/b', 'auto_remove': True}\n"
    "small = DockerContainer(image='me/a', mem_limit='1g')\n"
)
BUILD = "Deployment.build_from_flow(etl, 'a', infrastructure=big, path='/app', entrypoint='flows.py:etl').apply()\n"


@pytest.mark.parametrize(
    "copy",
    [
        "small.copy(update={'image': 'me/b', 'auto_remove': True})",
        "small.copy(update=dict(image='me/b', auto_remove=True))",
        "small.copy(update=CHANGED)",
        "small.copy(update={**CHANGED})",
        "small.copy(update=dict(image='me/b')).copy(update={'auto_remove': True})",
    ],
)
def test_what_the_copy_changes(make_project: MakeProject, copy: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": f"{HEAD}big = {copy}\n{BUILD}"})
    result = apply_folder(folder, unsafe=True)
    assert result.remaining.findings == []
    (template,) = (text for path, text in texts(result).items() if path.endswith(".json"))
    variables = json.loads(template or "")["variables"]["properties"]
    assert [variables[name]["default"] for name in ("image", "auto_remove", "mem_limit")] == ["me/b", True, "1g"]
    assert "DockerContainer" not in (texts(result).get("deploy.py") or "")


@pytest.mark.parametrize(
    "copy",
    [
        "small.copy(update=changes())",
        "small.copy(update={**changes()})",
        "small.copy(update=dict(**CHANGED))",
        "small.copy(exclude={'image'})",
        "DockerContainer.load('x').copy(update={'image': 'me/b'})",
    ],
)
def test_a_copy_of_unknown_parts_is_reported(make_project: MakeProject, copy: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": f"{HEAD}big = {copy}\n{BUILD}"})
    (found,) = scan_folder(folder, select=("PM101",)).findings
    assert found.fix is None
    assert "a copy that only" in found.reason


def test_the_original_stays_where_it_is_used(make_project: MakeProject) -> None:
    code = f"{HEAD}big = small.copy()\n{BUILD}print(small)\n"
    text = texts(apply_folder(make_project({"flows.py": FLOWS, "deploy.py": code}), unsafe=True)).get("deploy.py") or ""
    assert "small = DockerContainer(image='me/a', mem_limit='1g')" in text
    assert "big" not in text


@pytest.mark.parametrize("spread", ["{**small.env, 'B': '2'}", "small.env | {'B': '2'}"])
def test_what_it_takes_from_the_original(make_project: MakeProject, spread: str) -> None:
    head = HEAD.replace("mem_limit='1g'", "mem_limit='1g', env={'A': 1}")
    folder = make_project(
        {"flows.py": FLOWS, "deploy.py": f"{head}big = small.copy(update={{'env': {spread}}})\n{BUILD}"}
    )
    result = apply_folder(folder, unsafe=True)
    (template,) = (text for path, text in texts(result).items() if path.endswith(".json"))
    assert json.loads(template or "")["variables"]["properties"]["env"]["default"] == {"A": "1", "B": "2"}
    assert "DockerContainer" not in (texts(result).get("deploy.py") or "")


@pytest.mark.parametrize("more", ["", "small.env['C'] = '3'\n"])
def test_what_only_the_run_tells_of_the_original(make_project: MakeProject, more: str) -> None:
    env = "env={'A': '1'}" if more else "env={'A': os.environ['A']}"
    head = "import os\n" + HEAD.replace("mem_limit='1g'", env) + more
    code = f"{head}big = small.copy(update={{'env': {{**small.env, 'B': '2'}}}})\n{BUILD}"
    (found,) = (
        one for one in scan_folder(make_project({"flows.py": FLOWS, "deploy.py": code})).findings if one.code == "PM101"
    )
    assert found.fix is None
    assert "from the block `small`, of which only the run tells what it holds" in found.reason
