"""What is wrong with the names of one file: each use together with its verdict, worked out once for all rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability
from prefect_migrate.names.coverage import tier_of_import, tier_of_node
from prefect_migrate.names.exports import uses_through_own_modules
from prefect_migrate.names.guards import GuardState, guard_state
from prefect_migrate.names.strings import is_part_of_text
from prefect_migrate.names.uses import Use, uses_of
from prefect_migrate.names.verdicts import Verdict, VerdictKind, judge
from prefect_migrate.reference import NameFact
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name

#: Rules of their own.
SEQUENTIAL = "prefect.task_runners.SequentialTaskRunner"


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A use of something that the target lacks, and the guard it stands under.

    `goes` is the tier of the fixes of another rule that take the use away; None when none does.
    """

    use: Use
    verdict: Verdict
    guard: GuardState | None
    goes: Applicability | None = None


def problems_of(context: FileContext, *kinds: VerdictKind) -> Iterator[Problem]:
    """The problems of these kinds that no guard takes care of."""
    if "names" not in context.shared:
        context.shared["names"] = list(_find(context, context.python)) if context.python else []
    for problem in context.shared["names"]:
        if problem.verdict.kind not in kinds:
            continue
        if problem.guard == "served":
            context.guarded += 1
        else:
            yield problem


def _find(context: FileContext, file: PythonFile) -> Iterator[Problem]:
    for use in [*uses_of(file), *uses_through_own_modules(context, file)]:
        verdict = judge(use.name, context.target)
        if verdict is not None and verdict.kind == "deprecated" and use.form == "star-name":
            # What a module gives on demand, `import *` does not bring.
            verdict = verdict._replace(kind="moved")
        if verdict is not None and _counts(context, file, use, verdict):
            guard = guard_state(file, use.node, lambda name: _fails(context, name))
            yield Problem(use, verdict, guard, _goes(context, file, use))


def _goes(context: FileContext, file: PythonFile, use: Use) -> Applicability | None:
    if use.form == "attribute":
        return tier_of_node(context, file, use.node)
    return tier_of_import(context, file, bound_name(use.node)) if isinstance(use.node, ast.alias) else None


def is_served(context: FileContext, file: PythonFile, node: ast.AST) -> bool:
    """Whether code stands under a guard that serves both versions; counts it if so."""
    served = guard_state(file, node, lambda name: _fails(context, name)) == "served"
    context.guarded += served
    return served


def _fails(context: FileContext, name: str) -> bool:
    verdict = judge(name, context.target)
    return verdict is not None and verdict.kind in ("removed", "moved", "unknown")


def _counts(context: FileContext, file: PythonFile, use: Use, verdict: Verdict) -> bool:
    if use.form == "star-name":
        return verdict.kind in ("removed", "moved") and verdict.name == use.name
    if use.form == "string" and use.loose:
        return _names_for_sure(use, verdict.fact) and not is_part_of_text(file, use.node)
    if use.form == "attribute" and _is_about_the_import(file, use, verdict):
        return False
    if not use.name.startswith("prefect."):
        return not is_own_module(context, use.name)
    if verdict.kind == "unknown":
        return use.form != "annotation" and not is_own_module(context, use.name)
    return True


def _names_for_sure(use: Use, fact: NameFact | None) -> bool:
    """Whether a string that nothing is seen to import spells a class or a function out."""
    return fact is not None and fact.kind in ("class", "function") and not fact.incidental and fact.old == use.name


def is_own_module(context: FileContext, name: str) -> bool:
    """Whether the repository has such a module itself, in a package called prefect or as an integration's source."""
    parts = name.split(".")
    return any(
        context.project.module_path(".".join(parts[:length]), context.path)
        for length in range(2 if parts[0] == "prefect" else 1, len(parts) + 1)
    )


def _is_about_the_import(file: PythonFile, use: Use, verdict: Verdict) -> bool:
    """Whether what a chain lacks is what `from x import name` brought in: that import is reported already."""
    meaning = file.meaning(use.root) if use.root is not None else None
    if meaning is None or use.root is None or not f"{meaning.name}.".startswith(f"{verdict.name}."):
        return False
    return any(binding.kind == "from" for binding in file.bindings_of(use.root))
