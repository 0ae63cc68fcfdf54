"""Report: text for people, findings grouped by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from prefect_migrate import record
from prefect_migrate.findings import Applicability, Finding
from prefect_migrate.plan.model import Deployment, Plan
from prefect_migrate.project import Project
from prefect_migrate.reports.lines import Lines, Part
from prefect_migrate.scan import ScanResult
from prefect_migrate.source.text import SourceText

if TYPE_CHECKING:
    from prefect_migrate.apply import ApplyResult

_STYLE = {Applicability.SAFE: "green", Applicability.REVIEW: "yellow", Applicability.MANUAL: "red"}
_LABEL = {
    Applicability.SAFE: "fix",
    Applicability.REVIEW: "fix with --unsafe",
    Applicability.MANUAL: "by hand",
}


def print_apply(result: ApplyResult, project: Project, *, to_stderr: bool) -> None:
    """The files changed, the commands to run next, and what is left for a person."""
    out = Lines(stderr=to_stderr)
    for change in result.changes:
        what = "created" if change.before is None else "deleted" if change.after is None else "rewritten"
        out.print(f"{what:<9}  ", (change.path, "bold"), "  ", (" ".join(change.codes), "dim"))
    for line in next_commands(result):
        out.print("           ", ("$", "dim"), f" {line}")
    if result.changes:
        out.print()
    if result.remaining.findings:
        out.print("Left for a person:" if result.changes else "Nothing to rewrite; left for a person:")
        print_findings(out, result.remaining.findings, project)
    if any(change.path == record.PATH and change.after for change in result.changes):
        out.print(f"{record.PATH} remembers that this was Prefect 2; delete it once these findings are dealt with.")
    left = len(result.remaining.findings)
    for note in result.notes:
        out.print(note)
    out.print(f"{len(result.changes)} files changed, {len(result.fixed)} findings fixed, {left} left.")


def next_commands(result: ApplyResult) -> list[str]:
    """The commands in the pools' script that the changes need, as they stand in it."""
    from prefect_migrate.writers.work_pools import SCRIPT

    scripts = [change.after for change in result.changes if change.path == SCRIPT and change.after]
    lines = [line for script in scripts for line in script.decode().splitlines()]
    return [line for line in lines if "prefect " in line and not line.startswith("#")]


def print_scan(out: Lines, result: ScanResult, project: Project) -> None:
    """Findings, then the inventory, then one line of counts."""
    print_findings(out, result.findings, project)
    _print_inventory(out, result.plan)
    out.print(_counts(result))


def print_findings(out: Lines, findings: list[Finding], project: Project) -> None:
    """Findings grouped by file, each with its source line and next step."""
    for path, group in groupby(findings, key=lambda finding: finding.path):
        out.print((path, "bold"))
        source = SourceText.plain(project.read(path) or b"")
        for finding in group:
            for parts in _lines_of(finding, source):
                out.print(*parts)
        out.print()


def _lines_of(finding: Finding, source: SourceText) -> Iterator[tuple[Part, ...]]:
    place = f"{finding.place.line}:{finding.place.column}"
    label = (_LABEL[finding.applicability], _STYLE[finding.applicability])
    yield f"  {place:<8} ", (finding.code, "bold"), " ", label, f"  {finding.message}"
    line = _source_line(source, finding.place.line)
    if line:
        yield "           ", (f"| {line}", "dim")
    if finding.reason and finding.applicability is not Applicability.SAFE and finding.reason not in finding.next_step:
        yield "           ", ("because", "dim"), f" {finding.reason}"
    yield "           ", ("->", "dim"), f" {finding.next_step}"


def _source_line(source: SourceText, number: int) -> str:
    return source.line(number).strip()[:110] if number <= len(source.line_starts) else ""


def _print_inventory(out: Lines, plan: Plan) -> None:
    if not (plan.deployments or plan.agents):
        return
    if plan.deployments:
        header = ("deployment", "flow", "written as", "work pool", "queue", "schedule")
        for line in _columns([header, *map(_row, plan.deployments)]):
            out.print(line)
        out.print()
    kinds = Counter(agent.kind for agent in plan.agents)
    pools = ", ".join(f"{pool.name} ({pool.type or 'type unknown'})" for pool in plan.pools.values())
    parts = [f"{len(plan.flows)} flows", f"{len(plan.deployments)} deployments", f"{len(plan.blocks)} blocks"]
    parts += [f"{count} {kind}s" for kind, count in sorted(kinds.items())]
    out.print(f"Inventory: {', '.join(parts)}; work pools: {pools or 'none'}")


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(deployment: Deployment) -> tuple[str, ...]:
    name = deployment.name.literal if deployment.name.known else deployment.name.text
    flow = deployment.flow.function if deployment.flow else deployment.flow_text
    pool = (
        deployment.pool.name
        if deployment.pool
        else (deployment.work_pool_name.text if deployment.work_pool_name else "")
    )
    queue = deployment.work_queue_name
    schedules = ", ".join(
        f"{schedule.kind} {schedule.fields[schedule.kind].or_none() or schedule.fields[schedule.kind].text}"
        for schedule in deployment.schedules
    )
    paused = " (paused)" if deployment.paused else ""
    return (
        str(name),
        flow,
        deployment.kind,
        pool,
        str(queue.or_none() or queue.text) if queue else "",
        schedules + paused,
    )


def _counts(result: ScanResult) -> str:
    tiers = Counter(finding.applicability for finding in result.findings)
    files = f"{result.files_seen} files seen, {result.files_relevant} concern Prefect"
    target = ".".join(map(str, result.config.target))
    if not result.findings:
        done = f" {record.PATH} can go." if result.config.recorded else ""
        guarded = f" ({result.guarded} uses under version guards left alone)" if result.guarded else ""
        return f"No findings for Prefect {target}: {files}{guarded}.{done}"
    counts = ", ".join(f"{tiers[tier]} {_LABEL[tier]}" for tier in Applicability if tiers[tier])
    return f"{len(result.findings)} findings for Prefect {target} ({counts}): {files}."
