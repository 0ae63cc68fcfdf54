"""`for options in [{...}, {...}]: Deployment.build_from_flow(**options)`."""

from __future__ import annotations

import pytest

from prefect_migrate.findings import Applicability
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.deployments import Deployment\nfrom flows import etl\n\n"
LIST = 'ALL = [\n    {"flow": etl, "name": "a", "tags": ["x"]},\n    dict(flow=etl, name="b"),\n]\n'
LOOP = "for one in ALL:\n    Deployment.build_from_flow(**one).apply()\n"


def after(make_project: MakeProject, code: str, **others: str) -> str:
    """The script as it is afterwards, on one line; "" if it stays as it was."""
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code, **others})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or ""
    compile(text, "deploy.py", "exec")
    return " ".join(text.split())


def test_list_of_dicts(make_project: MakeProject) -> None:
    text = after(make_project, LIST + "\n\n" + LOOP)
    assert text.count(".deploy(") == 2
    assert 'name="a", work_pool_name="process-pool", tags=["x"]' in text
    assert 'name="b"' in text
    assert "ALL" not in text
    assert "for " not in text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'for k, v in {"a": {"flow": etl}}.items():\n    Deployment.build_from_flow(name=k, **v).apply()\n',
            'name="a"',
        ),
        (
            'for o in ({"flow": etl, "name": "a"},):\n    d = Deployment.build_from_flow(**o)\n    d.apply()\n'
            "    print(f\"made {o['name']}\", o['name'])\n",
            "print('made a', \"a\")",
        ),
        (
            'for k, v in {"a": {"flow": etl}}.items(): Deployment.build_from_flow(name=f"{k}-x", **v).apply()\n',
            "name='a-x'",
        ),
        (
            "def main():\n    all = [{'flow': etl, 'name': 'a'}]\n    for o in all:\n"
            "        Deployment.build_from_flow(work_queue_name='q', **o).apply()\n\n\nmain()\n",
            "work_queue_name='q', name='a'",
        ),
        (
            "async def main():\n    for o in [{'flow': etl, 'name': 'a'}]:\n"
            "        d = await Deployment.build_from_flow(**o)\n        await d.apply()\n",
            "d = await etl.to_deployment(",
        ),
    ],
    ids=["items", "f-string", "one line", "function", "coroutine"],
)  # fmt: skip
def test_other_shapes(make_project: MakeProject, code: str, expected: str) -> None:
    text = after(make_project, code)
    assert "Deployment.build_from_flow" not in text
    assert expected in text


@pytest.mark.parametrize(
    "code",
    [
        LIST + "for one in ALL:\n    if len(ALL) > 1:\n        Deployment.build_from_flow(**one).apply()\n",
        LIST + "for one in ALL:\n    Deployment.build_from_flow(**one).apply()\n    break\n",
        LIST + LOOP + "else:\n    print(1)\n",
        LIST + LOOP + "print(one)\n",
        LIST + "ALL.append({})\n" + LOOP,
        LIST.replace("\n    dict", "  # nightly\n    dict") + LOOP,
        LIST + "for one in ALL:\n    one['version'] = 1\n    Deployment.build_from_flow(**one).apply()\n",
        LIST + "for one in ALL:\n    one = {**one, 'version': 1}\n    Deployment.build_from_flow(**one).apply()\n",
        LIST + "for one in ALL:\n    print(one.get('name'))\n    Deployment.build_from_flow(**one).apply()\n",
        LIST + "for one in ALL:\n    Deployment.build_from_flow(name='c', **one).apply()\n",
        LIST + "for one in ALL:\n    print('''a\n    b''')\n    Deployment.build_from_flow(**one).apply()\n",
        LIST + "for one in ALL:\n    print(f\"{one['tags']}\")\n    Deployment.build_from_flow(**one).apply()\n",
        LIST + "for number, one in enumerate(ALL):\n    Deployment.build_from_flow(**one).apply()\n",
        "for one in [{'flow': etl, 'name': next(iter('a'))}]:\n    Deployment.build_from_flow(**one).apply()\n",
        "for one in [{'flow': etl, 'name': n} for n in 'ab']:\n    Deployment.build_from_flow(**one).apply()\n",
        "for one in [*others, {'flow': etl, 'name': 'a'}]:\n    Deployment.build_from_flow(**one).apply()\n",
        "for one in [{'flow': etl, 'name': 'a'}] * 2:\n    Deployment.build_from_flow(**one).apply()\n",
    ],
)
def test_loop_that_stays(make_project: MakeProject, code: str) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": HEAD + code})
    text = texts(apply_folder(folder, unsafe=True)).get("deploy.py") or HEAD + code
    assert "**one).apply()" in text
    assert "PM101" in {one.code for one in scan_folder(folder).findings if one.applicability is Applicability.MANUAL}


def test_list_that_another_module_reads(make_project: MakeProject) -> None:
    other = "from deploy import ALL\n\nprint(ALL)\n"
    assert after(make_project, LIST + LOOP, **{"other.py": other}) == ""
