"""Edits that change some words of a command and nothing around them."""

from __future__ import annotations

from collections.abc import Sequence

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Option
from prefect_migrate.commands.words import Word
from prefect_migrate.findings import Edit


class NotEditable(ValueError):
    """The command's words have no places of their own, so it can only be reported."""


def replace_word(command: Command, index: int, raw: str) -> Edit:
    """Another spelling in place of `words[index]`."""
    _check(command, command.words[index])
    word = command.words[index]
    return Edit(word.start, word.end, raw)


def replace_words(command: Command, first: int, stop: int, raws: Sequence[str]) -> list[Edit]:
    """Other spellings in place of `words[first:stop]`; a redirection between those words stays."""
    if not raws:
        return delete_words(command, first, stop)
    _check_list(command)
    _check(command, *command.words[first:stop])
    head, *others = _runs(command, first, stop)
    replaced = Edit(head[0].start, head[-1].end, " ".join(raws))
    return [replaced, *(edit for group in others for edit in _delete(command, group))]


def replace_command(command: Command, raws: Sequence[str]) -> list[Edit]:
    """Another command in place of this one; what runs it and its redirections stay."""
    return replace_words(command, 0, len(command.words), raws)


def insert_words(command: Command, index: int, raws: Sequence[str]) -> Edit:
    """More words before `words[index]`."""
    _check_list(command)
    if index >= len(command.words):
        return append_words(command, raws)
    at = command.words[index].start
    return Edit(at, at, "".join(f"{raw} " for raw in raws))


def append_words(command: Command, *groups: Sequence[str]) -> Edit:
    """More words after the last; each group on a line of its own if the command is written on several."""
    _check_list(command)
    gap = next((word.space for word in reversed(command.words[1:]) if "\n" in word.space), " ")
    text = "".join(gap + " ".join(group) for group in groups if group)
    return Edit(command.end, command.end, text)


def delete_words(command: Command, first: int, stop: int) -> list[Edit]:
    """Take away `words[first:stop]` with the blanks, and the continued line if it holds nothing else."""
    _check_list(command)
    return [edit for group in _runs(command, first, stop) for edit in _delete(command, group)]


def delete_option(command: Command, option: Option) -> list[Edit]:
    """Take away one use of an option."""
    if not option.bundled:
        return delete_words(command, option.at, option.at + len(option.words))
    letters = command.words[option.at]
    _check_list(command)
    _check(command, letters)
    at = letters.raw.find(option.spelled[1], 1)
    if letters.raw != letters.text or at < 0:
        raise NotEditable(letters.raw)
    stop = letters.end if option.value and len(option.words) == 1 else letters.start + at + 1
    edits = [Edit(letters.start + at, stop, "")]
    if len(option.words) == 2:
        edits += delete_words(command, option.at + 1, option.at + 2)
    return edits


def replace_value(command: Command, option: Option, raw: str) -> Edit:
    """Another value for an option; `raw` is its spelling, for a value inside quotes without them."""
    if option.value is None:
        raise NotEditable(f"{option.spelled} has no value")
    _check(command, option.value)
    return Edit(option.value.start, option.value.end, raw)


def _check(command: Command, *words: Word) -> None:
    if not command.editable or not all(word.exact for word in words):
        raise NotEditable(" ".join(word.raw for word in command.words))


def _check_list(command: Command) -> None:
    """Items of a list have separators that only its own syntax knows."""
    _check(command)
    if command.dialect == "argv":
        raise NotEditable("a list is edited by its own syntax")


def _runs(command: Command, first: int, stop: int) -> list[list[Word]]:
    """The words in stretches that only blanks divide."""
    runs: list[list[Word]] = []
    for word in command.words[first:stop]:
        if runs and runs[-1][-1].end + len(word.space) == word.start:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _delete(command: Command, group: Sequence[Word]) -> list[Edit]:
    first, last = group[0], group[-1]
    following = next((word for word in command.words if word.start >= last.end and word is not last), None)
    adjacent = following is not None and last.end + len(following.space) == following.start
    if following and adjacent and "\n" in first.space and "\n" not in following.space:
        # the words open a line that goes on: the rest of it moves up to their place
        return [Edit(first.start, following.start, "")]
    return [Edit(first.start - len(first.space), last.end, "")]
