"""members.json: methods, properties and fields that classes lost, for each range of targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tools.reference.dumps import PYDANTIC, Dump, dotted
from tools.reference.matches import Matcher, is_inside, old_classes
from tools.reference.ranges import since_until, stretches


@dataclass(slots=True)
class OldMember:
    """A member of a class of Prefect 2; `owner` is the class that defined it in the last sample that had it."""

    kind: str
    owner: str
    first: str
    last: str


def old_members(cls: str, dumps: Sequence[Dump]) -> dict[str, OldMember]:
    """The members of a class over all samples, private ones too, without those of pydantic and of other packages."""
    found: dict[str, OldMember] = {}
    for dump in dumps:
        for name, row in dump.members(cls).items() if cls in dump.classes else ():
            if name.startswith(("__", "_abc_", "PREFECT_")) or name in PYDANTIC or row["kind"] == "foreign":
                continue
            old = found.setdefault(name, OldMember(row["kind"], row["owner"], dump.version, dump.version))
            old.kind, old.owner, old.last = row["kind"], row["owner"], dump.version
    return found


def member_rows(dumps: Sequence[Dump], matchers: Sequence[Matcher]) -> Iterator[dict[str, Any]]:
    """One row for each lost member on the class that defined it, and each range of targets that lack it."""
    for cls in sorted(old_classes(dumps), key=dotted):
        matched = [matcher.cls(cls) for matcher in matchers]
        if not any(matched):
            continue
        for name, old in sorted(old_members(cls, dumps).items()):
            if old.owner != cls and _is_reported_there(old.owner, matchers):
                continue
            yield from _rows(cls, name, old, matched, matchers)


def _rows(
    cls: str, name: str, old: OldMember, matched: Sequence[str | None], matchers: Sequence[Matcher]
) -> Iterator[dict[str, Any]]:
    gone = [
        True if there is not None and name not in matcher.dump.members(there) else None
        for there, matcher in zip(matched, matchers, strict=True)
    ]
    there = next(path for path in reversed(matched) if path)
    for _, start, end in stretches(gone):
        yield {
            "cls": dotted(cls),
            "member": name,
            "kind": old.kind,
            "in_target": dotted(there) if there != cls else None,
            "first2": old.first,
            "last2": old.last,
            **since_until(start, end, len(matchers)),
        }


def _is_reported_there(owner: str, matchers: Sequence[Matcher]) -> bool:
    return is_inside(owner) and any(matcher.cls(owner) for matcher in matchers)
