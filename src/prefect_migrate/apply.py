"""Apply: carry out the fixes of a scan, in memory first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prefect_migrate import record
from prefect_migrate.changes.edits import OverlappingEdits, overlap
from prefect_migrate.changes.model import FileChange
from prefect_migrate.changes.rewriting import rewrite
from prefect_migrate.collector import paused_collector
from prefect_migrate.config import Config
from prefect_migrate.findings import Applicability, CannotFix, Changes, Finding
from prefect_migrate.memory import Memory
from prefect_migrate.pins.survey import first_origin, had_storage_of_2, origin
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project
from prefect_migrate.readers.python_importers import is_imported
from prefect_migrate.scan import ScanResult, scan
from prefect_migrate.source.python import UnparsablePython
from prefect_migrate.source.text import UnreadableText
from prefect_migrate.writers.files import plan_files
from prefect_migrate.writers.left_commands import with_commands
from prefect_migrate.writers.stand_ins import stand_in

#: How often the result is scanned again for fixes that the first ones uncovered.
_MAX_ROUNDS = 8
#: What new files are credited to: they all serve migrated deployments.
DEPLOYMENT_CODE = "PM101"


@dataclass
class ApplyResult:
    """What apply would change, and what is left for a human."""

    changes: list[FileChange]
    remaining: ScanResult
    fixed: list[Finding]
    notes: list[str] = field(default_factory=list)


def apply(project: Project, config: Config, *, unsafe: bool = False) -> ApplyResult:
    """Work out all changes; nothing is written."""
    runner = _Runner(project, config, unsafe)
    with paused_collector():
        remaining = runner.run()
    changes = runner.result()
    return ApplyResult(changes, remaining, runner.fixed, list(_notes(project, changes)))


def _notes(project: Project, changes: list[FileChange]) -> Iterator[str]:
    """What else to know about the changes."""
    for change in changes:
        if change.before is None and project.is_ignored(change.path):
            yield f"git ignores {change.path}: add it with `git add --force {change.path}`."


class _Runner:
    def __init__(self, project: Project, config: Config, unsafe: bool) -> None:
        self.project = project
        self.config = config
        self.tiers = {Applicability.SAFE, Applicability.REVIEW} if unsafe else {Applicability.SAFE}
        self.codes: dict[str, list[str]] = {}
        self.executable: set[str] = set()
        self.given_up: dict[tuple[str, str], str] = {}
        self.fixed: list[Finding] = []
        #: File -> what was done to it, in all rounds.
        self.carried_out: dict[str, list[Changes]] = {}
        self.memory = Memory()

    def run(self) -> ScanResult:
        """Fix what can be fixed; what remains."""
        remaining = self._rounds()
        self._keep_record(remaining)
        return remaining

    def _rounds(self) -> ScanResult:
        """Rounds of scan and fix until nothing is left to fix; the last scan is what remains."""
        for _ in range(_MAX_ROUNDS):
            result = self._scan()
            wanted = [finding for finding in result.findings if finding.fix and finding.applicability in self.tiers]
            if not wanted:
                return result
            if not self._round(wanted, result.plan):
                break
        return self._scan()

    def _scan(self) -> ScanResult:
        result = scan(self.project, self.config, memory=self.memory)
        result.findings = [self._as_reported(finding) for finding in result.findings]
        return result

    def _keep_record(self, remaining: ScanResult) -> None:
        """Leave a record that the code is Prefect 2's while a later scan could not tell any more, and not longer."""
        if not (self.project.overlay or self.config.recorded):
            return
        hidden = self._hidden_later(remaining)
        if hidden and self.config.origin == "auto":
            for code in hidden:
                self._put(record.PATH, record.TEXT.encode(), code)
        elif not hidden and self.config.recorded and self.project.exists(record.PATH):
            self._put(record.PATH, None, "")

    def _hidden_later(self, remaining: ScanResult) -> list[str]:
        """The codes of what remains, chosen or not, and would not be found any more without a record."""
        later, everything = origin(self.project, self.config), replace(self.config, select=())
        same = later == first_origin(self.project, self.config)
        if same and not had_storage_of_2(self.project, self.config):
            return []
        found = scan(self.project, everything, fixes=False) if self.config.select else remaining
        if not found.findings:
            return []
        unrecorded = scan(self.project, replace(everything, origin=later), fixes=False)
        told = {(finding.code, finding.path, finding.place) for finding in unrecorded.findings}
        left = {finding.code for finding in found.findings if (finding.code, finding.path, finding.place) not in told}
        return sorted(left)

    def _as_reported(self, finding: Finding) -> Finding:
        reason = self.given_up.get((finding.path, finding.code))
        if reason is None and self.project.failures.touched(finding.path):
            reason = "prefect-migrate failed on this file (PM905), which stays as it is"
        return finding if reason is None or finding.fix is None else finding.without_fix(reason)

    def _round(self, wanted: list[Finding], plan: Plan) -> bool:
        """Carry out one round; False if nothing changed."""
        by_path: dict[str, list[Finding]] = {}
        for finding in wanted:
            by_path.setdefault(finding.path, []).append(finding)
        made = [change for path, findings in by_path.items() for change in self._fix_file(path, findings, plan)]
        for file in plan_files(self.project, made):
            self._put(file.path, file.text.encode(), DEPLOYMENT_CODE, executable=file.executable)
        return bool(made)

    def _fix_file(self, path: str, findings: list[Finding], plan: Plan) -> list[Changes]:
        """Fix one file whole, or leave it as it is; the changes that were carried out."""
        made: list[tuple[Finding, Changes]] = []
        for finding in findings:
            assert finding.fix is not None
            try:
                changes = finding.fix.make()
            except CannotFix as error:
                self.given_up[path, finding.code] = str(error)
                continue
            except Exception as error:
                self.project.failures.note(path, f"the fix of {finding.code}", error)
                return []
            if not any(_in_each_others_way(changes, other) for _, other in made):
                made.append((finding, changes))
        data = self.project.read(path)
        if not made or data is None:
            return []
        try:
            after = rewrite(path, data, [changes for _, changes in made])
            if (
                after is not None
                and any(changes.to_yaml for _, changes in made)
                and self.project.is_run_elsewhere(path)
            ):
                after = rewrite(path, data, with_commands(self.project, plan, [changes for _, changes in made]))
        except (OverlappingEdits, UnparsablePython, UnreadableText, UnicodeEncodeError, CannotFix) as error:
            for finding, _ in made:
                self.given_up[path, finding.code] = f"the rewritten file would be broken ({error}); left as it was"
            return []
        except Exception as error:
            self.project.failures.note(path, "rewriting it", error)
            return []
        if after == data and not any(changes.to_yaml for _, changes in made):
            for finding, _ in made:
                self.given_up[path, finding.code] = "the fix changes nothing"
            return []
        if after is None and not any(changes.deletes for _, changes in made) and self._is_needed(path):
            changes_made = [*self.carried_out.get(path, []), *(changes for _, changes in made)]
            after = stand_in(plan, path, changes_made, data).encode()
        self._put(path, after, *(finding.code for finding, _ in made))
        self.fixed += [finding for finding, _ in made]
        self.carried_out.setdefault(path, []).extend(changes for _, changes in made)
        return [changes for _, changes in made]

    def _is_needed(self, path: str) -> bool:
        """Whether a file of which nothing is left is run or imported by another one."""
        return self.project.is_named_elsewhere(path) or is_imported(self.project, path)

    def _put(self, path: str, after: bytes | None, *codes: str, executable: bool = False) -> None:
        known = self.codes.setdefault(path, [])
        known += [code for code in dict.fromkeys(codes) if code not in known]
        if executable:
            self.executable.add(path)
        self.project.put(path, after)

    def result(self) -> list[FileChange]:
        """All files that differ from what is on disk, by path."""
        changes = []
        for path in sorted(self.project.overlay):
            before, after = self.project.on_disk(path), self.project.overlay[path]
            if before != after:
                codes = sorted(self.codes.get(path, []))
                changes.append(FileChange(path, before, after, codes, path in self.executable))
        return changes


def _in_each_others_way(one: Changes, other: Changes) -> bool:
    """Whether only one of them can be carried out in this round."""
    return one.in_cells != other.in_cells or overlap(one.edits, other.edits)
