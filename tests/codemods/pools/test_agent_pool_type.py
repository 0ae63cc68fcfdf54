"""PM205: where the type of agents stands, and where the same text is a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts

MakeProject = Callable[..., Path]
IMPORT = "import prefect\n"


@pytest.mark.parametrize(
    "code",
    [
        "def make(name, *, pool_type='{}'): ...\n",
        "def make(a, /, work_pool_type='{}', *rest, name='x'): ...\n",
        "async def make(name='prefect-agent', type=\"{}\"): ...\n",
        "requests.post(url, json={{'name': 'a', 'type': '{}', **more}})\n",
        "client.create(WorkPoolCreate(name=name, type='{}'), **more)\n",
    ],
)
def test_the_type(make_project: MakeProject, code: str) -> None:
    folder = make_project({"a.py": IMPORT + code.format("prefect-agent")})
    changes = texts(apply_folder(folder, select=("PM205",), unsafe=True))
    assert changes == {"a.py": IMPORT + code.format("process")}


@pytest.mark.parametrize(
    "code",
    ["run(name='prefect-agent')\n", "def run(service='prefect-agent'): ...\n", "x = {1: 'prefect-agent', **y}\n"],
)
def test_a_name(make_project: MakeProject, code: str) -> None:
    assert not scan_folder(make_project({"a.py": IMPORT + code}), select=("PM205",)).findings
