"""Blocks that only keep a value become Variables; what a Variable can't do is reported."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder, texts

HEAD = "from prefect.blocks.system import JSON, String\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('url = String.load("url").value', 'url = Variable.get("url")'),
        ('url = String.load(name="url").value.lower()', 'url = Variable.get(name="url").lower()'),
        ('host = JSON.load(f"db-{ENV}").value["host"]', 'host = Variable.get(f"db-{ENV}")["host"]'),
        (
            'async def f():\n    return (await JSON.load("db")).value',
            'async def f():\n    return await Variable.get("db")',
        ),
        (
            'async def f():\n    return (await JSON.load("db")).value["host"]',
            'async def f():\n    return (await Variable.get("db"))["host"]',
        ),
        (
            'block = JSON.load("db")  # ours\nprint(block.value["host"])',
            'block = Variable.get("db")  # ours\nprint(block["host"])',
        ),
        (
            'block = JSON.load("seen")\nblock.value = [*block.value, 1]\nblock.save("seen", overwrite=True)',
            'block = Variable.get("seen")\nblock = [*block, 1]\nVariable.set("seen", block, overwrite=True)',
        ),
        (
            'async def f():\n    block = await JSON.load("seen")\n    block.value.append(1)\n'
            '    await block.save(name="seen", overwrite=True)',
            'async def f():\n    block = await Variable.get("seen")\n    block.append(1)\n'
            '    await Variable.set("seen", block, overwrite=True)',
        ),
        (
            'JSON(\n    value={\n        "a": 1,  # one\n    }\n).save("db")',
            'Variable.set("db", {\n        "a": 1,  # one\n    })',
        ),
        ('block = JSON(value={"a": 1})\nblock.save("db")', 'block = {"a": 1}\nVariable.set("db", block)'),
        ('String(value=port).save("port")', 'Variable.set("port", str(port))'),
        ('String(value="x").save("port")', 'Variable.set("port", "x")'),
        (
            'try:\n    host = JSON.load("db").value["host"]\n    print(host)\nexcept Exception:\n    raise',
            'try:\n    host = Variable.get("db")["host"]\n    print(host)\nexcept Exception:\n    raise',
        ),
    ],
)
def test_becomes_a_variable(make_project: MakeProject, before: str, after: str) -> None:
    folder = make_project({"a.py": f"{HEAD}{before}\n"})
    text = texts(apply_folder(folder, unsafe=True))["a.py"] or ""
    compile(text, "a.py", "exec")
    assert text == f"from prefect.variables import Variable\n\n{after}\n"


@pytest.mark.parametrize(
    "code",
    [
        'print(JSON.load("db"))',
        'JSON.load("db", validate=False).value',
        "JSON.load(*names).value",
        'block = JSON.load("db")\nprint(block._block_document_id)',
        'block = JSON.load("db")\nuse(block)',
        'block = JSON.load("db")\nfor block in (1, 2):\n    print(block.value)',
        'try:\n    block = JSON.load("db")\nexcept ValueError:\n    block = JSON(value=[])\nprint(block.value)',
        'try:\n    found = JSON.load("db").value\nexcept Exception:\n    found = None',
        'uuid = JSON(value=1).save("db")',
        'JSON(value=1).save("db", client=client)',
        'JSON(  # why\n    value=1\n).save("db")',
        'def f(block: JSON):\n    print(block.value)',
        'block = JSON.load("db")\n\n\ndef f():\n    block.value = 1',
        'JSON(value=1, extra=2).save("db")',
        'class Mine(JSON): ...',
    ],
)  # fmt: skip
def test_what_a_variable_cannot_do_is_reported(make_project: MakeProject, code: str) -> None:
    head = "from prefect.blocks.system import JSON\n\n"
    folder = make_project({"a.py": f"{head}{code}\n"})
    (found,) = (one for one in scan_folder(folder).findings if one.code == "PM301")
    assert found.fix is None
    assert "a.py" not in texts(apply_folder(folder, unsafe=True))


def test_an_import_of_each_function_goes_with_it(make_project: MakeProject) -> None:
    one = 'def {}():\n    from prefect.blocks.system import JSON\n\n    return JSON.load("{}").value\n'
    folder = make_project({"a.py": one.format("f", "a") + "\n\n" + one.format("g", "b")})
    text = texts(apply_folder(folder, unsafe=True))["a.py"] or ""
    assert 'return Variable.get("a")' in text
    assert 'return Variable.get("b")' in text
    assert "JSON" not in text


def test_a_block_that_another_file_takes_stays(make_project: MakeProject) -> None:
    block = 'from prefect.blocks.system import JSON\n\nblock = JSON.load("db")\n'
    folder = make_project(
        {"a.py": block, "b.py": "from prefect import flow\nfrom a import block\n\nprint(block.value)\n"}
    )
    assert "a.py" not in texts(apply_folder(folder, unsafe=True))


def test_it_is_for_review_and_says_how_to_move_the_value(make_project: MakeProject) -> None:
    code = 'from prefect.blocks.system import JSON\n\nprint(JSON.load("db").value)\n'
    (found,) = (one for one in scan_folder(make_project({"a.py": code})).findings if one.code == "PM301")
    assert found.applicability.value == "review"
    assert 'what `JSON.load("db").value` is in Prefect 2, `Variable.set` in Prefect 3' in found.reason


def test_a_target_that_has_the_blocks_keeps_them(make_project: MakeProject) -> None:
    folder = make_project({"a.py": 'from prefect.blocks.system import JSON\n\nprint(JSON.load("db").value)\n'})
    assert not [one for one in scan_folder(folder, target=(3, 4)).findings if one.code == "PM301"]
