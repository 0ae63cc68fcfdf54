"""What Prefect 3 refuses or runs while the file of a flow is loaded: places beyond the rules' own examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.findings import Finding
from tests.conftest import MakeProject, apply_folder, apply_twice, scan_folder

FLOW = "from prefect import flow\n\n\n@flow\ndef etl(n=1):\n    return n\n\n\n"
ENTRY = "deployments:\n- name: daily\n  entrypoint: {}\n  work_pool:\n    name: pool\n"
GUARD = 'if __name__ == "__main__":'


def deployed(make_project: MakeProject, entrypoint: str = "flows.py:etl", **files: str) -> Path:
    named = {f"{name}.py": text for name, text in files.items()}
    return make_project({"requirements.txt": "prefect==2.20.0\n", "prefect.yaml": ENTRY.format(entrypoint), **named})


def found(folder: Path, code: str) -> list[Finding]:
    return scan_folder(folder, select=(code,)).findings


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("etl()  # now\n", f"{GUARD}\n    etl()  # now\n"),
        ("etl(\n    n=2,\n)", f"{GUARD}\n    etl(\n        n=2,\n    )"),
        ("etl()\netl(2)\n", f"{GUARD}\n    etl()\n{GUARD}\n    etl(2)\n"),
        ("import asyncio\n\nasyncio.run(etl())\n", f"import asyncio\n\n{GUARD}\n    asyncio.run(etl())\n"),
        ("print(etl(1), etl(2))\n", f"{GUARD}\n    print(etl(1), etl(2))\n"),
        ("etl.with_options(name='b')()\n", f"{GUARD}\n    etl.with_options(name='b')()\n"),
    ],
)
def test_call_gets_a_guard(make_project: MakeProject, call: str, expected: str) -> None:
    folder = deployed(make_project, flows=FLOW + call)
    assert apply_twice(folder, select=("PM418",)) == {"flows.py": FLOW + expected}


def test_line_ends_and_tabs_are_kept(make_project: MakeProject) -> None:
    text = (FLOW.replace("    ", "\t") + "etl()\n").replace("\n", "\r\n")
    folder = deployed(make_project, flows=text)
    assert apply_twice(folder, select=("PM418",))["flows.py"] == text.replace("\r\netl()", f"\r\n{GUARD}\r\n\tetl()")


@pytest.mark.parametrize(
    "call",
    [
        "rows = etl()\n",
        "etl(); print()\n",
        "try:\n    etl()\nfinally:\n    pass\n",
        'etl("""\n  a\n""")\n',
    ],
)
def test_only_reported(make_project: MakeProject, call: str) -> None:
    folder = deployed(make_project, flows=FLOW + call)
    assert len(found(folder, "PM418")) == 1
    assert not apply_folder(folder, unsafe=True, select=("PM418",)).changes


@pytest.mark.parametrize(
    "code",
    [
        f"{GUARD}\n    etl()\n",
        "def main():\n    etl()\n",
        "etl.serve('a')\n",
        "run = lambda: etl()\n",
        "@flow\ndef outer():\n    etl()\n",
    ],
)
def test_what_does_not_run_then(make_project: MakeProject, code: str) -> None:
    assert not found(deployed(make_project, flows=FLOW + code), "PM418")


def test_module_that_the_flow_imports(make_project: MakeProject) -> None:
    flows = f"import other\n\n{FLOW}"
    folder = deployed(make_project, flows=flows, other=f"{FLOW}etl()\n", alone=f"{FLOW}etl()\n")
    assert [finding.path for finding in found(folder, "PM418")] == ["other.py"]


def test_repository_on_prefect_3(make_project: MakeProject) -> None:
    folder = deployed(make_project, flows=f"{FLOW}etl()\n")
    (folder / "requirements.txt").write_text("prefect==3.4.0\n")
    assert not found(folder, "PM418")


STORAGE = "from prefect import flow, task\nfrom prefect.filesystems import LocalFileSystem\n"


@pytest.mark.parametrize(
    "code",
    [
        "x = task(result_storage=LocalFileSystem(basepath='a'))(print)\n",
        "etl = flow(print)\nother = etl.with_options(result_storage=LocalFileSystem(basepath='a'))\n",
        "def make():\n    block = LocalFileSystem(basepath='a')\n    return flow(result_storage=block)(print)\n",
        "from stores import made\n\nx = task(print, result_storage=made)\n",
    ],
)
def test_storage_that_nothing_saves(make_project: MakeProject, code: str) -> None:
    stores = "from prefect.filesystems import LocalFileSystem\n\nmade = LocalFileSystem(basepath='a')\n"
    folder = make_project({"a.py": STORAGE + code, "stores.py": stores})
    assert [finding.path for finding in found(folder, "PM417")] == ["a.py"]


@pytest.mark.parametrize(
    "code",
    [
        "block = LocalFileSystem(basepath='a')\nblock.save('b')\nx = flow(print, result_storage=block)\n",
        "block = LocalFileSystem(basepath='a')\nkeep(block)\nx = flow(print, result_storage=block)\n",
        "block = LocalFileSystem.load('b')\nx = flow(print, result_storage=block)\n",
        "x = flow(print, result_storage=choose())\n",
        "from stores import kept\n\nx = task(print, result_storage=kept)\n",
        "x = dict(result_storage=LocalFileSystem(basepath='a'))\n",
    ],
)
def test_storage_that_may_be_saved(make_project: MakeProject, code: str) -> None:
    stores = "from prefect.filesystems import LocalFileSystem\n\nkept = LocalFileSystem(basepath='a')\nkept.save('b')\n"
    folder = make_project({"a.py": STORAGE + code, "stores.py": stores})
    assert not found(folder, "PM417")
