"""PM423: calls of flows that return several runs."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_twice, scan_folder

_HEAD = "from prefect import flow, task\n\n@task\ndef load(n): ...\n\n"
_PIN = {"requirements.txt": "prefect==2.20.0\n"}


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("return load.map([1])", True),
        ("return [load.submit(1), load(2, return_state=True)]", True),
        ("futures = []\n    for n in (1, 2):\n        futures.append(load.submit(n))\n    return futures", True),
        ("a = load.submit(1)\n    b = load.submit(2)\n    return a, b", True),
        ("a = load.submit(1)\n    b = load.submit(2)\n    a.result()\n    return a, b", True),
        ("a = load.map([1])\n    [x.wait() for x in a]\n    return a", True),
        ("a = load.submit(1)\n    return [a.result()]", False),
        ("a = load.map([1])\n    [x.result() for x in a]\n    return a", False),
        ("return load.submit(1)", False),
        ("return {'a': load.submit(1)}", False),
        ("return [load.submit(1), None]", False),
        ("def inner():\n        return load.map([1])\n    inner()", False),
        ("return []", False),
    ],
)
def test_what_a_flow_returns(make_project: MakeProject, body: str, is_told: bool) -> None:
    text = f"{_HEAD}@flow\ndef part():\n    {body}\n\npart()\n"
    found = scan_folder(make_project({"a.py": text, **_PIN}), select=("PM423",)).findings
    assert len(found) == is_told
    text = f"{_HEAD}@task\ndef part():\n    {body}\n\npart()\n"
    assert not scan_folder(make_project({"a.py": text, **_PIN}), select=("PM423",)).findings


@pytest.mark.parametrize(
    ("flow", "caller", "expected"),
    [
        ("def", "x = part(1)  # now", "x = part(1, return_state=True).result()  # now"),
        ("def", "part(\n        1,\n    )", "part(\n        1,\n        return_state=True,\n    ).result()"),
        ("def", "f = flows.part(n=1)", "f = flows.part(n=1, return_state=True).result()"),
        ("def", "part(**given)", None),
        ("def", "part(1, return_state=False)", None),
        ("async def", "asyncio.run(part(1))", None),
    ],
)
def test_calls_from_another_file(make_project: MakeProject, flow: str, caller: str, expected: str | None) -> None:
    flows = f"{_HEAD}@flow\n{flow} part(n):\n    return load.map([n])\n"
    text = f"import asyncio\nimport flows\nfrom flows import part\n\ndef main():\n    {caller}\n"
    folder = make_project({"flows.py": flows, "main.py": text, **_PIN})
    assert len(scan_folder(folder, select=("PM423",)).findings) == 1
    changed = apply_twice(folder, select=("PM423",))
    assert changed == ({} if expected is None else {"main.py": text.replace(caller, expected)})


@pytest.mark.parametrize(
    ("flow", "caller", "expected"),
    [
        ("async def", "await part()", "await (await part(return_state=True)).result()"),
        ("async def", "(await part())[0]", "(await (await part(return_state=True)).result())[0]"),
        ("async def", "await asyncio.gather(part(), part())", None),
        ("def", "part()", None),
    ],
)
def test_calls_in_a_coroutine(make_project: MakeProject, flow: str, caller: str, expected: str | None) -> None:
    part = f"import asyncio\n{_HEAD}@flow\n{flow} part():\n    return load.map([1])\n\n"
    text = f"{part}@flow\nasync def etl():\n    {caller}\n"
    folder = make_project({"a.py": text, **_PIN})
    assert len(scan_folder(folder, select=("PM423",)).findings) == caller.count("part()")
    changed = apply_twice(folder, select=("PM423",))
    assert changed == ({} if expected is None else {"a.py": text.replace(f"    {caller}", f"    {expected}")})


def test_prefect_3_is_left_alone(make_project: MakeProject) -> None:
    text = f"{_HEAD}@flow\ndef part():\n    return load.map([1])\n\npart()\n"
    folder = make_project({"a.py": text, "requirements.txt": "prefect>=3\n"})
    assert not scan_folder(folder, select=("PM423",)).findings
