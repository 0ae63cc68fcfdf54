"""The strings in a command that another shell reads, and here-documents that are scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prefect_migrate.commands import programs
from prefect_migrate.commands.lexer import Body, Simple
from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.words import Word

_COMMAND_FLAG = re.compile(r"-[A-Za-z]*c$|/[ckCK]$|(?i:-c(?:ommand)?$)")
_SCRIPT_FILE = re.compile(r"(?:\.(?:sh|bash|zsh|command)|\.bash_profile|(?:^|/)\.\w*rc|(?:^|/)s?bin/[^./]+)$")
_SHEBANG = re.compile(r"\s*#!\s*\S*(?:/|env\s+)(?:ba|z|da|k|a)?sh\b")


class Script(NamedTuple):
    """The string that stands at `words[at]`, or behind the `=` of it."""

    at: int
    word: Word
    dialect: Dialect


def find_scripts(words: Sequence[Word], dialect: Dialect) -> Iterator[Script]:
    """`sh -c "…"`, `cmd /c "…"`, `ssh host "…"`, `eval "…"` and the like."""
    if script := _after_shell(words, dialect):
        yield script
        return
    if any(programs.program(word).lower() in programs.known().string_runners for word in _callers(words)):
        for index, word in enumerate(words):
            value = _value(word)
            if "prefect" in value.text and " " in value.text:
                yield Script(index, value, _posix(dialect))


def _shell(name: str, dialect: Dialect) -> Dialect | None:
    if name in programs.known().shells:
        return _posix(dialect)
    if name in programs.known().powershells:
        return "powershell"
    return "bat" if name == "cmd" else None


def _posix(dialect: Dialect) -> Dialect:
    """make fills in its variables before the inner shell, too."""
    return "make" if dialect == "make" else "sh"


def _after_shell(words: Sequence[Word], dialect: Dialect) -> Script | None:
    """The string after `-c` of the last shell named before it."""
    shell: Dialect | None = None
    flagged = False
    for at, word in enumerate(words):
        if named := _shell(programs.program(word).lower(), dialect):
            shell, flagged = named, False
        elif shell and _COMMAND_FLAG.match(word.text):
            flagged = True
        elif shell and not word.text.startswith(("-", "/")):
            if flagged:
                return Script(at, word, shell) if " " in word.text else None
            # a file to run, and what follows are its arguments; but an option of PowerShell may have a value
            shell = shell if shell == "powershell" else None
    return None


def _callers(words: Sequence[Word]) -> Sequence[Word]:
    """The words that may be a program: the first, and all if that one runs others."""
    first = next((i for i, word in enumerate(words) if not programs.is_assignment(word)), len(words))
    return words[first:] if first < len(words) and programs.runs_rest(words[first:]) else words[first : first + 1]


def _value(word: Word) -> Word:
    """The value of `--command="…"` or `name="…"`, or the word itself."""
    equals = re.match(r"(?:--)?[\w-]+=", word.text)
    return word.after(equals.end()) if equals and word.parts and not word.parts[0].quote else word


def feeds_shell(simple: Simple) -> bool:
    """Whether what a command reads or prints is run: `bash <<EOF`, `cat <<EOF | ssh host`."""
    receiver = simple.into or simple
    names = {programs.program(word).lower() for word in (*simple.words[:8], *receiver.words[:8])}
    return bool(names & (programs.known().shells | {"ssh", "su"}))


def output_runs(simple: Simple) -> bool:
    """Whether what a command prints becomes commands: `echo … > run.sh`, `echo … | bash`."""
    return writes_script(simple) or (simple.into is not None and feeds_shell(simple.into))


def writes_script(simple: Simple) -> bool:
    """Whether its output goes to a file that looks like a script."""
    words = [*simple.targets, *(simple.into.targets if simple.into else [])]
    for command in (simple, simple.into):
        if command and command.words and any(word.text == "tee" for word in command.words[:3]):
            words += command.words[1:]
    return any(_SCRIPT_FILE.search(word.text) for word in words)


def is_script(simple: Simple, body: Body, text: str) -> bool:
    """Whether a here-document holds commands that run."""
    return feeds_shell(simple) or writes_script(simple) or _SHEBANG.match(text, body.start, body.end) is not None
