"""Edits that change some words of a command, be it a line of a script or a list with one word an item.

The same functions as in `commands.edit`, which only knows lines.  In a list a new word is a new item in the style of
its neighbours, and a word goes with the comma or the dash that divides it from the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect_migrate.commands import edit
from prefect_migrate.commands.edit import NotEditable
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Option
from prefect_migrate.commands.quoting import CannotQuote, quote
from prefect_migrate.commands.words import Word
from prefect_migrate.findings import Edit
from prefect_migrate.hosts.strings import FORBIDDEN

__all__ = [
    "CannotQuote",
    "NotEditable",
    "delete_option",
    "delete_words",
    "insert_words",
    "replace_value",
    "replace_word",
    "spell",
]  # fmt: skip

_DASH = re.compile(r"\r?\n[ \t]*-[ \t]+")
_BLANKS = re.compile(r"[ \t\r\n\\]*\Z")
_CLEAN = re.compile(r"[\s,\\-]*")
#: What any of the quotings spells as it is.
_PLAIN = re.compile(r"[\w@%+=:,./ -]+")
_BARE_ITEM = re.compile(r"(?!(?i:true|false|yes|no|on|off|null|y|n)$)-*[A-Za-z_./][\w./-]*")
_QUOTE = re.compile(r"['\"]")

replace_value = edit.replace_value


def spell(command: Command, value: str, like: Word | None = None) -> str:
    """`value` as a word of the command, quoted as `like` or as the command's other words are.  Raises CannotQuote."""
    if command.dialect != "argv":
        return _checked(quote(value, command.dialect, like, command.enclosing), command)
    if not _PLAIN.fullmatch(value):
        raise CannotQuote(f"{value!r} in a list")
    model = like or next((word for word in reversed(command.words) if word.raw and not word.dynamic), None)
    found = _QUOTE.search(model.raw) if model else None
    mark = found.group() if found else ""
    if mark:
        return f"{mark}{value}{mark}"
    if model is None:
        raise CannotQuote(f"{value!r} in a list")
    return value if _BARE_ITEM.fullmatch(value) else quote(value, "argv")


def _checked(raw: str, command: Command) -> str:
    """What the syntax around the command would read in its own way can't be written there."""
    if any(mark in FORBIDDEN and FORBIDDEN[mark].search(raw) for mark in command.enclosing):
        raise CannotQuote(raw)
    return raw


def replace_word(command: Command, index: int, value: str) -> Edit:
    """Another word in place of `words[index]`, spelled as that one is."""
    word = command.words[index]
    if not word.raw:
        raise NotEditable(f"{word.text} stands elsewhere")
    return edit.replace_word(command, index, spell(command, value, word))


def insert_words(command: Command, index: int, raws: Sequence[str]) -> list[Edit]:
    """More words before `words[index]`, or behind the last; each is spelled already."""
    if not raws:
        return []
    if command.dialect != "argv":
        return [_insert_in_line(command, index, raws)]
    _check(command)
    before = command.words[index - 1]
    after = command.words[index] if index < len(command.words) else None
    joiner = _joiner(command, index)
    if after is not None and (not after.space or not _CLEAN.fullmatch(after.space)):
        # a comment belongs to the item before it, and another list starts here
        return [Edit(after.start, after.start, "".join(raw + joiner for raw in raws))]
    return [Edit(before.end, before.end, "".join(joiner + raw for raw in raws))]


def _insert_in_line(command: Command, index: int, raws: Sequence[str]) -> Edit:
    """Right behind the word before, so that a line that goes on stays in one piece."""
    if not command.editable:
        raise NotEditable(" ".join(word.raw for word in command.words))
    before = command.words[index - 1]
    if not before.raw:
        return edit.insert_words(command, index, raws)
    return Edit(before.end, before.end, "".join(f" {raw}" for raw in raws))


def _joiner(command: Command, index: int) -> str:
    """What divides two items of the list around `index`."""
    words = command.words
    gaps = [word.space for word in (*words[index : index + 2], *reversed(words[:index])) if word.space]
    if not gaps:
        raise NotEditable("a list of one item does not show how its items are divided")
    dash = _DASH.findall(gaps[0])
    if dash:
        return str(dash[-1])
    blanks = _BLANKS.search(gaps[0])
    return "," + (blanks.group() if blanks else "")


def delete_words(command: Command, first: int, stop: int) -> list[Edit]:
    """Take away `words[first:stop]` with what divides them from their neighbours."""
    if command.dialect != "argv":
        if any("#" in word.space for word in command.words[first : stop + 1]):
            raise NotEditable("a comment stands between the words")
        return edit.delete_words(command, first, stop)
    _check(command)
    head, last = command.words[first], command.words[stop - 1]
    if not all(word.space and _CLEAN.fullmatch(word.space) for word in command.words[first + 1 : stop]):
        raise NotEditable("a comment stands between the items")
    if head.space and _CLEAN.fullmatch(head.space):
        return [Edit(head.start - len(head.space), last.end, "")]
    after = command.words[stop] if stop < len(command.words) else None
    if after is None or not after.space or not _CLEAN.fullmatch(after.space):
        raise NotEditable("the item can't go without what stands around it")
    return [Edit(head.start, after.start, "")]


def delete_option(command: Command, option: Option) -> list[Edit]:
    """Take away one use of an option."""
    if command.dialect != "argv":
        return edit.delete_option(command, option)
    if option.bundled:
        raise NotEditable(option.words[0].raw)
    return delete_words(command, option.at, option.at + len(option.words))


def _check(command: Command) -> None:
    if not command.editable:
        raise NotEditable("the list is a part of what runs")
