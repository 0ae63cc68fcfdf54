"""Scan: the findings and the plan of a repository."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefect_migrate.collector import paused_collector
from prefect_migrate.config import Config, ConfigError
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import Finding
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project

if TYPE_CHECKING:
    from prefect_migrate.rules import PythonRule, Rule


@dataclass
class ScanResult:
    """What a scan found.  `findings` are in the order of path, place and code."""

    config: Config
    plan: Plan
    findings: list[Finding] = field(default_factory=list)
    files_seen: int = 0
    files_relevant: int = 0
    guarded: int = 0


def scan(project: Project, config: Config) -> ScanResult:
    """Scan a project.  Raises ConfigError for a code that no rule has."""
    if not project.files:
        check_codes(config)
        return ScanResult(config, Plan(config.target), files_seen=project.files_seen)
    with paused_collector():
        return _scan(project, config)


def _scan(project: Project, config: Config) -> ScanResult:
    from prefect_migrate.plan.planner import make_plan

    plan = make_plan(project, config)
    result = ScanResult(config, plan, files_seen=project.files_seen, files_relevant=len(project.files))
    rules = _Rules(config)
    for file in project.files:
        context = FileContext(project, file, plan, config)
        result.findings += list(rules.check(context))
        result.guarded += context.guarded
    for rule in rules.repository:
        result.findings += rule.check_project(project, plan, config)
    result.findings.sort(key=lambda finding: (finding.path, finding.place, finding.code))
    return result


def check_codes(config: Config) -> None:
    """Raises ConfigError for a code in --select or --ignore that no rule has."""
    if config.select or config.ignore:
        _Rules(config)


class _Rules:
    """The rules of one run, ready to be asked file by file."""

    def __init__(self, config: Config) -> None:
        from prefect_migrate.rules import PythonRule, RepositoryRule, catalogue

        chosen = _chosen(catalogue(), config)
        self.python = [rule() for rule in chosen if issubclass(rule, PythonRule)]
        self.repository = [rule() for rule in chosen if issubclass(rule, RepositoryRule)]
        self.others: list[Rule] = [rule() for rule in chosen if not issubclass(rule, (PythonRule, RepositoryRule))]
        self.handlers: dict[type[ast.AST], list[tuple[PythonRule, str]]] = {}
        for rule in self.python:
            for node_type, method in rule.handlers().items():
                self.handlers.setdefault(node_type, []).append((rule, method))

    def check(self, context: FileContext) -> Iterator[Finding]:
        for rule in self.others:
            if context.file.kind in rule.kinds and (rule.reads_foreign or context.foreign is None):
                yield from self._of_rule(rule, context)
        if context.file.kind == PYTHON and self.handlers and context.foreign is None and context.python is not None:
            yield from self._walk(context)

    def _of_rule(self, rule: Rule, context: FileContext) -> list[Finding]:
        return context.project.failures.collect(context.path, f"rule {rule.code}", lambda: rule.check(context))

    def _walk(self, context: FileContext) -> Iterator[Finding]:
        assert context.python is not None
        for node_type, handlers in self.handlers.items():
            for node in context.python.of_type(node_type):
                for rule, method in handlers:
                    try:
                        found = list(getattr(rule, method)(node, context))
                    except Exception as error:
                        context.project.failures.note(context.path, f"rule {rule.code}", error)
                    else:
                        yield from found


def _chosen(known: Sequence[type[Rule]], config: Config) -> list[type[Rule]]:
    for code in (*config.select, *config.ignore):
        if not any(_matches(rule, code) for rule in known):
            raise ConfigError(f"no rule has the code or name {code!r}; `prefect-migrate rules` lists them")
    return [
        rule
        for rule in known
        if rule.holds_for(config.target)
        and (not config.select or any(_matches(rule, code) for code in config.select))
        and not any(_matches(rule, code) for code in config.ignore)
    ]


def _matches(rule: type[Rule], code: str) -> bool:
    """Whether a code (`PM101`), a family (`PM1`) or a name (`build-from-flow`) means this rule."""
    return rule.code.startswith(code.upper()) or rule.name == code.lower()
