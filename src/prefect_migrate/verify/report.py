"""The report, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from prefect_migrate import __version__
from prefect_migrate.verify.model import MISSING, TITLES, Check, Difference, Kind, Status, VerifyReport

SCHEMA_VERSION = 1
_HEADINGS: dict[Kind, str] = {
    "import": "Changed modules import",
    "registration": "Registration",
    "upload": "Uploads of code, none of which was done",
    "deployment": "Deployments, as the servers have them",
    "run": "Flow runs",
}
_COLOURS: dict[Status, str] = {
    "same": "green",
    "expected": "green",
    "different": "red",
    "failed": "red",
    "skipped": "yellow",
}
_WIDTH = max(map(len, TITLES.values()))


def as_json(report: VerifyReport) -> dict[str, Any]:
    """The report as JSON values.

    `{schema_version, tool, before, after, engines: {"2"|"3": {version, python}}, checks: [{kind, name, status, reason,
    seconds, differences: [{field, before, after, expected, reason}]}], notes, summary: {status: n}, exit_code}`; a side
    that lacks a field has neither `before` nor `after`, whichever it is.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "prefect-migrate", "version": __version__},
        "before": report.before,
        "after": report.after,
        "engines": {
            name: {"version": engine.version, "python": engine.python} for name, engine in report.engines.items()
        },
        "checks": [_check_json(check) for check in report.checks],
        "notes": report.notes,
        "summary": {**report.count(), "seconds": round(report.seconds, 1)},
        "exit_code": report.exit_code,
    }


def _check_json(check: Check) -> dict[str, Any]:
    return {
        "kind": check.kind,
        "name": check.name,
        "status": check.status,
        "reason": check.reason,
        "seconds": round(check.seconds, 2),
        "differences": [_difference_json(difference) for difference in check.differences],
    }


def _difference_json(difference: Difference) -> dict[str, Any]:
    sides = {"before": difference.before, "after": difference.after}
    known = {side: value for side, value in sides.items() if value is not MISSING}
    return {
        "field": difference.field,
        **known,
        "expected": difference.expected,
        "reason": difference.reason,
    }


def text_lines(report: VerifyReport) -> Iterator[str]:
    """The report as lines with colours, which `click.echo` takes away where nobody sees them."""
    versions = " against ".join(f"Prefect {engine.version}" for engine in report.engines.values())
    yield click.style(f"{versions}: {report.before} against {report.after}", bold=True)
    for kind, heading in _HEADINGS.items():
        checks = [check for check in report.checks if check.kind == kind]
        if checks:
            yield ""
            yield click.style(heading, bold=True)
            for check in checks:
                yield from check_lines(check)
    yield ""
    yield from (f"note: {note}" for note in report.notes)
    yield summary(report)


def check_lines(check: Check) -> Iterator[str]:
    """A check: its status and name, and below it what differs."""
    title = click.style(f"{TITLES[check.status]:<{_WIDTH}}", fg=_COLOURS[check.status])
    yield f"  {title}  {check.name}"
    indent = " " * (_WIDTH + 6)
    if check.reason:
        yield from (f"{indent}{line}" for line in check.reason.splitlines())
    for difference in sorted(check.differences, key=lambda difference: difference.expected):
        line = str(difference)
        if difference.expected:
            yield click.style(f"{indent}{line}  ({difference.reason})", dim=True)
        else:
            yield f"{indent}{click.style(line, fg='red')}"


def summary(report: VerifyReport) -> str:
    """`3 same, 1 expected difference, ...`, and the verdict."""
    counts = report.count()
    parts = ", ".join(f"{number} {TITLES[status]}" for status, number in counts.items() if number)
    if not report.checks:
        return "nothing to compare: no changed module, no deployment and no flow was found"
    if counts["skipped"] == len(report.checks):
        return f"{click.style('nothing compared', fg='yellow', bold=True)}: {parts} ({report.seconds:.0f} s)"
    verdict = "not equal" if report.exit_code else "equal"
    colour = "red" if report.exit_code else "green"
    return f"{click.style(verdict, fg=colour, bold=True)}: {parts} ({report.seconds:.0f} s)"
