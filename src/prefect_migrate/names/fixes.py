"""From problems to what a finding says about its fix: tier, reason, and the changes themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, CannotFix, Changes, Fix
from prefect_migrate.names.moves import Mover, tier_of
from prefect_migrate.names.problems import Problem
from prefect_migrate.source.python import PythonFile

#: What is said about a use that goes with the fix of another rule, and the fix that leaves it to that.
GOES = "the code that uses it is rewritten, and it goes with that"
GOES_FIX = Fix("Drop it with the code that uses it", Changes)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A problem and what can be done about it; no fix: only by hand, for this reason."""

    problem: Problem
    applicability: Applicability
    reason: str
    fix: Fix | None = None


def proposals(context: FileContext, problems: Sequence[Problem]) -> Iterator[Proposal]:
    """What to do about names that have a new place, in the order given.

    Fixes of one tier share their edits of imports, so that they can be made side by side.
    """
    file = context.python
    if file is None:
        return
    tiers = {id(problem): tier_of(file, problem) for problem in problems}
    movers: dict[Applicability, Mover] = {}
    failed: dict[int, str] = {}
    for tier in (Applicability.SAFE, Applicability.REVIEW):
        group = [problem for problem in problems if tiers[id(problem)][0] is tier and not _goes_first(problem, tier)]
        movers[tier], reasons = _mover_of(context, file, group)
        failed |= reasons
    for problem in problems:
        tier, reason = tiers[id(problem)]
        if problem.goes is not None and _goes_first(problem, tier):
            yield Proposal(problem, problem.goes, GOES, GOES_FIX)
        elif tier is Applicability.MANUAL or id(problem) in failed:
            yield Proposal(problem, Applicability.MANUAL, failed.get(id(problem), reason))
        else:
            yield Proposal(problem, tier, reason, _fix(movers[tier], problem))


def _goes_first(problem: Problem, tier: Applicability) -> bool:
    """Whether a use goes with deployments that are rewritten no later than the name itself would be."""
    return problem.goes is Applicability.SAFE or (problem.goes is not None and tier is not Applicability.SAFE)


def _mover_of(context: FileContext, file: PythonFile, group: list[Problem]) -> tuple[Mover, dict[int, str]]:
    """A mover for those of a group that can be rewritten, and why the others can't."""
    reasons: dict[int, str] = {}
    while True:
        mover = Mover(context, file, [problem for problem in group if id(problem) not in reasons])
        found = {id(problem): reason for problem in mover.group if (reason := _trial(mover, problem))}
        if not found:
            return mover, reasons
        reasons |= found


def _trial(mover: Mover, problem: Problem) -> str:
    try:
        mover.changes(problem, trial=True)
    except CannotFix as error:
        return str(error)
    return ""


def _fix(mover: Mover, problem: Problem) -> Fix:
    return Fix(f"Use {problem.verdict.new}", lambda: mover.changes(problem))
