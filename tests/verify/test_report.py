"""The report, in words and as JSON."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from prefect_migrate.verify.model import MISSING, Check, Difference, EngineInfo, Status, VerifyReport
from prefect_migrate.verify.report import as_json, text_lines


@pytest.fixture
def report() -> VerifyReport:
    engines = {"2": EngineInfo("2.20.26", "/p2"), "3": EngineInfo("3.8.8", "/p3")}
    cron = Difference("schedules[0].cron", "0 9 * * *", "0 10 * * *")
    lost = Difference("parameters.n", 1, MISSING)
    schema = Difference("enforce_parameter_schema", False, True, "Prefect 3 checks")
    return VerifyReport(
        "revision HEAD",
        "the working tree",
        engines,
        [
            Check("import", "deploy.py"),
            Check("registration", "Prefect 3: python deploy.py", "failed", "exit code 1\nValueError: no"),
            Check("deployment", "etl/daily", "different", None, [schema, cron, lost]),
            Check("deployment", "etl/nightly", "expected", None, [schema]),
            Check("run", "etl/daily", "skipped", "Prefect 2: did not end within 3 s"),
        ],
        ["a note"],
        12.34,
    )


def test_text(report: VerifyReport) -> None:
    text = click.unstyle("\n".join(text_lines(report)))
    assert text.splitlines() == [
        "Prefect 2.20.26 against Prefect 3.8.8: revision HEAD against the working tree",
        "",
        "Changed modules import",
        "  same                 deploy.py",
        "",
        "Registration",
        "  failed               Prefect 3: python deploy.py",
        "                         exit code 1",
        "                         ValueError: no",
        "",
        "Deployments, as the servers have them",
        "  different            etl/daily",
        "                         schedules[0].cron: '0 9 * * *' -> '0 10 * * *'",
        "                         parameters.n: 1 -> nothing",
        "                         enforce_parameter_schema: False -> True  (Prefect 3 checks)",
        "  expected difference  etl/nightly",
        "                         enforce_parameter_schema: False -> True  (Prefect 3 checks)",
        "",
        "Flow runs",
        "  skipped              etl/daily",
        "                         Prefect 2: did not end within 3 s",
        "",
        "note: a note",
        "not equal: 1 same, 1 expected difference, 1 different, 1 failed, 1 skipped (12 s)",
    ]


def test_json(report: VerifyReport) -> None:
    found = json.loads(json.dumps(as_json(report)))
    assert found["schema_version"] == 1
    assert found["tool"]["name"] == "prefect-migrate"
    assert found["engines"]["2"] == {"version": "2.20.26", "python": "/p2"}
    assert found["summary"] == {
        "same": 1, "expected": 1, "different": 1, "failed": 1, "skipped": 1, "seconds": 12.3,
    }  # fmt: skip
    assert found["exit_code"] == 1
    check = found["checks"][2]
    assert (check["kind"], check["name"], check["status"]) == ("deployment", "etl/daily", "different")
    why = "Prefect 3 checks"
    assert check["differences"] == [
        {"field": "enforce_parameter_schema", "before": False, "after": True, "expected": True, "reason": why},
        {"field": "schedules[0].cron", "before": "0 9 * * *", "after": "0 10 * * *", "expected": False, "reason": None},
        {"field": "parameters.n", "before": 1, "expected": False, "reason": None},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code"), [("same", 0), ("expected", 0), ("skipped", 0), ("different", 1), ("failed", 1)]
)
def test_exit_code(status: Status, code: int) -> None:
    assert VerifyReport("", "", checks=[Check("run", "etl", status)]).exit_code == code


def test_nothing_to_compare_is_said() -> None:
    assert "nothing to compare" in list(text_lines(VerifyReport("a", "b")))[-1]


def test_nothing_is_called_equal_when_all_was_skipped() -> None:
    report = VerifyReport("a", "b", checks=[Check("run", "etl", "skipped")], seconds=2.0)
    assert click.unstyle(list(text_lines(report))[-1]) == "nothing compared: 1 skipped (2 s)"
    report.checks.append(Check("run", "elt", "same"))
    assert click.unstyle(list(text_lines(report))[-1]) == "equal: 1 same, 1 skipped (2 s)"


# -- the command line ------------------------------------------------------------------------------------------------


def test_command_line_reports(report: VerifyReport, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect_migrate.verify.cli import verify_command

    given = []

    def verify(options: object, _scan: object, **_more: object) -> VerifyReport:
        given.append(options)
        return report

    monkeypatch.setattr("prefect_migrate.verify.verify", verify)
    result = CliRunner().invoke(verify_command, [".", "--format", "json", "--pytest", "--maxfail=2 -q", "--no-run"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["exit_code"] == 1
    [options] = given
    assert options.pytest_args == ("--maxfail=2", "-q")  # type: ignore[attr-defined]
    assert options.target == "3.8"  # type: ignore[attr-defined]
    assert options.run is False  # type: ignore[attr-defined]
    report.checks.clear()
    assert CliRunner().invoke(verify_command, ["."]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-directory"], "does not exist"),
        (["--target", "2.20"], "not a minor version of Prefect 3"),
        (["--target", "3.99"], "newer than what this release knows"),
        (["--timeout", "0"], "Invalid value"),
        (["--before", "no-such-revision"], "--before"),
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], words: str) -> None:
    from prefect_migrate.verify.cli import verify_command

    result = CliRunner().invoke(verify_command, arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_help_has_examples() -> None:
    from prefect_migrate.verify.cli import verify_command

    output = CliRunner().invoke(verify_command, ["--help"]).output
    assert "prefect-migrate verify --before ../etl-prefect2 --no-run" in output
    assert "Exit code 0" in " ".join(output.split())
