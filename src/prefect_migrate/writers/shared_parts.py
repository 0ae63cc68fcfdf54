"""Writer: what several entries of a prefect.yaml repeat, said once under `definitions:`, as Prefect's guide has it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

#: So many entries have to repeat a part.
_OFTEN = 3
#: Key of an entry -> where its parts go under `definitions:`.
KINDS = {
    "tags": "tags",
    "parameters": "parameters",
    "schedules": "schedules",
    "work_pool": "work_pools",
    "job_variables": "job_variables",
    "build": "actions",
    "push": "actions",
    "pull": "actions",
}


class Definition(NamedTuple):
    """A part with an anchor of its name."""

    kind: str
    name: str
    part: Any


class _Place(NamedTuple):
    holder: MutableMapping[str, Any]
    key: str


def share_parts(
    entries: Sequence[dict[str, Any]], known: Mapping[str, Any], taken: Collection[str] | None = ()
) -> list[Definition]:
    """Let equal parts of the entries be one object with an anchor, which is dumped as aliases of it.

    `known` are the anchors that the file has; a part that one of them stands for becomes that object.  `taken` are
    names that no definition may have; None for a file that can't have any.  Returns the definitions to add.
    """
    found: list[Definition] = []
    names = set(taken or ())
    by_value = [(part, part) for part in known.values()]
    for key in ("work_pool", "job_variables", *(key for key in KINDS if key not in ("work_pool", "job_variables"))):
        places = [place for place in _places(entries, key) if _is_long(place.holder[key])]
        for place in places:
            part = place.holder[key]
            twins = [one for one in places if one.holder[key] == part]
            match = next((anchored for value, anchored in by_value if value == part), None)
            if match is None and len(twins) >= _OFTEN and taken is not None:
                definition = Definition(KINDS[key], _free(_name(key, part), names), _anchored(part))
                names.add(definition.name)
                definition.part.yaml_set_anchor(definition.name, always_dump=True)
                found.append(definition)
                match = definition.part
                by_value.append((part, match))
            if match is not None:
                place.holder[key] = match
    return found


def _places(entries: Sequence[dict[str, Any]], key: str) -> Iterator[_Place]:
    for entry in entries:
        pool = entry.get("work_pool")
        holder = pool if key == "job_variables" else entry
        if isinstance(holder, MutableMapping) and key in holder and not _is_anchored(holder):
            yield _Place(holder, key)


def _is_anchored(node: Any) -> bool:
    anchor = getattr(node, "anchor", None)
    return anchor is not None and anchor.value is not None


def _is_long(part: Any) -> bool:
    """Whether it takes more lines than its alias would."""
    return isinstance(part, (dict, list)) and _lines(part) > 1


def _lines(part: Any) -> int:
    if isinstance(part, dict):
        return sum(1 + (_lines(value) if isinstance(value, (dict, list)) else 0) for value in part.values())
    return sum(_lines(value) if isinstance(value, (dict, list)) else 1 for value in part)


def _name(key: str, part: Any) -> str:
    own = part.get("name") if key == "work_pool" else None
    return re.sub(r"\W+", "_", own, flags=re.ASCII).strip("_") if isinstance(own, str) and own else f"common_{key}"


def _free(name: str, taken: set[str]) -> str:
    name = name or "work_pool"
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


def _anchored(part: Any) -> Any:
    """The same as a node that can have an anchor."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    return CommentedMap(part) if isinstance(part, dict) else CommentedSeq(part)
