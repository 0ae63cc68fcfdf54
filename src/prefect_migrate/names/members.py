"""Attributes of objects of a known class that the target's class does not have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from prefect_migrate.context import FileContext
from prefect_migrate.names.calls import typer_of
from prefect_migrate.names.known_types import CLIENT, FLOW, FUTURE, STATE, TASK, is_collection
from prefect_migrate.names.problems import is_own_module
from prefect_migrate.names.types import Typer
from prefect_migrate.names.uses import nodes_of
from prefect_migrate.reference import MemberFact, has_member, integrations, is_closed, lineage, member, member_facts
from prefect_migrate.reference.tables import Target
from prefect_migrate.source.python import PythonFile

_RUNNER = b"TaskRunner"
#: A class of the repository's own: nothing tells which flows of other files run with it.
_RUNNER_CLASS = re.compile(rb"class\s+\w+\s*\([^)]*TaskRunner\b")
#: Classes that are known in full, though others derive from them.
_WHOLE = frozenset({FLOW, TASK, STATE, CLIENT, FUTURE})
#: What stands for blocks of any class, and what has whatever it is asked for.
_GENERIC = frozenset({"prefect.blocks.core.Block", "prefect.events.schemas.labelling.LabelDiver"})
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
    typer, names = typer_of(context, file), _fact_names()
    exact = Typer(context.project, file, context.target, exact=True)
    attributes = nodes_of(file).attributes
    written = {node.attr for node in attributes if node.ctx.__class__ is not ast.Load}
    for node in attributes:
        name = node.attr
        if name in _OF_SUBCLASSES or (name.startswith("_") and name not in names):
            continue
        owner = typer.type_of(node.value)
        if owner is None or is_collection(owner) or not _lacks(owner, name, context.target):
            continue
        if not owner.startswith("prefect.") and is_own_module(context, owner):
            continue
        fact = member(owner, name, context.target)
        certain = (
            fact is None and not name.startswith("_") and name not in written and exact.type_of(node.value) == owner
        )
        certain = certain and _is_whole(file, node, owner, context.target)
        if fact is not None or (certain and not (owner == FUTURE and _has_own_runner(context, typer, file))):
            yield LostMember(owner, node, _span_of_name(file, node), fact)


def _is_whole(file: PythonFile, node: ast.Attribute, owner: str, target: Target) -> bool:
    """Whether what the class lacks is lacking for certain; blocks take any attribute, but no call of it."""
    if owner in _GENERIC or node.attr.startswith("PREFECT_"):
        return False
    if owner in _WHOLE or is_closed(owner, target):
        return True
    parent = file.parents[node]
    is_block = "prefect.blocks.core.Block" in lineage(owner, target)
    return is_block and isinstance(parent, ast.Call) and parent.func is node


def _lacks(owner: str, name: str, target: Target) -> bool:
    """Whether a class has no such member; of private ones only those are known that Prefect 2 had."""
    return has_member(owner, name, target) is False or name.startswith("_")


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
    lost = {name for package in integrations().values() for names in package.members.values() for name in names}
    return frozenset(name for _, name in member_facts()) | lost
