"""Arguments given by position that mean another parameter in the target, or none."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from prefect_migrate.findings import Edit
from prefect_migrate.names.calls import KnownCall
from prefect_migrate.reference import parameters, signature
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile


@dataclass(frozen=True, slots=True, eq=False)
class Misplaced:
    """The first argument of a call that means another parameter now: `new`, or none."""

    index: int
    old: str
    new: str | None


def misplaced(known: KnownCall, target: Target) -> Misplaced | None:
    """Only for calls whose places are certain: no `*args` before the argument."""
    found = signature(known.called, target)
    if found is None or known.through or any(isinstance(node, ast.Starred) for node in known.call.args):
        return None
    old_places = old_positions(known.called, target)
    for index in range(len(known.call.args)):
        new = found.positional[index] if index < len(found.positional) else None
        old = old_places.get(index)
        if old is not None and old != new and _is_meant(old, known.call.args[index]):
            return Misplaced(index, old, new)
    return None


def _is_meant(old: str, value: ast.expr) -> bool:
    """Whether a value shows that it was written for the old parameter; code for Prefect 3 looks the same otherwise."""
    if old == "include_submodules":
        return isinstance(value, ast.Constant) and isinstance(value.value, bool)
    if old == "schedules":
        return isinstance(value, (ast.List, ast.ListComp))
    return old == "schedule" and isinstance(value, ast.Call)


def old_positions(called: str, target: Target) -> dict[int, str]:
    """place -> parameter in Prefect 2, of those that have another place now."""
    return {
        int(fact.old_default): fact.parameter
        for fact in parameters(called, target)
        if fact.what == "repositioned" and fact.old_default is not None
    }


def named_edits(file: PythonFile, known: KnownCall, wrong: Misplaced, target: Target) -> list[Edit] | None:
    """Give the argument and all behind it their names; None when one has none in the target."""
    found = signature(known.called, target)
    if found is None:
        return None
    old_places = old_positions(known.called, target)
    taken = {keyword.arg for keyword in known.call.keywords}
    edits = []
    for index in range(wrong.index, len(known.call.args)):
        now = found.positional[index] if index < len(found.positional) else None
        name = old_places.get(index, now)
        if name is None or name in taken or not found.accepts(name):
            return None
        start, _ = file.span(known.call.args[index])
        edits.append(Edit(start, start, f"{name}="))
    return edits
