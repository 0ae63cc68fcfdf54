"""Writer: the comments of definitions, above the entries of prefect.yaml and above their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_KEY = re.compile(r"( *)(- )?(\w+):")


def with_comments(lines: Iterable[str], comments: Sequence[Mapping[str, Sequence[str]]], offset: int) -> Iterator[str]:
    """The lines of a list of entries, whose dashes stand `offset` columns to the right, with comments between them.

    `comments` has those of each entry by key; "" is for the whole entry.
    """
    index = -1
    for line in lines:
        match = _KEY.match(line)
        if match is not None and len(match[1]) + len(match[2] or "") == offset + 2:
            index += bool(match[2])
            if match[2]:
                yield from _lines(comments[index].get("", ()), offset)
            yield from _lines(comments[index].get(match[3], ()), offset + 2)
        yield line


def _lines(comments: Iterable[str], indent: int) -> Iterator[str]:
    return (f"{' ' * indent}{comment}\n" for comment in comments)
