"""PM412, PM413: what turns caching on for tasks that say nothing of it."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, apply_folder, scan_folder

_TASKS = """\
from prefect import flow, task
from prefect.tasks import task_input_hash

@task
def send(n): ...

@task(cache_key_fn=task_input_hash)
def load(n): ...

@task(persist_result=True)
def keep(n): ...

@flow
def inner(): ...

"""


@pytest.mark.parametrize(
    ("decorator", "body", "named"),
    [
        ("@flow(persist_result=True)", "send(1)", ["send"]),
        ("@flow(persist_result=KEEP)", "send(1)", ["send"]),
        ("@flow(name='x', result_storage='s3/x')", "inner(); send.map([1]); send(2)", ["inner", "send"]),
        ("@flow(persist_result=True)", "load(1); keep(1); print(1)", []),
        ("@flow(persist_result=False, result_serializer='json')", "send(1)", []),
        ("@flow(name='x')", "send(1)", []),
    ],
)
def test_tasks_of_a_flow(make_project: MakeProject, decorator: str, body: str, named: list[str]) -> None:
    text = f"{_TASKS}{decorator}\ndef etl():\n    {body}\n"
    folder = make_project({"etl.py": text, "requirements.txt": "prefect==2.20.0\n"})
    found = scan_folder(folder, select=("PM412",)).findings
    assert [finding.message.split("`")[3::2] for finding in found] == ([named] if named else [])


def test_tasks_of_another_module(make_project: MakeProject) -> None:
    flow = "from prefect import flow\nfrom tasks import send\n\n@flow(persist_result=True)\ndef etl():\n    send(1)\n"
    files = {"tasks.py": _TASKS, "etl.py": flow, "requirements.txt": "prefect==2.20.0\n"}
    (found,) = scan_folder(make_project(files), select=("PM412",)).findings
    assert (found.path, found.message.count("`send`")) == ("etl.py", 1)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env", "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\n", 1),
        (".env", "PREFECT_RESULTS_PERSIST_BY_DEFAULT=\n", 0),
        (".env", 'PREFECT_RESULTS_PERSIST_BY_DEFAULT="False"\n', 0),
        ("compose.yaml", "x:\n  environment:\n    PREFECT_RESULTS_PERSIST_BY_DEFAULT: 'true'\n", 1),
        ("k.yaml", "env:\n  - name: PREFECT_RESULTS_PERSIST_BY_DEFAULT\n    value: 'false'\n", 0),
        ("k.yaml", "env:\n  - name: PREFECT_RESULTS_PERSIST_BY_DEFAULT\n    value: 'true'\n", 1),
        (".env", "PREFECT_DEFAULT_RESULT_STORAGE_BLOCK=s3/results\n", 1),
        (".env", "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK=s3/results\n", 1),
        ("run.sh", "prefect config set PREFECT_RESULTS_PERSIST_BY_DEFAULT=1\n", 1),
        ("a.py", "import os\nprint(os.environ['PREFECT_RESULTS_PERSIST_BY_DEFAULT'])\n", 0),
    ],
)
def test_setting(make_project: MakeProject, path: str, text: str, expected: int) -> None:
    folder = make_project({path: text, "requirements.txt": "prefect==2.20.0\n"})
    assert len(scan_folder(folder, select=("PM413",)).findings) == expected


@pytest.mark.parametrize(("target", "has_setting"), [((3, 1), False), ((3, 8), True)])
def test_advice_that_the_target_knows(make_project: MakeProject, target: tuple[int, int], has_setting: bool) -> None:
    folder = make_project({".env": "PREFECT_DEFAULT_RESULT_STORAGE_BLOCK=s3/x\n", "requirements.txt": "prefect<3\n"})
    (found,) = scan_folder(folder, select=("PM413",), target=target).findings
    assert ("PREFECT_TASKS_DEFAULT_NO_CACHE" in found.next_step) == has_setting


def test_advice_that_keeps_what_was_kept(make_project: MakeProject) -> None:
    folder = make_project({".env": "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\n", "requirements.txt": "prefect<3\n"})
    (found,) = scan_folder(folder, select=("PM413",)).findings
    assert "refresh_cache=True" in found.next_step


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("persist_result=True", "persist_result=True, refresh_cache=True"),
        (
            "persist_result=KEEP, result_storage='s3/x'",
            "persist_result=KEEP, result_storage='s3/x', refresh_cache=True",
        ),
        ("result_storage_key='x'", "result_storage_key='x', cache_policy=NO_CACHE"),
        ("persist_result=True, refresh_cache=None", None),
        ("persist_result=True, refresh_cache=True", "persist_result=True, refresh_cache=True"),
    ],
)
def test_what_was_kept_stays_kept(make_project: MakeProject, given: str, expected: str | None) -> None:
    """`NO_CACHE` keeps nothing, whatever `persist_result` says."""
    text = f"from prefect import task\n\n\n@task({given})\ndef load(): ...\n"
    folder = make_project({"a.py": text, "requirements.txt": "prefect<3\n"})
    changed = apply_folder(folder, select=("PM408",), unsafe=True).changes
    assert [f"@task({expected})" in (change.after or b"").decode() for change in changed] == [True] * (
        expected not in (None, given)
    )
    assert len(scan_folder(folder, select=("PM408",)).findings) == (expected != given)


def test_settings_on_prefect_3_are_left_alone(make_project: MakeProject) -> None:
    folder = make_project({".env": "PREFECT_RESULTS_PERSIST_BY_DEFAULT=true\n", "requirements.txt": "prefect>=3\n"})
    assert scan_folder(folder, select=("PM413",)).findings == []
