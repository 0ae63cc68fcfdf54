"""An error of the tool's own costs one file, and is reported."""

from __future__ import annotations

import errno

import pytest
from click.testing import CliRunner

from prefect_migrate.cli.main import main
from prefect_migrate.failures import Failures
from prefect_migrate.plan import planner
from prefect_migrate.readers.python_flows import read_flows
from prefect_migrate.rules import catalogue
from tests.cli.test_scan import DEPLOY, run
from tests.conftest import FLOWS, MakeProject, apply_folder, scan_folder, texts

FILES = {"flows.py": FLOWS, "deploy.py": DEPLOY, "other.py": "from prefect.client import get_client\n"}
RULE = next(rule for rule in catalogue() if rule.code == "PM306")


def fail(*_: object) -> None:
    raise IndexError("of ours")


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Failures, "strict", False)


def test_a_failing_rule(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RULE, "check", fail)
    found = scan_folder(make_project(FILES)).findings
    assert {finding.code for finding in found} >= {"PM101", "PM905"}
    assert {finding.path for finding in found if finding.code == "PM905"} == {"deploy.py", "flows.py", "other.py"}
    assert "at rule PM306: IndexError: of ours (test_failures.py:" in found[-1].message


def test_its_file_is_not_rewritten(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_project(FILES)
    monkeypatch.setattr(planner, "read_flows", lambda p, f: fail() if f.path == "other.py" else read_flows(p, f))
    result = apply_folder(folder)
    assert "deploy.py" in texts(result)
    assert "other.py" not in texts(result)
    left = {finding.code: finding for finding in result.remaining.findings}
    assert set(left) == {"PM306", "PM905"}
    assert "PM905" in left["PM306"].reason


def test_a_failing_fix(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prefect_migrate.changes.rewriting.update_imports", fail)
    result = apply_folder(make_project(FILES))
    assert result.changes == []
    assert {finding.path for finding in result.remaining.findings if finding.code == "PM905"} == {
        "deploy.py",
        "other.py",
    }


def test_an_error_outside_any_file(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_project(FILES)
    monkeypatch.setattr(planner, "assign_pools", fail)
    result = run("scan", folder)
    assert result.exit_code == 3
    assert "IndexError: of ours" in result.output
    assert "Traceback" not in result.output
    with pytest.raises(IndexError):
        CliRunner().invoke(main, ["--traceback", "scan", str(folder)], catch_exceptions=False)


def test_tests_are_strict(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Failures, "strict", True)
    monkeypatch.setattr(RULE, "check", fail)
    with pytest.raises(IndexError):
        scan_folder(make_project(FILES))


def test_a_reader_that_went_away_is_no_error_of_ours(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`prefect-migrate scan | head`"""

    def close(*_: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(planner, "assign_pools", close)
    result = CliRunner().invoke(main, ["scan", "--no-cache", str(make_project(FILES))])
    assert (result.exit_code, result.output) == (1, "")


@pytest.mark.parametrize("name", ["n\udcffame.py", "a(b.py", "a+b.py"])
def test_names_of_files_are_any_bytes(make_project: MakeProject, name: str) -> None:
    folder = make_project({"other.py": "import prefect  # a(b a+b\n"})
    code = "from prefect.task_runners import SequentialTaskRunner\n\nSequentialTaskRunner()\n"
    try:
        (folder / name).write_text(code)
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    after = texts(apply_folder(folder))[name]
    assert after == code.replace("import Sequential", "import ThreadPool").replace(
        "SequentialTaskRunner()", "ThreadPoolTaskRunner(max_workers=1)"
    )
