"""Attributes of objects of a known class that the target's class does not have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.types import CLIENT, FLOW, FUTURE, STATE, TASK, Typer, is_collection
from prefect_migrate.names.uses import nodes_of
from prefect_migrate.reference import MemberFact, has_member, member, member_facts, members_of
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile

#: Classes whose members are known in full, so that what they lack was never there.
_WHOLE = frozenset({FLOW, TASK, STATE, CLIENT, FUTURE})
_RUNNER = b"TaskRunner"
#: A class of the repository's own: nothing tells which flows of other files run with it.
_RUNNER_CLASS = re.compile(rb"class\s+\w+\s*\([^)]*TaskRunner\b")
#: Members that only subclasses have.
_OF_SUBCLASSES = frozenset({"wrapped_future"})


@dataclass(frozen=True, slots=True, eq=False)
class LostMember:
    """`node` reads something that `owner`, a class, does not have; `fact` is None if Prefect 2 had it not either."""

    owner: str
    node: ast.Attribute
    span: tuple[int, int]
    fact: MemberFact | None


def lost_members(context: FileContext, file: PythonFile) -> list[LostMember]:
    """The attributes of a file that fail under the target."""
    key = "lost-members"
    if key not in context.shared:
        context.shared[key] = list(_find(context, file))
    found: list[LostMember] = context.shared[key]
    return found


def _find(context: FileContext, file: PythonFile) -> Iterator[LostMember]:
    typer, names, usual = typer_of(context, file), _fact_names(), _usual_names(context.target)
    exact = Typer(context.project, file, context.target, exact=True)
    attributes = nodes_of(file).attributes
    written = {node.attr for node in attributes if not isinstance(node.ctx, ast.Load)}
    for node in attributes:
        name = node.attr
        if name.startswith("_") or name in _OF_SUBCLASSES or (name in usual and name not in names):
            continue
        owner = typer.type_of(node.value)
        if owner is None or is_collection(owner) or has_member(owner, name, context.target) is not False:
            continue
        fact = member(owner, name, context.target)
        certain = owner in _WHOLE and name not in written and exact.type_of(node.value) == owner
        if fact is not None or (certain and not (owner == FUTURE and _has_own_runner(context, typer, file))):
            yield LostMember(owner, node, _span_of_name(file, node), fact)


def _has_own_runner(context: FileContext, typer: Typer, file: PythonFile) -> bool:
    """Whether flows may run their tasks with what is none of Prefect's runners: its futures are its own."""
    if any(_RUNNER_CLASS.search(context.project.read(path) or b"") for path in context.project.python_with(_RUNNER)):
        return True
    values = (keyword.value for call in file.calls() for keyword in call.keywords if keyword.arg == "task_runner")
    return any(typer.name_of(value.func if isinstance(value, ast.Call) else value) is None for value in values)


def _span_of_name(file: PythonFile, node: ast.Attribute) -> tuple[int, int]:
    """The attribute's own name, which may stand lines below its object."""
    _, end = file.span(node)
    return end - len(node.attr), end


@cache
def _fact_names() -> frozenset[str]:
    return frozenset(name for _, name in member_facts())


@cache
def _usual_names(target: Target) -> frozenset[str]:
    """What any of the classes known in full has: not worth a look, but for what people ask of the wrong one."""
    names = frozenset(name for cls in _WHOLE for name in members_of(cls, target) or ())
    return frozenset(name for name in names if not name.startswith("is_"))
