"""Scan: the findings and the plan of a repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefect_migrate.collector import paused_collector
from prefect_migrate.config import Config
from prefect_migrate.plan.model import Plan

if TYPE_CHECKING:
    from prefect_migrate.findings import Finding
    from prefect_migrate.memory import Memory
    from prefect_migrate.project import Project


@dataclass
class ScanResult:
    """What a scan found.  `findings` are in the order of path, place and code."""

    config: Config
    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    files_seen: int = 0
    files_relevant: int = 0
    guarded: int = 0


def scan(project: Project, config: Config, *, fixes: bool = True, memory: Memory | None = None) -> ScanResult:
    """Scan a project.  Raises ConfigError for a code that no rule has.

    Without `fixes`, those of the findings only have their titles; nothing keeps the trees that they would be made from.
    With the `memory` of earlier scans of the same project and configuration, files are only looked at where need be.
    """
    # The rules and all that they need are only imported where there is something for them.
    if not project.files:
        if config.select or config.ignore:
            from prefect_migrate.rule_set import RuleSet

            RuleSet(config)
        return ScanResult(config, Plan(config.target), files_seen=project.files_seen)
    with paused_collector():
        from prefect_migrate.scanning import Scanning

        return Scanning(project, config, fixes=fixes, memory=memory).run()
