"""Report: JSON.  Its shape is a contract; see docs/json.md.  SCHEMA_VERSION grows when a field changes or goes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from prefect_migrate import __version__
from prefect_migrate.changes.diff import unified_diff
from prefect_migrate.findings import Finding, fingerprints
from prefect_migrate.plan.model import Agent, Block, Deployment, Flow, Plan, Schedule, Value
from prefect_migrate.scan import ScanResult

if TYPE_CHECKING:
    from prefect_migrate.apply import ApplyResult
    from prefect_migrate.plan.registering import Registering

SCHEMA_VERSION = 1
TOOL = {"name": "prefect-migrate", "version": __version__}


def dump(report: dict[str, Any]) -> str:
    """The report as text; values that JSON has no type for as their text, and U+FFFD for bytes that are no UTF-8.

    JSON is UTF-8; the diff of another file, and a name on disk, may hold such bytes.
    """
    text = json.dumps(report, indent=2, ensure_ascii=False, default=str)
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def scan_report(result: ScanResult) -> dict[str, Any]:
    """The report of a scan."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": TOOL,
        "target": ".".join(map(str, result.config.target)),
        "findings": findings_json(result.findings),
        "inventory": inventory(result.plan),
        "summary": summary(result),
    }


def apply_report(result: ApplyResult, *, dry_run: bool) -> dict[str, Any]:
    """The report of an apply: `written` is false after --dry-run."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": TOOL,
        "target": ".".join(map(str, result.remaining.config.target)),
        "written": not dry_run,
        "changes": [
            {
                "path": change.path,
                "action": "create" if change.before is None else "delete" if change.after is None else "rewrite",
                "codes": change.codes,
                "diff": unified_diff(change),
            }
            for change in result.changes
        ],
        "fixed": findings_json(result.fixed),
        "remaining": findings_json(result.remaining.findings),
        "notes": result.notes,
        "summary": {
            "files_changed": len(result.changes),
            "fixed": len(result.fixed),
            "remaining": len(result.remaining.findings),
        },
    }


def findings_json(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings in the order given, each with its fingerprint."""
    return [
        {
            "code": finding.code,
            "name": finding.name,
            "message": finding.message,
            "path": finding.path,
            "line": finding.place.line,
            "column": finding.place.column,
            "end_line": finding.place.end_line,
            "end_column": finding.place.end_column,
            "applicability": finding.applicability.value,
            "reason": finding.reason,
            "next_step": finding.next_step,
            "fix": {"title": finding.fix.title} if finding.fix else None,
            "fingerprint": fingerprint,
        }
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]


def summary(result: ScanResult) -> dict[str, Any]:
    """Counts."""
    return {
        "files_seen": result.files_seen,
        "files_relevant": result.files_relevant,
        "findings": len(result.findings),
        "guarded": result.guarded,
        "by_code": dict(sorted(Counter(finding.code for finding in result.findings).items())),
        "by_applicability": dict(sorted(Counter(finding.applicability.value for finding in result.findings).items())),
    }


def inventory(plan: Plan) -> dict[str, Any]:
    """What the repository deploys, and with what."""
    queues: dict[str, set[str]] = {}
    for deployment in plan.deployments:
        name = deployment.work_queue_name.or_none() if deployment.work_queue_name else None
        if isinstance(name, str):
            queues.setdefault(name, set()).add(deployment.site.path)
    for agent in plan.agents:
        for queue in agent.queues:
            if isinstance(queue.or_none(), str):
                queues.setdefault(queue.literal, set()).add(agent.site.path)
    return {
        "flows": [_flow(flow) for flow in plan.flows],
        "deployments": [_deployment(deployment) for deployment in plan.deployments],
        "agents": [_agent(agent) for agent in plan.agents],
        "work_queues": [{"name": name, "paths": sorted(paths)} for name, paths in sorted(queues.items())],
        "work_pools": [
            {
                "name": pool.name,
                "type": pool.type or None,
                "created": pool.ours,
                "work_queues": sorted(pool.queues),
            }
            for pool in sorted(plan.pools.values(), key=lambda pool: pool.name)
        ],
        "blocks": [_block(block) for block in plan.blocks],
        "commands": [_command(command) for command in plan.registering],
    }


def _named(key: str, value: Value | None) -> dict[str, Any]:
    """A value, and its expression in a sibling field where it is not literal."""
    if value is None:
        return {key: None}
    if value.known:
        return {key: value.literal}
    return {key: None, f"{key}_expression": value.text}


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        **_named("name", flow.name),
        "function": flow.function,
        "entrypoint": flow.entrypoint,
        "is_async": flow.is_async,
        "path": flow.site.path,
        "line": flow.site.line,
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    flow: dict[str, Any] = {"flow": deployment.flow_text or None}
    if deployment.flow is not None:
        flow = _named("flow", deployment.flow.name)
    pool = deployment.pool.name if deployment.pool else None
    return {
        **_named("name", deployment.name),
        **flow,
        "entrypoint": deployment.entrypoint,
        "working_directory": deployment.working_directory,
        "kind": deployment.kind,
        "path": deployment.site.path,
        "line": deployment.site.line,
        "applied": deployment.applied,
        **({"work_pool": pool} if pool else _named("work_pool", deployment.work_pool_name)),
        **_named("work_queue", deployment.work_queue_name),
        "schedules": [_schedule(schedule) for schedule in deployment.schedules],
        "paused": deployment.paused,
        "infrastructure": _block(deployment.infrastructure) if deployment.infrastructure else None,
        "storage": _block(deployment.storage) if deployment.storage else None,
        "target": deployment.target,
    }


def _schedule(schedule: Schedule) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": schedule.kind, "active": schedule.active}
    for name, value in schedule.fields.items():
        fields.update(_named(name, value))
    return fields


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "kind": agent.kind,
        "command": agent.command,
        "work_queues": [queue.or_none() if queue.known else queue.text for queue in agent.queues],
        **_named("work_pool", agent.pool),
        "path": agent.site.path,
        "line": agent.site.line,
    }


def _command(command: Registering) -> dict[str, Any]:
    return {
        "arguments": command.arguments,
        "patterns": command.patterns,
        "environment": command.environment,
        "working_directory": command.working_directory,
        "deployments": [item.name.or_none() for item in command.about],
        "why_not": command.why_not,
        "path": command.path,
        "line": command.line,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "class": block.cls,
        "role": block.role,
        "variable": block.variable,
        **_named("document", block.document),
        "loaded": block.loaded,
        "path": block.site.path,
        "line": block.site.line,
    }
