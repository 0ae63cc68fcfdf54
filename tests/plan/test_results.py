"""What `.apply()` returns: where nobody wants it, its statement can go to prefect.yaml with the definition."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
BUILD = 'Deployment.build_from_flow(etl, "a")'
WANTED = "what `.apply()` returns is used"


@pytest.mark.parametrize(
    "code",
    [
        f"a = {BUILD}\ndeployment_id = a.apply()\n",
        f"deployment_id = {BUILD}.apply()\n",
        f"deployment_id: str = {BUILD}.apply()\n",
        f"a = {BUILD}\ndeployment_id = a.apply()\nprint(f'{{a.name}} is {{deployment_id}}')\n",
        f"a = {BUILD}\nprint(a.apply())\n",
        f"print('registered', str({BUILD}.apply()))\n",
        f"async def main():\n    a = await {BUILD}\n    print(await a.apply())\n\n\nasyncio.run(main())\n",
    ],
)
def test_nobody_wants_it(make_project: MakeProject, code: str) -> None:
    code = ("import asyncio\n\n" if "asyncio" in code else "") + HEAD + code
    folder = make_project({"flows.py": FLOWS, "deploy.py": code})
    files = texts(apply_folder(folder, unsafe=True, target_style="prefect-yaml"))
    assert "- name: a" in (files["prefect.yaml"] or "")
    left = files["deploy.py"] or ""
    assert "apply" not in left
    assert "print" not in left


@pytest.mark.parametrize(
    "code",
    [
        f"deployment_id = {BUILD}.apply()\nopen('id', 'w').write(str(deployment_id))\n",
        f"a = {BUILD}\nprint(send(a.apply()))\n",
        f"a = {BUILD}\nids = [a.apply()]\n",
        f"a = b = {BUILD}.apply()\n",
        f"deployment_id = {BUILD}.apply()\n__all__ = ['deployment_id']\n",
        f"def deploy():\n    global deployment_id\n    deployment_id = {BUILD}.apply()\n\n\ndeploy()\n",
        f"taken = {BUILD}.apply()\n",
    ],
)
def test_somebody_wants_it(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, "other.py": "from deploy import taken\n"})
    found = [one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101"]
    assert [(one.fix, WANTED in one.reason) for one in found] == [(None, True)]


@pytest.mark.parametrize(
    "code", [f"a = {BUILD}\na.apply()\n", f"a = {BUILD}\nALL = [a]\nfor one in ALL:\n    one.apply()\n"]
)
def test_another_file_takes_the_deployment(make_project: MakeProject, code: str) -> None:
    folder = make_project(
        {"flows.py": FLOWS, "deploy.py": HEAD + code, "other.py": "from deploy import a\n\nprint(a.name)\n"}
    )
    found = [one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101"]
    assert [(one.fix, one.reason) for one in found] == [
        (None, "`a` may be wanted by others, who find it in no prefect.yaml")
    ]
