"""Short ways to say what a text's commands are."""

from __future__ import annotations

from prefect_migrate.commands.model import DIALECTS, Command, Dialect
from prefect_migrate.commands.shell import read_commands, read_comment_commands, read_text_commands
from prefect_migrate.commands.words import Word

SHELLS: tuple[Dialect, ...] = tuple(dialect for dialect in DIALECTS if dialect != "argv")
ALL_READERS = (read_commands, read_comment_commands, read_text_commands)


def only(text: str, dialect: Dialect = "sh") -> Command:
    """The one command of the text."""
    (command,) = read_commands(text, dialect=dialect)
    check_spans(command, text)
    return command


def raws(words: tuple[Word, ...]) -> list[str]:
    return [word.raw for word in words]


def values(command: Command) -> list[str | None]:
    return [word.value for word in command.words]


def spelled(command: Command) -> str:
    """The command printed from its words."""
    return "".join(word.space + word.raw for word in command.words).lstrip(" \t")


def check_spans(command: Command, text: str) -> None:
    """Every word is exactly what stands at its place."""
    for word in (*command.words, *command.wrapper, *command.assignments):
        assert 0 <= word.start <= word.end <= len(text)
        assert text[word.start : word.end] == word.raw
        for part in word.parts:
            assert word.start <= part.start < part.end <= word.end
            assert not part.dynamic or len(part.text) > 1
    starts = [word.start for word in command.words]
    assert starts == sorted(starts)
    assert 0 <= command.statement[0] <= command.start
    assert command.end <= max(command.statement[1], command.end) <= len(text)
