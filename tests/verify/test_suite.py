"""The checks are pytest items, held against syrupy's snapshots."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.items import Item
from prefect_migrate.verify.model import Check, VerifyError, VerifyOptions
from prefect_migrate.verify.snapshots import STALE, SnapshotBook, settle
from prefect_migrate.verify.suite import run_suite
from tests.verify.nesting import nested_pytest


@pytest.fixture
def options(tmp_path: Path) -> VerifyOptions:
    return VerifyOptions(tmp_path)


def compared(name: str, before: Any, after: Any, kind: Any = "deployment", reason: str | None = None) -> Item:
    """A check with two values in the place of records."""

    def action(check: Check, book: SnapshotBook) -> None:
        settle(check, book, before, compare(before, after, lambda *_: reason))

    return Item(Check(kind, name), action)


def ended(status: Any, why: str | None = None) -> Item:
    def action(check: Check, _book: SnapshotBook) -> None:
        check.status, check.reason = status, why

    return Item(Check("import", f"{status}.py"), action)


def run(options: VerifyOptions, *items: Item) -> list[Check]:
    said: list[str] = []
    with nested_pytest():
        checks = run_suite(list(items), options, lambda check: said.append(check.id))
    assert said == [check.id for check in checks]
    return checks


def snapshot(options: VerifyOptions) -> Path:
    folder = options.path / ".prefect-migrate" / "verify" / "__snapshots__" / "deployments"
    return folder / "deployment[etl - daily].json"


def test_first_run_records_prefect_2(options: VerifyOptions) -> None:
    [check] = run(options, compared("etl/daily", {"b": 1, "a": [1]}, {"b": 1, "a": [1]}))
    assert check.status == "same"
    assert check.seconds >= 0
    assert json.loads(snapshot(options).read_text()) == {"a": [1], "b": 1}


def test_prefect_3_must_match_the_record(options: VerifyOptions) -> None:
    [check] = run(options, compared("etl/daily", {"a": 1}, {"a": 2}))
    assert check.status == "different"
    assert [str(item) for item in check.differences] == ["a: 1 -> 2"]
    assert json.loads(snapshot(options).read_text()) == {"a": 1}
    [check] = run(options, compared("etl/daily", {"a": 1}, {"a": 1}))
    assert check.status == "same"
    [check] = run(options, compared("etl/daily", {"a": 1}, {"a": 2}))
    assert check.status == "different"


def test_expected_difference_matches_the_record(options: VerifyOptions) -> None:
    for _ in range(2):
        [check] = run(options, compared("etl/daily", {"a": 1}, {"a": 2, "b": 3}, reason="why"))
        assert check.status == "expected"
        assert [item.reason for item in check.differences] == ["why", "why"]
    assert json.loads(snapshot(options).read_text()) == {"a": 1}


@pytest.mark.parametrize("after", [2, 1], ids=["both engines changed", "only Prefect 2 changed"])
def test_stale_record_is_told(options: VerifyOptions, after: int) -> None:
    run(options, compared("etl/daily", {"a": 1}, {"a": 1}))
    [check] = run(options, compared("etl/daily", {"a": 2}, {"a": after}))
    assert check.status == "different"
    assert check.reason == STALE
    assert "snapshot: a: 1 -> 2" in [str(item) for item in check.differences]
    [check] = run(replace(options, snapshot_update=True), compared("etl/daily", {"a": 2}, {"a": 2}))
    assert check.status == "same"
    assert json.loads(snapshot(options).read_text()) == {"a": 2}


def test_another_snapshot_directory(options: VerifyOptions, tmp_path: Path) -> None:
    run(replace(options, snapshot_dir=tmp_path / "kept"), compared("etl/daily", {}, {}))
    assert (tmp_path / "kept" / "__snapshots__" / "deployments").is_dir()
    assert not (tmp_path / ".prefect-migrate").exists()


def test_runs_and_deployments_of_one_name_are_two_records(options: VerifyOptions) -> None:
    run(options, compared("etl/daily", 1, 1), compared("etl/daily", 2, 2, "run"))
    again = run(options, compared("etl/daily", 1, 1), compared("etl/daily", 2, 2, "run"))
    assert [check.status for check in again] == ["same", "same"]


def test_pytest_chooses_and_stops(options: VerifyOptions) -> None:
    items = [ended("failed", "no"), ended("same"), compared("etl/daily", 1, 1)]
    assert [check.name for check in run(replace(options, exit_first=True), *items)] == ["failed.py"]
    assert [check.name for check in run(replace(options, keyword="daily"), *items)] == ["etl/daily"]
    assert len(run(replace(options, pytest_args=("--maxfail=2",)), *items)) == 3
    with pytest.raises(VerifyError, match="no check was chosen"):
        run(replace(options, keyword="mistyped"), *items)
    assert run(options) == []


def test_junit_report(options: VerifyOptions, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run(
        replace(options, junit_xml=report),
        ended("failed", "it broke"),
        ended("skipped", "no way"),
        compared("etl/daily", {"a": 1}, {"a": 2}),
    )
    text = report.read_text()
    assert 'tests="3"' in text
    assert "failed: it broke" in text
    assert "no way" in text
    assert "different: a: 1 -&gt; 2" in text
    assert 'name="status" value="different"' in text


def test_error_in_a_check_fails_that_check(options: VerifyOptions) -> None:
    def action(_check: Check, _book: SnapshotBook) -> None:
        raise ValueError("what")

    checks = run(options, Item(Check("run", "etl"), action), ended("same"))
    assert [(check.status, check.reason) for check in checks] == [("failed", "ValueError: what"), ("same", None)]


def test_verbose_shows_pytests_words(options: VerifyOptions, capsys: pytest.CaptureFixture[str]) -> None:
    run(options, ended("same"))
    assert capsys.readouterr() == ("", "")
    run(replace(options, verbose=1), ended("same"))
    out, err = capsys.readouterr()
    assert out == ""
    assert "import[same.py]" in err


def test_options_that_pytest_refuses(options: VerifyOptions) -> None:
    with pytest.raises(VerifyError):
        run(replace(options, pytest_args=("--no-such-option",)), ended("same"))
