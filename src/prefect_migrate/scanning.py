"""One scan under way: which files are read, and asked by the rules, in which order."""

from __future__ import annotations

from collections.abc import Callable

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import CannotFix, Changes, Finding, Fix
from prefect_migrate.memory import Looked, Memory, noted
from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.planner import make_plan, read_python
from prefect_migrate.plan.unfinished import UnfinishedPlan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.rule_set import Asker, RuleSet
from prefect_migrate.scan import ScanResult


class Scanning:
    """Rules are asked about a Python file as soon as it is read, while its tree is there; about others with the plan.

    With a memory, what needs no plan is told from what does, for the next scan.
    """

    def __init__(self, project: Project, config: Config, *, fixes: bool, memory: Memory | None) -> None:
        self.project = project
        self.config = config
        self.fixes = fixes
        self.memory = memory
        self.rules = RuleSet(config)
        files = project.files
        self.result = ScanResult(config, Plan(config.target), files_seen=project.files_seen, files_relevant=len(files))
        #: Who has yet to say something about files that were looked at before there was a plan.
        self.put_off: dict[str, list[Asker]] = {}

    def run(self) -> ScanResult:
        if self.memory is not None:
            self.memory.begin(self.project)
        result = self.result
        plan = result.plan = make_plan(self.project, self.config, self._read)
        for file in self.project.files:
            if file.kind != PYTHON and self.memory is not None:
                self._recall(file, plan, self._look_at_text)
            context = FileContext(self.project, file, plan, self.config)
            if file.kind == PYTHON or self.memory is not None:
                askers = self.put_off.get(file.path, [])
            else:
                askers = self.rules.askers(context)
            if askers:
                self._take(context, self.rules.check(context, askers))
        for rule in self.rules.repository:
            result.findings += rule.check_project(self.project, plan, self.config)
        result.findings.sort(key=lambda finding: (finding.path, finding.place, finding.code))
        return result

    def _take(self, context: FileContext, found: list[Finding]) -> None:
        """Keep what was found in a file, but not the file's tree where no fix will want it."""
        self.result.findings += found if self.fixes else map(_described, found)
        self.result.guarded += context.guarded
        if not self.fixes or not any(finding.fix for finding in found):
            context.forget()

    def _read(self, file: ProjectFile, plan: Plan) -> None:
        """Read a Python file for the plan, and ask the rules while its tree is there."""
        if self.memory is None:
            self._look_at_python(file, plan)
        else:
            self._recall(file, plan, self._look_at_python)

    def _recall(self, file: ProjectFile, plan: Plan, look: Callable[[ProjectFile, Plan], Looked | None]) -> None:
        """Take what was found in a file when all that matters was the same, or look at it now."""
        assert self.memory is not None
        looked = self.memory.get(file.path)
        if looked is None:
            with noted(self.project) as questions:
                looked = look(file, plan)
            if looked is not None:
                self.memory.keep(file.path, questions, looked)
            return
        plan.flows += looked.flows
        self.result.findings += looked.findings
        self.result.guarded += looked.guarded
        self.put_off[file.path] = looked.put_off

    def _look_at_python(self, file: ProjectFile, plan: Plan) -> Looked | None:
        """What may be kept for the next scan: no blocks and deployments, which the planner fills in."""
        flows, others = len(plan.flows), (len(plan.blocks), len(plan.deployments))
        read_python(self.project, plan, file)
        looked = self._look_at(file, plan, defines=len(plan.deployments) > others[1])
        looked.flows = plan.flows[flows:]
        return looked if others == (len(plan.blocks), len(plan.deployments)) else None

    def _look_at_text(self, file: ProjectFile, plan: Plan) -> Looked:
        return self._look_at(file, plan, defines=bool(plan.deployments_in(file.path)))

    def _look_at(self, file: ProjectFile, plan: Plan, *, defines: bool) -> Looked:
        """Ask who needs no plan; the others are put off."""
        findings, guarded = len(self.result.findings), self.result.guarded
        early = UnfinishedPlan(plan.target, file.path, defines=defines)
        context = FileContext(self.project, file, early, self.config)
        found: list[Finding] = []
        put_off = self.put_off[file.path] = self.rules.check_early(context, found)
        context.plan = plan  # for the fixes, which are made when it is complete
        self._take(context, found)
        return Looked([], self.result.findings[findings:], self.result.guarded - guarded, put_off)


def _described(finding: Finding) -> Finding:
    """A finding whose fix has a title only."""
    if finding.fix is not None:
        finding.fix = Fix(finding.fix.title, _not_kept)
    return finding


def _not_kept() -> Changes:
    raise CannotFix("the fixes of this scan were not kept")
