"""Commands in a string of another syntax, by their places in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from prefect_migrate.commands import programs
from prefect_migrate.commands.decoded import Decoded, relocate
from prefect_migrate.commands.model import Command, Context, Dialect
from prefect_migrate.commands.shell import read_commands
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.commands.words import Word

#: Marks in `Command.enclosing`, beside the quotes: a string with escapes, one whose braces or percent signs the program
#: fills in, one in which whatever reads the file may fill in variables, and a plain scalar of YAML.
ESCAPES, BRACES, PERCENTS, VARIABLES, PLAIN = "\\{%$:"
#: What can't be written as it stands inside of each.
FORBIDDEN = {
    ESCAPES: re.compile(r"[\\\r\n]"),
    BRACES: re.compile(r"[{}]"),
    PERCENTS: re.compile(r"%"),
    VARIABLES: re.compile(r"\$|\{\{|%\{"),
    PLAIN: re.compile(r":(?:\s|$)|\s#"),
}


def read_string(text: str, decoded: Decoded, *, dialect: Dialect = "sh", enclosing: str = "") -> list[Command]:
    """The commands in a string that runs as a script."""
    if "prefect" not in decoded.value and "PREFECT" not in decoded.value:
        return []
    start = _direct(text, decoded)
    if start is not None:
        found = read_commands(decoded.value, dialect=dialect, base=start)
    else:
        found = [place(command, decoded, text) for command in read_commands(decoded.value, dialect=dialect)]
    return [command._replace(enclosing=command.enclosing + enclosing) for command in found]


def _direct(text: str, decoded: Decoded) -> int | None:
    """Where the string starts, if it stands there as it is."""
    start = decoded.spans[0][0] if decoded.spans else 0
    end = start + len(decoded.value)
    return start if decoded.spans[-1:] == [(end - 1, end)] and text[start:end] == decoded.value else None


def place(command: Command, decoded: Decoded, text: str) -> Command:
    """A command found in `decoded.value`, by its places in the text.

    A word that is spelled differently there has one place for all of it; the others can be edited.
    """
    outer = relocate(command, decoded, text)
    return outer._replace(
        words=_exact(command.words, outer.words),
        wrapper=_exact(command.wrapper, outer.wrapper),
        assignments=_exact(command.assignments, outer.assignments),
        editable=command.editable and outer.end - outer.start >= 0 and not _shares_a_place(outer.words),
    )


def _exact(inner: Iterable[Word], outer: Iterable[Word]) -> tuple[Word, ...]:
    pairs = zip(inner, outer, strict=True)
    return tuple(after._replace(exact=before.exact and before.raw == after.raw) for before, after in pairs)


def _shares_a_place(words: Iterable[Word]) -> bool:
    """Whether the string has one place for all of its words, because nobody could tell them apart."""
    starts = [word.start for word in words]
    return len(set(starts)) < len(starts)


def within(commands: Iterable[Command], context: Context) -> Iterator[Command]:
    """Commands of a string: what the string is says how much they count."""
    for command in commands:
        yield command._replace(context=context) if command.context == "command" else command


def doubtful(command: Command) -> bool:
    """Whether something stands before the command of which we do not know that it runs others.

    In a script that is a program of the user's; in a string it may be the start of a sentence.
    """
    return bool(command.wrapper) and not (
        programs.runs_rest(command.wrapper)
        or programs.runs_module(command.wrapper)
        or programs.program(command.wrapper[0]).lower() in programs.known().shells
        or (len(command.wrapper) == 1 and "/" in command.wrapper[0].text)
    )  # fmt: skip


def is_command(command: Command, surely_runs: bool = False) -> bool:
    """Whether the words are a command, and not the name of something: `prefect agent start`, but not `prefect flow`.

    Of what `surely_runs`, one word after `prefect` says enough, and a group may have any command.
    """
    if programs.path_length(command.words[1:]) > (0 if surely_runs else 1):
        return True
    return surely_runs and command.context == "command" and programs.begins_group(command.words[1:])


def mentions_command(text: str) -> bool:
    """The cheap test that comes before any parsing: a sub-command of Prefect's stands in the text."""
    if "prefect" not in text and "PREFECT" not in text:
        return False
    return _mentions(text.encode("utf-8", "surrogatepass"), text)


def bytes_mention_command(data: bytes) -> bool:
    """The same of a file in whatever encoding, in which the words that count are ASCII."""
    if b"prefect" not in data and b"PREFECT" not in data:
        return False
    return _mentions(data, data.decode("latin-1"))


def _mentions(data: bytes, text: str) -> bool:
    words = set(data.translate(_BLANKS).split())
    return any(needed <= words and pattern.search(text) for needed, pattern in _patterns())


def names_a_command(text: str) -> bool:
    """Whether a first word of Prefect's commands stands in the text, wherever."""
    return _first_words().search(text) is not None


@cache
def _first_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(group for group in _groups() if group))})\b")


#: Every ASCII character that is part of no word becomes a space.
_BLANKS = bytes(number if number > 127 or chr(number).isalnum() or number == ord("_") else 32 for number in range(256))


@cache
def _groups() -> dict[str, set[str]]:
    """First word of a command -> what may come second."""
    groups: dict[str, set[str]] = {}
    for tree in (load_tree(2), load_tree(3)):
        for path in (*tree.commands, *tree.aliases):
            if path:
                groups.setdefault(path[0], set()).update(path[1:2])
    return groups


@cache
def _patterns() -> list[tuple[frozenset[bytes], re.Pattern[str]]]:
    """With the words that must be there, `agent start` and the like, in a line or as items of a list.

    `prefect deploy`, too, where one word is all.
    """
    groups = _groups()
    # A pattern that begins with a word is found fast; what must not be before it comes after.
    found = [
        (
            frozenset(group.encode().split(b"-")),
            re.compile(rf"{group}(?<!\w{group})\W{{1,200}}(?:{'|'.join(sorted(names))})\b"),
        )
        for group, names in groups.items()
        if names
    ]
    single = rf"\W{{1,60}}(?:-\S*\s+)*(?:{'|'.join(sorted(groups))})\b"
    anywhere: frozenset[bytes] = frozenset()
    return [(anywhere, re.compile(f"prefect{single}")), (anywhere, re.compile(f"PREFECT{single}")), *found]
