"""Async tasks and flows that nothing awaits: in helpers of flows, and outside of them."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, scan_folder

HEAD = """\
import asyncio

from prefect import flow, task


@task
async def load():
    return 1


@flow
async def child():
    return 1


"""
ETL = "@flow\ndef etl():\n    {}\n\n\n"


@pytest.mark.parametrize(
    ("code", "called"),
    [
        (ETL.format("helper()") + "def helper():\n    return load()\n", "in `helper`, which `etl` calls"),
        (ETL.format("return helper()") + "def helper():\n    return child()\n", "in `helper`, which `etl` calls"),
        (
            ETL.format("first()") + "def first():\n    second()\n\n\ndef second():\n    load()\n",
            "in `second`, which `etl` calls",
        ),
        ("@flow\ndef etl():\n    def inner():\n        load()\n\n    inner()\n", "in `inner`, which `etl` calls"),
        ("load()\n", "outside of a flow"),
        ("if __name__ == '__main__':\n    print(load())\n", "outside of a flow"),
        (ETL.format("asyncio.run(helper())") + "def helper():\n    return load()\n", ""),
        (ETL.format("pass") + "def helper():\n    return load()\n", ""),
        ("@flow\nasync def etl():\n    await helper()\n\n\ndef helper():\n    return load()\n", ""),
        (ETL.format("helper()") + "def helper():\n    return asyncio.run(load())\n", ""),
        (ETL.format("helper()") + "def helper():\n    return load.submit()\n", ""),
        (ETL.format("helper()") + "@cache\ndef helper():\n    return load()\n", ""),
        (ETL.format("helper()") + "async def helper():\n    return await load()\n", ""),
        ("child()\n", ""),
        ("asyncio.run(load())\n", ""),
        ("runs = [lambda: load()]\n", ""),
    ],
)
def test_nothing_awaits_it(make_project: MakeProject, code: str, called: str) -> None:
    folder = make_project({"flows.py": HEAD + code, "requirements.txt": "prefect==2.20.0\n"})
    found = scan_folder(folder, select=("PM403",)).findings
    assert len(found) == bool(called)
    assert all(f"async: called {called}, Prefect 3 does not run it" in one.message for one in found)
