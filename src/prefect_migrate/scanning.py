"""One scan under way: which files are read, and asked by the rules, in which order."""

from __future__ import annotations

from prefect_migrate.config import Config
from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.findings import CannotFix, Changes, Finding, Fix
from prefect_migrate.memory import Looked, Memory, noted
from prefect_migrate.plan.model import Plan
from prefect_migrate.plan.planner import make_plan, read_python
from prefect_migrate.plan.unfinished import UnfinishedPlan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.rule_set import PutOff, RuleSet
from prefect_migrate.scan import ScanResult


class Scanning:
    """Python files are asked as soon as they are read, while their trees are there, all others when there is a plan."""

    def __init__(self, project: Project, config: Config, *, fixes: bool, memory: Memory | None) -> None:
        self.project = project
        self.config = config
        self.fixes = fixes
        self.memory = memory
        self.rules = RuleSet(config)
        files = project.files
        self.result = ScanResult(config, Plan(config.target), files_seen=project.files_seen, files_relevant=len(files))
        #: What the rules have yet to say about Python files.
        self.put_off: dict[str, PutOff] = {}

    def run(self) -> ScanResult:
        if self.memory is not None:
            self.memory.begin(self.project)
        result = self.result
        plan = result.plan = make_plan(self.project, self.config, self._read)
        for file in self.project.files:
            context = FileContext(self.project, file, plan, self.config)
            if file.path in self.put_off:
                self._take(context, list(self.rules.check_rest(context, self.put_off[file.path])))
            elif file.kind != PYTHON:
                self._take(context, list(self.rules.check(context)))
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
        """Read a Python file, or take what was found in it when all that matters was the same."""
        if self.memory is None:
            self._look_at(file, plan)
            return
        looked = self.memory.get(file.path)
        if looked is None:
            with noted(self.project) as questions:
                looked = self._look_at(file, plan)
            if looked is not None:
                self.memory.keep(file.path, questions, looked)
            return
        plan.flows += looked.flows
        self.result.findings += looked.findings
        self.result.guarded += looked.guarded
        self._put_off(file, looked.put_off)

    def _look_at(self, file: ProjectFile, plan: Plan) -> Looked | None:
        """Read a Python file, and ask the rules while its tree is there; what may be kept for the next scan.

        Blocks and deployments are none of it: the planner fills them in.
        """
        flows, findings, guarded = len(plan.flows), len(self.result.findings), self.result.guarded
        others = len(plan.blocks), len(plan.deployments)
        read_python(self.project, plan, file)
        defines = len(plan.deployments) > others[1]
        early = UnfinishedPlan(plan.target, file.path, defines=defines)
        context = FileContext(self.project, file, early, self.config)
        found: list[Finding] = []
        rest = self.rules.check_early(context, found)
        context.plan = plan  # for the fixes, which are made when it is complete
        self._take(context, found)
        self._put_off(file, rest)
        if others != (len(plan.blocks), len(plan.deployments)):
            return None
        result = self.result
        return Looked(plan.flows[flows:], result.findings[findings:], result.guarded - guarded, rest)

    def _put_off(self, file: ProjectFile, rest: PutOff) -> None:
        if rest.rules or rest.walk:
            self.put_off[file.path] = rest


def _described(finding: Finding) -> Finding:
    """A finding whose fix has a title only."""
    if finding.fix is not None:
        finding.fix = Fix(finding.fix.title, _not_kept)
    return finding


def _not_kept() -> Changes:
    raise CannotFix("the fixes of this scan were not kept")
