"""What runs, futures and states do otherwise in Prefect 3: places beyond the rules' own examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import apply_folder, apply_twice, scan_folder, texts

HEAD = "import asyncio\n\nfrom prefect import flow, task\n\n\n@task\nasync def load(n):\n    return n\n\n\n"
ASYNC = f"{HEAD}@flow\nasync def etl():\n    "
SYNC = f"{HEAD}@flow\ndef etl():\n    "
STATES = "from prefect import flow, task\n\n\n@task\ndef load(n=1):\n    return n\n\n\n@flow\ndef etl():\n    "


def codes(folder: Path, text: str, pin: str = "prefect==2.20.0\n") -> list[str]:
    (folder / "a.py").write_text(text)
    (folder / "requirements.txt").write_text(pin)
    return [finding.code for finding in scan_folder(folder, select=("PM4",)).findings]


def rewritten(folder: Path, text: str, *, unsafe: bool = False) -> str:
    """What is made of a body, without the imports."""
    (folder / "a.py").write_text(text)
    (folder / "requirements.txt").write_text("prefect==2.20.0\n")
    after = texts(apply_folder(folder, select=("PM4",), unsafe=unsafe))["a.py"]
    assert after is not None
    (folder / "a.py").write_text(after)
    assert not apply_folder(folder, select=("PM4",), unsafe=unsafe).changes
    return after.rpartition("def etl():\n    ")[2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return (await load.submit(1)).result()\n", "return load.submit(1).result()\n"),
        ("return (await (await load.submit(1)).result()).x\n", "return load.submit(1).result().x\n"),
        ("return await  load.map([1])\n", "return load.map([1])\n"),
        (
            "f = await load.with_options(name='x').submit(1)\n    return f\n",
            "f = load.with_options(name='x').submit(1)\n    return f\n",
        ),
        ("return await (  # now\n        load.submit(1)\n    )\n", "return (  # now\n        load.submit(1)\n    )\n"),
        (
            "a, b = await asyncio.gather(load.submit(1), load.submit(2))\n    return a, b\n",
            "a, b = [load.submit(1), load.submit(2)]\n    return a, b\n",
        ),
        (
            "return await asyncio.gather(*(load.submit(n) for n in (1, 2)))\n",
            "return [load.submit(n) for n in (1, 2)]\n",
        ),
        (
            "all = [load.submit(1)]\n    return await asyncio.gather(*[one.result() for one in all])\n",
            "all = [load.submit(1)]\n    return [one.result() for one in all]\n",
        ),
        ("a = load.submit(1)\n    b = await a\n    return b\n", "a = load.submit(1)\n    b = a\n    return b\n"),
        (
            "all = [load.submit(1)]\n    return [await one for one in all]\n",
            "all = [load.submit(1)]\n    return [one for one in all]\n",
        ),
        (
            "all = {}\n    all['a'] = await load.submit(1)\n    return [await one.result() for one in all.values()]\n",
            "all = {}\n    all['a'] = load.submit(1)\n    return [one.result() for one in all.values()]\n",
        ),
        (
            "all = {n: await load.submit(n) for n in (1, 2)}\n    return await all[1].result()\n",
            "all = {n: load.submit(n) for n in (1, 2)}\n    return all[1].result()\n",
        ),
        (
            "all = []\n    all.append(await load.submit(1))\n    return [await one.result() for one in all]\n",
            "all = []\n    all.append(load.submit(1))\n    return [one.result() for one in all]\n",
        ),
        (
            "all = await asyncio.gather(load.submit(1), *[load.submit(2)])\n    return await all[0].result()\n",
            "all = [load.submit(1), *[load.submit(2)]]\n    return all[0].result()\n",
        ),
        (
            "all = [load.submit(1)]\n    return await asyncio.gather(*all, load.submit(2))\n",
            "all = [load.submit(1)]\n    return [*all, load.submit(2)]\n",
        ),
    ],
)
def test_awaited(tmp_path: Path, body: str, expected: str) -> None:
    assert rewritten(tmp_path, ASYNC + body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "return await asyncio.gather(load.submit(1), load(2))\n",
        "return await asyncio.gather(*[load.submit(1)], return_exceptions=True)\n",
        "return await asyncio.gather(\n        # first\n        load.submit(1),\n    )\n",
        "return asyncio.create_task(load.submit(1))\n",
    ],
)
def test_handed_to_asyncio_by_hand(tmp_path: Path, body: str) -> None:
    assert codes(tmp_path, ASYNC + body) == ["PM401"]
    assert not apply_folder(tmp_path, select=("PM4",), unsafe=True).changes


def test_task_of_another_module(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(HEAD)
    head = "from prefect import flow\nfrom tasks import load\n\n\n@flow\n"
    text = f"{head}async def etl():\n    return await load.submit(1)\n"
    assert rewritten(tmp_path, text) == "return load.submit(1)\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "s = load.submit(\n        1,\n    ).wait()\n    return s\n",
            "s = load.submit(\n        1,\n        return_state=True,\n    )\n    return s\n",
        ),
        (
            "f = load.submit()\n    if f.wait().is_failed():\n        return f\n",
            "f = load.submit()\n    if (f.wait() or f.state).is_failed():\n        return f\n",
        ),
        (
            "f = load.submit()\n    s = f.wait()  # done\n    return s\n",
            "f = load.submit()\n    f.wait()\n    s = f.state  # done\n    return s\n",
        ),
        (
            "f = load.submit(); s = f.wait()\n    return s\n",
            "f = load.submit(); s = f.wait() or f.state\n    return s\n",
        ),
    ],
)
def test_value_of_wait(tmp_path: Path, body: str, expected: str) -> None:
    assert rewritten(tmp_path, STATES + body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("load.map([1])\n", 1),
        ("try:\n        load()\n    except ValueError:\n        pass\n", 1),
        ("try:\n        n = load.submit().result()\n    except Exception as error:\n        print(error)\n", 1),
        ("for n in (1, 2):\n        try:\n            load(n)\n        except ValueError:\n            continue\n", 1),
        (
            "try:\n        try:\n            load()\n        finally: ...\n    except:\n        pass\n",
            1,
        ),
        ("from contextlib import suppress\n    with suppress(ValueError):\n        load()\n", 1),
        ("with open('x'):\n        load()\n", 0),
        ("try:\n        load()\n    except ValueError:\n        sys.exit(1)\n", 0),
        ("try:\n        load()\n    except ValueError as e:\n        raise RuntimeError from e\n", 0),
        ("try:\n        print()\n    except ValueError:\n        load()\n", 0),
        ("try:\n        load()\n    finally:\n        print()\n", 0),
        ("a = load.submit()\n    load.submit(a)\n", 2),
        ("a = load.submit()\n    load.submit(2, wait_for=[a]).result()\n", 1),
        ("a = load.submit()\n    a.result(raise_on_failure=False)\n", 1),
        ("a = [load.submit(n) for n in range(3)]\n    [one.wait() for one in a]\n", 1),
        ("a = load.submit()\n    print(a)\n", 0),
        ("a = load.submit()\n    a.result()\n", 0),
        ("load.submit()\n    return 1\n", 0),
        ("load.submit()\n    return None\n", 1),
        ("def inner():\n        return 1\n    load.submit()\n", 1),
        ("s = load(return_state=True)\n    s.result()\n", 0),
    ],
)
def test_outcome_that_nobody_sees(tmp_path: Path, body: str, expected: int) -> None:
    assert codes(tmp_path, STATES + body) == ["PM404"] * expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("load(1)\n", ["PM403"]),
        ("import asyncio\n    asyncio.run(load(1))\n", []),
        ("return load.fn(1)\n", []),
        ("return lambda: load(1)\n", []),
    ],
)
def test_child_that_is_async(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert codes(tmp_path, SYNC + body) == expected


@pytest.mark.parametrize(
    ("pin", "expected"),
    [("prefect>=3\n", []), ("prefect\n", []), ("prefect==2.20.0\n", ["PM404"]), ("prefect<3\n", ["PM404"])],
)
def test_what_works_otherwise_is_found_on_prefect_2_only(tmp_path: Path, pin: str, expected: list[str]) -> None:
    assert codes(tmp_path, STATES + "load.submit()\n", pin) == expected


def test_code_that_only_prefect_2_runs_tells_the_version(tmp_path: Path) -> None:
    (tmp_path / "deploy.sh").write_text("prefect agent start -q etl\n")
    assert codes(tmp_path, STATES + "load.submit()\n", "prefect\n") == ["PM404"]


def test_await_fails_on_prefect_3_too(tmp_path: Path) -> None:
    assert codes(tmp_path, ASYNC + "return await load.submit(1)\n", "prefect>=3\n") == ["PM401"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("rows: list[int]): rows.sort()", 1),
        ("rows: dict): del rows['a']", 1),
        ("rows: 'Frame'): rows.append(1)", 0),
        ("rows): rows.update({})", 0),
        ("rows: list): return rows.copy().append(1)", 0),
    ],
)
def test_argument_that_a_task_changes(tmp_path: Path, change: str, expected: int) -> None:
    text = f"from prefect import task\n\n\n@task\ndef mark({change}\n"
    assert codes(tmp_path, text) == ["PM411"] * expected


def test_policy_of_a_name_that_is_taken(tmp_path: Path) -> None:
    text = "from prefect import task\n\nNO_CACHE = 1\n\n\n@task(result_serializer='json')\ndef load(): ...\n"
    assert codes(tmp_path, text) == ["PM408"]
    assert not apply_folder(tmp_path, select=("PM4",), unsafe=True).changes


def test_list_of_several_things_is_not_one_of_futures(tmp_path: Path) -> None:
    body = (
        "all = []\n    all.append(load.submit(1))\n    all.append(load)\n    return [await x.result() for x in all]\n"
    )
    assert codes(tmp_path, ASYNC + body) == []


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ASYNC, 'print(f"{await f.result()}")', 'print(f"{f.result()}")'),
        (ASYNC, "print(f'{await load.submit(\"a\")}')", "print(f'{load.submit(\"a\")}')"),
        (ASYNC, 'print(f"{(await load.submit(1)).result()!r:>{10}}")', 'print(f"{load.submit(1).result()!r:>{10}}")'),
        (SYNC, 'print(f"{f.wait()}")', 'print(f"{(f.wait() or f.state)}")'),
        (
            SYNC,
            'print(f"{f.wait(timeout=2)!r}" "{f.wait()}")',
            'print(f"{(f.wait(timeout=2) or f.state)!r}" "{f.wait()}")',
        ),
        (SYNC, "print(f'{f.wait()=}')", "print(f'{(f.wait() or f.state)=}')"),
        (SYNC, 'print(rf"\\d{{{f.wait().name}}}")', 'print(rf"\\d{{{(f.wait() or f.state).name}}}")'),
        (SYNC, 'print(f"""{\n        f.wait()\n    }""")', 'print(f"""{\n        (f.wait() or f.state)\n    }""")'),
    ],
)
def test_in_f_strings(tmp_path: Path, head: str, body: str, expected: str) -> None:
    """What Python 3.10 reads too: no new quotes, and no parts of the text around them."""
    after = rewritten(tmp_path, f"{head}f = load.submit(1)\n    {body}\n    return f\n", unsafe=True)
    assert after == f"f = load.submit(1)\n    {expected}\n    return f\n"


def test_variables_in_f_strings(tmp_path: Path) -> None:
    head = "from prefect import variables\nfrom prefect.variables import Variable\n\n\nasync def etl():\n    "
    body = "print(f\"{Variable.get('a').value}/{(await Variable.get('b')).value!r}\")\n"
    after = rewritten(tmp_path, f"{head}{body}")
    assert after.endswith("print(f\"{Variable.get('a')}/{(await Variable.get('b'))!r}\")\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("f = load.submit()\n    return load(n=f)\n", ["PM415"]),
        ("f = load.submit()\n    return load(1, wait_for=[f])\n", ["PM415"]),
        ("f = load.submit()\n    return load({'a': [f]})\n", ["PM415"]),
        ("fs = [load.submit(n) for n in (1, 2)]\n    return load(fs)\n", ["PM415"]),
        ("fs = []\n    for n in (1, 2):\n        fs.append(load.submit(n))\n    return load(fs)\n", ["PM415"]),
        ("return load(load.submit())\n", ["PM415"]),
        ("s = load(return_state=True)\n    return load(s)\n", ["PM415"]),
        ("f = load.submit()\n    f.wait()\n    return load(f)\n", ["PM415"]),
        ("f = load.submit()\n    return load.with_options(name='a')(f)\n", ["PM415"]),
        ("f = load.submit()\n    s = load(f, return_state=True)\n    return s\n", []),
        ("f = load.submit()\n    n = load(f)\n    return f, n\n", []),
        ("f = load.submit()\n    n = load(f)\n    f.result()\n    return n\n", []),
        ("f = load.submit()\n    return load(f.result())\n", []),
        ("f = load()\n    return load(f)\n", []),
        ("f = load.submit()\n    return len(f)\n", []),
    ],
)
def test_task_that_is_called_with_a_run_before_it(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert [code for code in codes(tmp_path, STATES + body) if code == "PM415"] == expected
    assert "PM415" not in codes(tmp_path, STATES + body, "prefect>=3\n")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("day: datetime.date = None", 1),
        ("days: list[str] = None, *, n: int = None", 2),
        ("days: typing.List[str] = None", 1),
        ("day: 'str' = None", 1),
        ("day: 'typing.List[str]' = None", 1),
        ("day: 'str | None' = None", 0),
        ("day: 'no type' = None", 0),
        ("n: 'str' = 5", 1),
        ("day: typing.Optional[str] = None", 0),
        ("day: str | None = None", 0),
        ("day: typing.Any = None", 0),
        ("day: Day = None", 0),
        ("day=None", 0),
        ("n: str = 1.5", 1),
        ("n: int = 1.5", 0),
        ("n: str = '1'", 0),
    ],
)
def test_default_that_pydantic_2_refuses(tmp_path: Path, parameters: str, expected: int) -> None:
    text = "import datetime\nimport typing\n\nfrom prefect import flow\n\nDay = typing.Optional[str]\n\n\n"
    text += f"@flow\ndef etl({parameters}): ...\n"
    assert codes(tmp_path, text).count("PM416") == expected
    assert "PM416" not in codes(tmp_path, text, "prefect>=3\n")


def test_default_of_none_where_the_name_optional_is_taken(tmp_path: Path) -> None:
    text = "from prefect import flow\n\nOptional = 1\n\n\n@flow\ndef etl(day: str = None): ...\n"
    (tmp_path / "a.py").write_text(text)
    (tmp_path / "requirements.txt").write_text("prefect==2.20.0\n")
    assert not apply_folder(tmp_path, select=("PM416",), unsafe=True).changes


@pytest.mark.parametrize(
    ("head", "before", "after"),
    [
        ("", "n: str = 5", 'n: str = "5"'),
        ("TAGS = ['a', 'b', \"it's\", \"it's\", \"it's\"]\n", "n: str = 5", "n: str = '5'"),
        ('NAME = "a"\n', "day: 'str' = None", "day: 'Optional[str]' = None"),
        ('NAME = "a"\n', "day: \"list['str']\" = None", "day: Optional[\"list['str']\"] = None"),
    ],
)
def test_default_in_the_quotes_of_the_file(tmp_path: Path, head: str, before: str, after: str) -> None:
    text = f"from prefect import flow\n\n{head}\n\n@flow\ndef etl({before}): ...\n"
    assert f"def etl({after}): ...\n" in rewritten(tmp_path, text, unsafe=True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("load()\n    return load()\n", ["load"]),
        ("for n in (1, 2):\n        load(n)\n", ["load"]),
        ("return [load.submit(n) for n in (1, 2)]\n", ["load"]),
        ("n = load()\n    return n + 1\n", ["load"]),
        ("load()\n    return sub()\n", ["load", "sub"]),
        ("load()\n    return kept()\n", ["load"]),
        ("kept()\n    return never()\n", ["never"]),
        ("kept()\n    return fresh()\n", ["fresh"]),
        ("return load(1)\n", []),
        ("kept()\n    return keyed()\n", []),
        ("return 1\n", []),
    ],
)
def test_what_a_flow_runs_again(tmp_path: Path, body: str, expected: list[str]) -> None:
    head = "from prefect import flow, task\n\n\n@task\ndef load(n=0): ...\n\n\n@flow\ndef sub(): ...\n\n\n"
    head += "@task(persist_result=False)\ndef kept(): ...\n\n\n@task(cache_key_fn=key)\ndef keyed(): ...\n\n\n"
    head += "@task(persist_result=True, cache_policy=NO_CACHE)\ndef never(): ...\n\n\n"
    head += "@task(persist_result=True, refresh_cache=True)\ndef fresh(): ...\n\n\n"
    for decorator, is_told in (("retries=2", True), ("retries=n", True), ("retries=0", False), ("", False)):
        text = f"{head}@flow({decorator})\ndef etl():\n    {body}"
        (tmp_path / "a.py").write_text(text)
        (tmp_path / "requirements.txt").write_text("prefect==2.20.0\n")
        found = [finding.message for finding in scan_folder(tmp_path, select=("PM419",)).findings]
        names = ", ".join(f"`{name}`" for name in expected)
        assert [names in message for message in found] == ([True] if is_told and expected else [])
    assert "PM419" not in codes(tmp_path, f"{head}@flow(retries=2)\ndef etl():\n    {body}", "prefect>=3\n")


@pytest.mark.parametrize(
    ("hook", "is_told"),
    [
        ("def tell(flow_run, flow, state): ...", True),
        ("def tell(*, flow, flow_run, state): ...", True),
        ("async def tell(flow, state, flow_run=None): ...", True),
        ("def tell(flow, **others): ...", True),
        ("tell = lambda state, flow, flow_run: None", False),
        ("def tell(flow, flow_run, state, channel='a'): ...", False),
        ("def tell(flow, flow_run, state, **others): ...", False),
        ("def tell(f, run, state): ...", False),
        ("def tell(task, task_run, state): ...", False),
        ("from elsewhere import tell", False),
        ("class Hook:\n    def tell(self, flow, flow_run, state): ...\n\ntell = Hook().tell", False),
    ],
)
def test_hooks(tmp_path: Path, hook: str, is_told: bool) -> None:
    text = f"from prefect import flow\n\n{hook}\n\n\n@flow(on_failure=[tell])\ndef etl(): ...\n"
    assert ("PM421" in codes(tmp_path, text)) == is_told
    text += "\n\netl = etl.with_options(on_completion=[tell])\n"
    assert codes(tmp_path, text, "prefect>=3\n").count("PM421") == 2 * is_told


@pytest.mark.parametrize(
    ("hook", "is_told"),
    [
        ("partial(tell, channel='a')", True),
        ("partial(tell, 'a')", False),
        ("partial(told, channel='a')", False),
        ("partial(told, state=1)", False),
        ("partial(told, **options)", False),
        ("lambda state, task, task_run: None", True),
        ("lambda task, task_run, state: None", False),
    ],
)
def test_hooks_behind_partial(tmp_path: Path, hook: str, is_told: bool) -> None:
    text = (
        "from functools import partial\n\nfrom prefect import task\n\n\ndef tell(channel, task, task_run, state): ...\n"
    )
    text += f"\n\ndef told(task, task_run, state, channel): ...\n\n\n@task(on_failure=[{hook}])\ndef load(): ...\n"
    assert ("PM421" in codes(tmp_path, text)) == is_told


def test_states_that_tasks_return(tmp_path: Path) -> None:
    head = "from prefect import flow, task\nfrom prefect.states import Completed, Failed\n\n\n"
    text = f"{head}@task\ndef load():\n    state = Completed(data=1)\n    return state\n\n\n"
    text += "@flow\ndef etl():\n    return load.submit(), load()\n"
    assert codes(tmp_path, text).count("PM420") == 1
    assert "PM420" not in codes(tmp_path, text, "prefect>=3\n")
    assert "PM420" not in codes(tmp_path, text.replace("load()\n", "load.map([1])\n"))
    assert "PM420" not in codes(tmp_path, text.replace("@task", "@flow"))


def test_result_under_one_key(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from prefect import task\n\n\n@task(result_storage_key='a')\ndef load(): ...\n")
    (tmp_path / "requirements.txt").write_text("prefect==2.20.0\n")
    (finding,) = scan_folder(tmp_path, select=("PM408",)).findings
    assert "in all later runs" in finding.message


SHELL = "from prefect import flow, task\nfrom prefect_shell import shell_run_command\n\n\n@flow\ndef etl():\n    "


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "shell_run_command(\n        'ls',  # all\n    )\n",
            "shell_run_command.submit(\n        'ls',  # all\n    ).result()\n",
        ),
        ("x = len(shell_run_command('ls'))\n", "x = len(shell_run_command.submit('ls').result())\n"),
        ("shell_run_command('ls').strip()\n", "shell_run_command.submit('ls').result().strip()\n"),
        (
            "shell_run_command(shell_run_command('ls'))\n",
            "shell_run_command.submit(shell_run_command.submit('ls').result()).result()\n",
        ),
    ],
)
def test_async_task_of_an_integration(tmp_path: Path, body: str, expected: str) -> None:
    (tmp_path / "a.py").write_text(SHELL + body)
    (tmp_path / "requirements.txt").write_text("prefect==2.20.0\n")
    assert apply_twice(tmp_path, select=("PM403",)) == {"a.py": SHELL + expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SHELL + "shell_run_command('ls', return_state=True)\n", ["PM403"]),
        (SHELL + "shell_run_command('ls', **options)\n", ["PM403"]),
        (SHELL.replace("@flow", "@task") + "shell_run_command('ls')\n", ["PM403"]),
        (
            SHELL.replace("from prefect_shell import", "import prefect_shell as ps  #") + "ps.shell_run_command()\n",
            ["PM403"],
        ),
        (SHELL + "shell_run_command.submit('ls')\n", ["PM404"]),
        (SHELL.replace("def etl", "async def etl") + "await shell_run_command('ls')\n", []),
        (SHELL.replace("shell_run_command", "ShellOperation") + "ShellOperation(commands=['ls']).run()\n", []),
    ],
)
def test_where_an_async_task_is_reported(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert codes(tmp_path, text) == expected
