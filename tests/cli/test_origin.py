"""Which Prefect the code was written for: what the command line, the configuration and the record of apply say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prefect_migrate import record
from tests.cli.test_scan import run
from tests.conftest import MakeProject

#: A value of `wait()` that is used (review), and a run that nobody looks at (by hand).
FLOW = """\
from prefect import flow, task


@task
def load(): ...


@flow
def etl():
    future = load.submit()
    if future.wait(5):
        raise ValueError
    load.submit()
"""


def found(folder: Path, *options: str) -> list[str]:
    report = json.loads(run("scan", folder, "--format", "json", *options).output)
    return [finding["code"] for finding in report["findings"]]


@pytest.mark.parametrize(
    "told",
    [
        {"requirements.txt": "prefect==2.20.0\n"},
        {"agent.sh": "prefect agent start -p pool\n"},
        {"Dockerfile": "FROM prefecthq/prefect:2.20-python3.11\nRUN pip install prefect~=2.20\n"},
    ],
)
def test_what_apply_leaves_is_found_by_later_scans(make_project: MakeProject, told: dict[str, str]) -> None:
    folder = make_project({"flows.py": FLOW, **told})
    assert {"PM402", "PM404"} <= set(found(folder))
    first = run("apply", folder)
    assert f"created    {record.PATH}  PM402 PM404" in first.output
    assert found(folder) == ["PM402", "PM404"]
    assert "0 files changed" in run("apply", folder).output


def test_apply_unsafe_is_still_offered_what_was_left(make_project: MakeProject) -> None:
    folder = make_project(
        {"flows.py": FLOW.replace("    load.submit()\n", ""), "requirements.txt": "prefect==2.20.0\n"}
    )
    run("apply", folder)
    output = run("apply", folder, "--unsafe").output
    assert "rewritten  flows.py  PM402" in output
    assert f"deleted    {record.PATH}" in output
    assert found(folder) == []
    assert "0 files changed" in run("apply", folder, "--unsafe").output


def test_no_record_where_later_scans_find_the_same(make_project: MakeProject) -> None:
    code = "from prefect.filesystems import S3\n\nS3()\n"
    folder = make_project({"flows.py": code, "requirements.txt": "prefect==2.20.0\n"})
    left = run("apply", folder)
    assert left.exit_code == 1
    assert not (folder / record.PATH).exists()


def test_the_record_counts_what_this_run_was_not_asked_for(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOW, "requirements.txt": "prefect==2.20.0\n"})
    run("apply", folder, "--select", "PM5")
    assert found(folder) == ["PM402", "PM404"]
    ignoring = make_project({"a/flows.py": FLOW, "a/requirements.txt": "prefect==2.20.0\n"}) / "a"
    run("apply", ignoring, "--ignore", "PM4")
    assert not (ignoring / record.PATH).exists()


def test_dry_run_shows_the_record(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOW, "requirements.txt": "prefect==2.20.0\n"})
    assert f"+++ b/{record.PATH}" in run("apply", folder, "--dry-run").stdout
    assert not (folder / record.PATH).exists()


def test_the_record_of_a_folder_around_holds_up_to_the_repository(make_project: MakeProject) -> None:
    folder = make_project({"flows/flows.py": FLOW, record.PATH: record.TEXT})
    assert found(folder / "flows") == ["PM402", "PM404"]
    (folder / "flows" / ".git").mkdir()
    assert found(folder / "flows") == []


def test_the_command_line_is_heard_first_then_the_configuration(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOW, "requirements.txt": "prefect>=3\n"})
    assert found(folder) == []
    assert found(folder, "--from", "2") == ["PM402", "PM404"]
    (folder / "pyproject.toml").write_text('[tool.prefect-migrate]\nfrom = "2"\n')
    assert found(folder) == ["PM402", "PM404"]
    assert found(folder, "--from", "3") == []


def test_what_the_configuration_says_needs_no_record(make_project: MakeProject) -> None:
    toml = '[tool.prefect-migrate]\nfrom = "2"\n'
    folder = make_project({"flows.py": FLOW, "requirements.txt": "prefect==2.20.0\n", "pyproject.toml": toml})
    assert run("apply", folder).exit_code == 1
    assert not (folder / record.PATH).exists()


def test_a_scan_that_finds_nothing_says_that_the_record_can_go(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": "from prefect import flow\n", record.PATH: record.TEXT})
    assert f"{record.PATH} can go" in run("scan", folder).output
