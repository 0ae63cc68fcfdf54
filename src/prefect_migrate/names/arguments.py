"""Fixes for keywords that Prefect 3 calls otherwise, or not at all."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from prefect_migrate.findings import Applicability, Changes, Edit, Fix, ImportRequest
from prefect_migrate.names.calls import Argument
from prefect_migrate.reference import ParameterFact
from prefect_migrate.source.python import PythonFile

#: Renamed, and the value means the same.
_SAME_VALUE = frozenset({("infra_overrides", "job_variables"), ("url", "source"), ("__root__", "root")})
#: Their `schedules` are models around the schedules.
_MODELS = ("prefect.client.schemas.", "prefect.server.schemas.", "prefect.orion.schemas.")
_SCHEDULE_CREATE = "DeploymentScheduleCreate"


@dataclass(frozen=True, slots=True)
class Remedy:
    """How far a fix can be trusted, why, and the fix; none: only by hand."""

    applicability: Applicability
    reason: str
    fix: Fix | None = None


def remedy_for(file: PythonFile, argument: Argument, fact: ParameterFact) -> Remedy:
    """What to do about one keyword that the target does not take."""
    if argument.through:
        return _by_hand(f"it gets there through {argument.through}")
    if any(keyword.arg == fact.new for keyword in argument.call.keywords if fact.new):
        return _by_hand(f"`{fact.new}=` is given as well")
    if (fact.parameter, fact.new) in _SAME_VALUE:
        return _rename(file, argument, fact, Applicability.SAFE, "the value means the same under its new name")
    if (fact.parameter, fact.new) == ("is_schedule_active", "paused"):
        return _inverted(file, argument)
    if (fact.parameter, fact.new) == ("schedule", "schedules") and not argument.called.startswith(_MODELS):
        return _listed(file, argument)
    if fact.parameter == "fetch":
        literal = isinstance(argument.value, ast.Constant) and argument.value.value is True
        tier = Applicability.SAFE if literal else Applicability.REVIEW
        return Remedy(tier, "results are always fetched", Fix("Leave fetch= out", lambda: _without(file, argument)))
    return _by_hand("what it said is said in another way")


def _by_hand(reason: str) -> Remedy:
    return Remedy(Applicability.MANUAL, reason)


def _rename(file: PythonFile, argument: Argument, fact: ParameterFact, tier: Applicability, reason: str) -> Remedy:
    edit = _name_edit(file, argument, fact.new or "")
    return Remedy(tier, reason, Fix(f"Use {fact.new}=", lambda: Changes([edit])))


def _name_edit(file: PythonFile, argument: Argument, new: str) -> Edit:
    start, _ = file.span(argument.node)
    return Edit(start, start + len(argument.name), new)


def _inverted(file: PythonFile, argument: Argument) -> Remedy:
    """`is_schedule_active=x` says `paused=not x`."""
    value = argument.value
    span = file.span(value)
    known = isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool))
    if isinstance(value, ast.Constant) and known:
        text = "None" if value.value is None else str(not value.value)
    elif _may_be_none(file, value):
        code, known = file.source(value), True
        text = f"None if {code} is None else not {code}"
    elif isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        text = file.source(value.operand)
    else:
        code = file.source(value)
        text = (
            f"not {code}" if isinstance(value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"not ({code})"
        )
    edits = [_name_edit(file, argument, "paused"), Edit(*span, text)]
    certain = known or isinstance(value, (ast.Compare, ast.UnaryOp))
    tier = Applicability.SAFE if certain else Applicability.REVIEW
    reason = "it is the opposite value" if certain else "it is the opposite value, unless it may be None"
    return Remedy(tier, reason, Fix("Use paused=", lambda: Changes(edits)))


def _listed(file: PythonFile, argument: Argument) -> Remedy:
    """`schedule=x` says `schedules=[x]`."""
    value = argument.value
    code = file.source(value)
    changes = Changes([_name_edit(file, argument, "schedules")])
    if isinstance(value, ast.Constant) and value.value is None:
        return Remedy(Applicability.SAFE, "there is no schedule", Fix("Use schedules=", lambda: changes))
    given, optional = code, _may_be_none(file, value)
    if argument.called.endswith(".create_deployment"):
        code = f"{_SCHEDULE_CREATE}(schedule={code})"
        changes.imports.append(ImportRequest("prefect.client.schemas.actions", _SCHEDULE_CREATE))
    code = f"[{code}] if {given} is not None else None" if optional else f"[{code}]"
    changes.edits.append(Edit(*file.span(value), code))
    certain = optional or isinstance(value, ast.Call)
    tier = Applicability.SAFE if certain else Applicability.REVIEW
    reason = "a list of one schedule says the same" if certain else "a list of one schedule, unless it may be None"
    return Remedy(tier, reason, Fix("Use schedules=", lambda: changes))


def _may_be_none(file: PythonFile, value: ast.expr) -> bool:
    """Whether it is a name, which can be read twice, of what nothing tells that it is something."""
    if isinstance(value, ast.Attribute):
        root: ast.expr = value
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name)
    if not isinstance(value, ast.Name):
        return False
    given = [binding.value for binding in file.bindings_of(value)] or [None]
    return not all(map(_is_something, given))


def _is_something(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):  # of a class, such as CronSchedule; a function may give None
        function = value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name[:1].isupper()
    return isinstance(value, ast.Compare) or (isinstance(value, ast.Constant) and value.value is not None)


def _without(file: PythonFile, argument: Argument) -> Changes:
    # A scan must not pay for LibCST, which comes with this module.
    from prefect_migrate.changes.calls import CallEditor

    editor = CallEditor(file.source(argument.call), newline=file.text.newline, width=10**6)
    editor.remove(argument.name)
    return Changes([Edit(*file.span(argument.call), editor.code(file.source(argument.call.func)))])
