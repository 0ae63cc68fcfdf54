"""Scan: the findings and the plan of a repository."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prefect_migrate.collector import paused_collector
from prefect_migrate.config import Config, ConfigError
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import EMBEDDING, NOTEBOOK, PYTHON
from prefect_migrate.findings import CannotFix, Changes, Finding, Fix
from prefect_migrate.memory import Looked, Memory, noted
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project, ProjectFile

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


def scan(project: Project, config: Config, *, fixes: bool = True, memory: Memory | None = None) -> ScanResult:
    """Scan a project.  Raises ConfigError for a code that no rule has.

    Without `fixes`, those of the findings only have their titles; nothing keeps the trees that they would be made from.
    With the `memory` of earlier scans of the same project and configuration, files are only looked at where need be.
    """
    if not project.files:
        check_codes(config)
        return ScanResult(config, Plan(config.target), files_seen=project.files_seen)
    with paused_collector():
        return _scan(project, config, fixes=fixes, memory=memory)


def _scan(project: Project, config: Config, *, fixes: bool, memory: Memory | None) -> ScanResult:
    from prefect_migrate.plan.planner import make_plan, read_python

    rules = _Rules(config)
    result = ScanResult(config, Plan(config.target), files_seen=project.files_seen, files_relevant=len(project.files))
    done: set[str] = set()

    def check(file: ProjectFile, plan: Plan) -> None:
        done.add(file.path)
        context = FileContext(project, file, plan, config)
        found = [finding if fixes else _described(finding) for finding in rules.check(context)]
        result.findings += found
        result.guarded += context.guarded
        if not fixes or not any(finding.fix for finding in found):
            context.forget()

    def look_at(file: ProjectFile, plan: Plan) -> None:
        """Read a Python file, and check it at once if it does not wait for the plan."""
        read_python(project, plan, file)
        if not _waits_for_plan(project, file, plan):
            check(file, plan)

    def remember(file: ProjectFile, plan: Plan) -> None:
        """Do so, or take what was found when nothing that matters was any different."""
        assert memory is not None
        looked = memory.get(file.path)
        if looked is not None:
            done.add(file.path)
            plan.flows += looked.flows
            result.findings += looked.findings
            result.guarded += looked.guarded
            return
        flows, others = len(plan.flows), len(plan.blocks) + len(plan.deployments)
        findings, guarded = len(result.findings), result.guarded
        with noted(project) as questions:
            look_at(file, plan)
        if file.path in done and others == len(plan.blocks) + len(plan.deployments):
            looked = Looked(questions, plan.flows[flows:], result.findings[findings:], result.guarded - guarded)
            memory.keep(file.path, looked)

    if memory is not None:
        memory.begin(project)
    plan = result.plan = make_plan(project, config, look_at if memory is None else remember)
    for file in project.files:
        if file.path not in done:
            check(file, plan)
    for rule in rules.repository:
        result.findings += rule.check_project(project, plan, config)
    result.findings.sort(key=lambda finding: (finding.path, finding.place, finding.code))
    return result


def _waits_for_plan(project: Project, file: ProjectFile, plan: Plan) -> bool:
    """Whether what is found in a Python file hangs on the rest of the repository: its deployments and commands do."""
    from prefect_migrate.hosts.sites import read_sites

    if all(word in (file.data or b"") for word in (b"prefect.deployments", b"Deployment")):
        # Whether an annotation can be changed hangs on what becomes of the deployments.
        return True
    last = plan.deployments[-1] if plan.deployments else None
    return (last is not None and last.site.path == file.path) or bool(read_sites(project, file))


def _described(finding: Finding) -> Finding:
    """A finding whose fix has a title only."""
    if finding.fix is not None:
        finding.fix = Fix(finding.fix.title, _not_kept)
    return finding


def _not_kept() -> Changes:
    raise CannotFix("the fixes of this scan were not kept")


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
        self.of_cells = [rule for rule in self.others if rule.reads_cells]
        #: (kind of file, whether it is somebody else's) -> the rules that look at it.
        self.of_kind: dict[tuple[str, bool], list[Rule]] = {}
        self.handlers: dict[type[ast.AST], list[tuple[PythonRule, str]]] = {}
        for rule in self.python:
            for node_type, method in rule.handlers().items():
                self.handlers.setdefault(node_type, []).append((rule, method))

    def check(self, context: FileContext) -> Iterator[Finding]:
        for rule in self._looking_at(context.file.kind, foreign=context.foreign is not None):
            yield from self._of_rule(rule, context)
        if context.file.kind == PYTHON and self.handlers and context.foreign is None and context.python is not None:
            yield from self._walk(context)

        if context.file.kind == NOTEBOOK and self.of_cells:
            yield from context.project.failures.collect(context.path, "notebook", lambda: self._cells(context))
        if context.file.kind in EMBEDDING and self.of_cells and context.foreign is None:
            yield from context.project.failures.collect(context.path, "embedded", lambda: self._embedded(context))

    def _looking_at(self, kind: str, *, foreign: bool) -> list[Rule]:
        key = kind, foreign
        if key not in self.of_kind:
            self.of_kind[key] = [
                rule for rule in self.others if kind in rule.kinds and (rule.reads_foreign or not foreign)
            ]
        return self.of_kind[key]

    def _cells(self, context: FileContext) -> Iterator[Finding]:
        """What rules about Python find in the cells of a notebook."""
        from prefect_migrate.hosts.cells import notebook_context

        inner = notebook_context(context)
        for rule in self.of_cells if inner is not None else ():
            assert inner is not None
            yield from (inner.place_in_file(finding) for finding in self._of_rule(rule, inner))

    def _embedded(self, context: FileContext) -> Iterator[Finding]:
        """What rules about names find in the Python inside another text."""
        from prefect_migrate.hosts.embedded import RULES, embedded_contexts

        for inner in embedded_contexts(context):
            for rule in self.of_cells:
                if rule.code in RULES:
                    yield from (inner.place_in_file(finding) for finding in self._of_rule(rule, inner))

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
