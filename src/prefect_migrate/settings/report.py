"""Findings about settings that have another name now."""

from __future__ import annotations

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.reference import setting
from prefect_migrate.rules import Rule
from prefect_migrate.settings.uses import Use, follows, has_name, is_passed_on


def rename_finding(rule: Rule, context: FileContext, use: Use, message: str, *, doubt: str = "") -> Finding | None:
    """The finding about one use; None about a value that only goes through, under the name that it has outside."""
    place, new = use.place, str(use.fact.new)
    span = (place.start, place.end)
    comes_in = place.role in ("reads", "hands_on") and not follows(context, use)
    if comes_in and place.role == "reads" and is_passed_on(context, place):
        return None
    if obstacle := _obstacle(context, use):
        return rule.finding(context, span, message, f"Use `{new}`.", reason=obstacle)
    outside = "the value comes from outside the repository, under the old name" if comes_in else ""
    reason = place.doubt or doubt or outside
    step = (
        f"Rename it where it is set, too, to `{new}`." if comes_in else f"See that nothing else reads `{place.name}`."
    )
    fix = Fix(f"Rename it to {new}", lambda: Changes(edits=[Edit(place.start, place.end, new)]))
    return rule.finding(
        context, span, message, step, fix=fix,
        applicability=Applicability.REVIEW if reason else Applicability.SAFE,
        reason=reason or "the setting means the same under its new name",
    )  # fmt: skip


def _obstacle(context: FileContext, use: Use) -> str:
    if use.place.role == "names":
        return "the text only names it"
    if use.place.role != "reads" and has_name(context, str(use.fact.new)):
        return "the file sets the new name as well; one of the two has to go"
    other = _rival(context, use) if use.place.role != "reads" else ""
    return f"the file sets `{other}` as well, which gets the same name; one of the two has to go" if other else ""


def _rival(context: FileContext, use: Use) -> str:
    """Another old name of the same setting in the file, which can't stand there twice under the new one."""
    for place in context.shared["settings"]:
        fact = setting(place.name, context.target) if place.name != use.place.name else None
        if fact is not None and fact.new == use.fact.new and place.role in ("sets", "hands_on"):
            return str(place.name)
    return ""
