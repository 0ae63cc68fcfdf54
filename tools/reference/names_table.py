"""names.json: what became of every public name of Prefect 2, for each range of targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.reference.dumps import dotted
from tools.reference.ranges import since_until, stretches
from tools.reference.successors import Successors
from tools.reference.universe import OldName, Status

Outcome = tuple[str, str | None, str | None]


def outcome(old: OldName, status: Status, successors: Successors) -> Outcome | None:
    """(what, new, evidence), or None when the name still works without a warning."""
    kind, message = status[0], status[1] if len(status) > 1 else ""
    if kind == "ok" or (kind == "raises" and not message.startswith("PrefectImportError")):
        return None
    new, evidence = successors.of(old) or (None, None)
    if kind in ("warns", "raises"):
        return f"import_{kind}", new, evidence
    return ("moved" if new else "removed"), new, evidence


def name_rows(
    names: Mapping[str, OldName], checked: Sequence[Mapping[str, Status]], targets: Sequence[Successors]
) -> Iterator[dict[str, Any]]:
    """One row for each name and each range of targets with the same outcome."""
    for path in sorted(names, key=dotted):
        old = names[path]
        outcomes = [outcome(old, status[path], target) for status, target in zip(checked, targets, strict=True)]
        for (what, new, evidence), start, end in stretches(outcomes):
            yield {
                "old": dotted(path),
                "kind": old.kind,
                "what": what,
                "new": dotted(new) if new else None,
                "new_confidence": evidence,
                "first2": old.first,
                "last2": old.last,
                **since_until(start, end, len(targets)),
                "incidental": old.incidental,
            }


def without_repetition(rows: Sequence[dict[str, Any]], prefixes: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Leave out what a reader finds by following a renamed tree: `prefect.orion.x` is what `prefect.server.x` is."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["old"], []).append(row)
    return [row for row in rows if not _follows(row, by_name, prefixes)]


def _follows(
    row: dict[str, Any], by_name: Mapping[str, list[dict[str, Any]]], prefixes: Sequence[tuple[str, str]]
) -> bool:
    for before, after in prefixes:
        if row["old"].startswith(f"{before}."):
            there = after + row["old"][len(before) :]
            if row["new"] == there and row["new_confidence"] == "module_rule":
                return True
            said = ("what", "new", "since", "until")
            others = by_name.get(there, [])
            return any(all(other[key] == row[key] for key in said) for other in others)
    return False
