"""Deployments in functions, for prefect.yaml: only those that each run of the script registers, once."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, scan_folder

BUILD = 'Deployment.build_from_flow(etl, "a").apply()'
ASYNC = """\
import asyncio


async def deploy():
    d = await Deployment.build_from_flow(etl, 'a')
    await d.apply()
"""
GUARD = 'if __name__ == "__main__":\n    '


def reasons(make_project: MakeProject, code: str) -> list[str]:
    head = "from prefect.deployments import Deployment\nfrom flows import etl\n\n\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": head + code})
    found = (one for one in scan_folder(folder, target_style="prefect-yaml").findings if one.code == "PM101")
    return [one.reason for one in found if one.fix is None]


@pytest.mark.parametrize(
    "code",
    [
        f"def deploy():\n    {BUILD}\n\n\n{GUARD}deploy()\n",
        f"def deploy():\n    {BUILD}\n    return True\n\n\ndeploy()\n",
        f"def deploy():\n    print('a')\n    {BUILD}\n\n\ndef main():\n    deploy()\n\n\n{GUARD}main()\n",
        f"{ASYNC}\n\n{GUARD}asyncio.run(deploy())\n",
        f"{ASYNC}\n\nasync def main():\n    await deploy()\n\n\n{GUARD}asyncio.run(main())\n",
    ],
)
def test_a_function_that_always_runs(make_project: MakeProject, code: str) -> None:
    assert reasons(make_project, code) == []


@pytest.mark.parametrize(
    "code",
    [
        f"def deploy():\n    {BUILD}\n",
        f"def deploy():\n    {BUILD}\n\n\n{GUARD}if x:\n        deploy()\n",
        f"def deploy():\n    {BUILD}\n\n\ndeploy()\ndeploy()\n",
        f"def deploy():\n    {BUILD}\n\n\ndeploy()\nother = deploy\n",
        f"def deploy(name):\n    {BUILD}\n\n\ndeploy('a')\n",
        f"def deploy():\n    if x:\n        return\n    {BUILD}\n\n\ndeploy()\n",
        f"def deploy():\n    {BUILD}\n    yield 1\n\n\ndeploy()\n",
        f"@wrapped\ndef deploy():\n    {BUILD}\n\n\ndeploy()\n",
        f"class A:\n    def deploy(self):\n        {BUILD}\n\n\nA().deploy()\n",
        f"def deploy():\n    deploy()\n    {BUILD}\n\n\nprint(deploy())\n",
        f"{ASYNC}\n\n{GUARD}deploy()\n",
        f"{ASYNC}\n\n{GUARD}asyncio.run(asyncio.wait_for(deploy(), 9))\n",
        f"{ASYNC}\n\nasync def main():\n    asyncio.create_task(deploy())\n\n\n{GUARD}asyncio.run(main())\n",
    ],
)
def test_a_function_that_may_not_run(make_project: MakeProject, code: str) -> None:
    assert reasons(make_project, code) == ["it is not registered every time that the script runs"]


def test_what_nothing_registers(make_project: MakeProject) -> None:
    code = 'Deployment.build_from_flow(etl, "a")\n'
    assert reasons(make_project, code) == ["nothing here registers it, which an entry of prefect.yaml would"]
