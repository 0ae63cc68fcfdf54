"""Definitions that a coroutine awaits together, `await asyncio.gather(Deployment.build_from_flow(...), ...)`."""

from __future__ import annotations

import pytest

from tests.conftest import FLOWS, MakeProject, apply_folder, apply_twice, scan_folder

HEAD = "import asyncio\nfrom prefect.deployments import Deployment\nfrom flows import etl\n\n\nasync def main():\n"
ONE = "Deployment.build_from_flow(etl, 'one')"
NEW = 'etl.to_deployment(name=\'one\', work_pool_name="process-pool", job_variables={"working_dir": str(Path.cwd())})'


@pytest.mark.parametrize(
    "body",
    [
        "    built = await asyncio.gather({one})\n    for d in built:\n        await d.apply()\n",
        "    a, = await asyncio.gather({one})\n    await asyncio.gather(a.apply())\n",
        "    for d in await asyncio.gather(*[{one} for _ in (1,)]):\n        await d.apply()\n",
        "    tasks = [{one}]\n    built = await asyncio.gather(*tasks)\n    await built[0].apply()\n",
        "    tasks = []\n    tasks.append({one})\n    a, = await asyncio.gather(*tasks)\n    await a.apply()\n",
    ],
)
def test_each_stays_a_coroutine(make_project: MakeProject, body: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + body.format(one=ONE)})
    made = apply_twice(folder)["deploy.py"]
    assert made is not None
    assert "".join(NEW.split()) in "".join(made.replace("\n", "").split()).replace(",)", ")")
    assert "Deployment.build" not in made


@pytest.mark.parametrize(
    "body",
    [
        "    gather = asyncio.gather({one})\n    return gather\n",
        "    tasks = [{one}]\n    print(tasks)\n    await asyncio.gather(*tasks)\n",
        "    tasks = [{one}]\n    await asyncio.wait(tasks)\n",
        "    await collect({one})\n",
    ],
)
def test_what_is_not_plainly_awaited_is_left(make_project: MakeProject, body: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + body.format(one=ONE)})
    assert not [change for change in apply_folder(folder, unsafe=True).changes if change.path == "deploy.py"]


def test_what_must_be_set_on_the_object_has_no_place_in_gather(make_project: MakeProject) -> None:
    block = "Deployment.build_from_flow(etl, 'one', infrastructure=DockerContainer(image='a'))"
    text = f"from prefect.infrastructure import DockerContainer\n{HEAD}    await asyncio.gather({block})\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": text})
    reasons = [finding.reason for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert any("no place inside of `asyncio.gather`" in reason for reason in reasons)


def test_registered_at_once(make_project: MakeProject) -> None:
    text = f"{HEAD}    await asyncio.gather({ONE[:-1]}, apply=True))\n"
    folder = make_project({"flows.py": FLOWS, "deploy.py": text})
    reasons = [finding.reason for finding in scan_folder(folder).findings if finding.code == "PM101"]
    assert reasons == [
        "it is registered at once (`apply=True`) inside of `asyncio.gather`: await its `.apply()` behind that"
    ]
