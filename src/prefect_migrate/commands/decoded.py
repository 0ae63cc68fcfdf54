"""Text that stands in another one in some quoting: which of its characters stand where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.words import Part, Word


class Decoded(NamedTuple):
    """`value[i]` is spelled as `text[spans[i][0]:spans[i][1]]` of the outer text."""

    value: str
    spans: Sequence[tuple[int, int]]


def decode_parts(parts: Sequence[Part]) -> Decoded:
    """The text of a word."""
    spans: list[tuple[int, int]] = []
    for part in parts:
        if len(part.text) == part.end - part.start:
            spans.extend((at, at + 1) for at in range(part.start, part.end))
        else:
            spans.extend((part.start, part.end) for _ in part.text)
    return Decoded("".join(part.text for part in parts), spans)


def decode_escapes(text: str, start: int, end: int, escape: re.Pattern[str]) -> Decoded:
    """`text[start:end]`, where each match of `escape` stands for its first group."""
    parts: list[Part] = []
    at = start
    for found in escape.finditer(text, start, end):
        parts += [Part(at, found.start(), text[at : found.start()]), Part(*found.span(), found[1] or "")]
        at = found.end()
    return decode_parts([*parts, Part(at, end, text[at:end])])


def direct_span(parts: Sequence[Part]) -> tuple[int, int] | None:
    """Where the parts stand one to one and without a gap."""
    if not all(map(_is_direct, parts)):
        return None
    for part, following in pairwise(parts):
        if following.start != part.end or following.quote != part.quote:
            return None
    return (parts[0].start, parts[-1].end) if parts else None


def _is_direct(part: Part) -> bool:
    # make's $$ between single quotes, which the inner shell's grammar reads again
    dollar = part.text == "$" and part.quote == "'"
    return dollar or len(part.text) == part.end - part.start


def relocate(command: Command, decoded: Decoded, text: str) -> Command:
    """A command found in `decoded.value`, by its places in the outer text."""
    start, end = _outer(decoded, command.start, command.end)
    return command._replace(
        words=_words(command.words, decoded, text),
        wrapper=_words(command.wrapper, decoded, text),
        assignments=_words(command.assignments, decoded, text),
        statement=_outer(decoded, *command.statement),
        editable=command.editable and end - start == command.end - command.start,
    )


def _words(words: Sequence[Word], decoded: Decoded, text: str) -> tuple[Word, ...]:
    return tuple(_relocated(word, decoded, text) for word in words)


def _relocated(word: Word, decoded: Decoded, text: str) -> Word:
    start, end = _outer(decoded, word.start, word.end)
    space, _ = _outer(decoded, word.start - len(word.space), word.start)
    parts = []
    for part in word.parts:
        part_start, part_end = _outer(decoded, part.start, part.end)
        parts.append(part._replace(start=part_start, end=part_end))
    return word._replace(start=start, end=end, raw=text[start:end], parts=tuple(parts), space=text[space:start])


def _outer(decoded: Decoded, start: int, end: int) -> tuple[int, int]:
    spans = decoded.spans
    outer = spans[start][0] if start < len(spans) else spans[-1][1]
    return outer, spans[end - 1][1] if end > start else outer
