"""Property lists of launchd, services of Windows and build files: what their elements and attributes start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prefect_migrate.commands.mentions import read_mentions
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.words import Word

_TAG = re.compile(r"<!--.*?-->|<(?P<closes>/?)(?P<name>[\w:.-]*)[^>]*>", re.DOTALL)
_VALUE = re.compile(
    r"\b(?:value|line|executable|command|arguments)[ \t]*=[ \t]*(?P<quote>[\"'])(?P<value>[^\"'<>]*)(?P=quote)"
)
#: The elements behind which nothing belongs to a command any more; launchd keeps each word in one of its own.
_ENDS = frozenset({"array", "arguments", "exec"})
_END = "\0"


def read_xml(text: str) -> Iterator[Command]:
    """Each command from the word `prefect` on; no more than its words can be told, so nothing is edited."""
    flat = _TAG.sub(_blanked, text).replace("\r", " ").replace("\n", " ").replace(_END, "\n")
    for command in read_mentions(flat, context="command"):
        yield command._replace(words=tuple(_as_written(text, command.words)), editable=False)


def _as_written(text: str, words: Iterable[Word]) -> Iterator[Word]:
    """The words with what really stands there, and between them."""
    end = None
    for word in words:
        space = word.space if end is None else text[end : word.start]
        end = word.end
        yield word._replace(space=space, raw=text[word.start : end])


def _blanked(tag: re.Match[str]) -> str:
    """Blanks, as long as the tag is, but for the values of attributes that hold words of a command."""
    whole, name = tag.group(), (tag["name"] or "").lower()
    if tag["closes"] and name in _ENDS:
        return _END + " " * (len(whole) - 1)
    blanked = " " * len(whole)
    for found in _VALUE.finditer(whole):
        start, end = found.span("value")
        blanked = blanked[:start] + found["value"] + blanked[end:]
    return blanked
