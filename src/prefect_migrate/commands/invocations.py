"""Find the Prefect command in the words of a simple command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from prefect_migrate.commands import programs
from prefect_migrate.commands.model import Context
from prefect_migrate.commands.operators import RESERVED
from prefect_migrate.commands.programs import Trust
from prefect_migrate.commands.words import Part, Word

#: Words that end the arguments of a command which `find -exec` or `parallel` runs.
_ENDS = frozenset({";", ":::"})
_ROOT_OPTIONS = frozenset({"--version", "--profile", "--prompt", "--no-prompt", "--help"})
_SETTERS = frozenset({"set", "export"})
#: Of PowerShell's Start-Process: what follows is one string or a list, so the command can only be reported.
_STARTERS = frozenset({"start-process", "saps", "start"})
_SEVERAL = re.compile(r"[\s,]")
_ARGUMENT_LIST = re.compile(r"(?i)-arg(?:ument)?s?(?:list)?")
_PROMPTS = frozenset("$%>@!+-:|&") | {"PS>"}


class Found(NamedTuple):
    """Where the words are: assignments up to `program`, the wrapper up to `at`, then Prefect's own."""

    words: list[Word]
    program: int
    at: int
    context: Context


def find(words: Sequence[Word]) -> Found | None:
    """The invocation that runs (or, of echo and the like, is printed); None if there is none."""
    words = strip_syntax(words)
    first = 0
    while first < len(words) and (words[first].text in _SETTERS or programs.is_assignment(words[first])):
        if found := _assigned_command(words, first):
            return found
        first += 1
    if first == len(words):
        return None
    words[first] = programs.unmarked(words[first])
    if _is_named_twice(words, first):
        first += 1
    head, rest = words[first], words[first + 1 :]
    if programs.is_prefect(head) or (programs.names_prefect(head) and programs.path_length(rest)):
        return _found(words, first, first, "command")
    return _wrapped(words, first)


def _is_named_twice(words: list[Word], first: int) -> bool:
    """`execlp("prefect", "prefect", "agent", "start")`: the file that runs, and the name that it is told."""
    both = words[first : first + 2]
    return len(both) == 2 and all(map(programs.is_prefect, both)) and programs.path_length(words[first + 2 :]) > 0


def strip_syntax(words: Sequence[Word]) -> list[Word]:
    """Without the shell's reserved words and the prompt of a transcript before the command."""
    start = 3 if [word.raw for word in words[:3:2]] == ["function", "{"] else 0
    while start < len(words) and (words[start].raw in RESERVED or words[start].raw in _PROMPTS):
        start += 1
    return list(words[start:])


def _assigned_command(words: list[Word], index: int) -> Found | None:
    """`ExecStart=/usr/bin/prefect agent start`: a setting of a unit file, or of an .env file."""
    value, runs = programs.assigned(words[index]) or (None, False)
    if value is None or not programs.is_prefect(value) or not programs.path_length(words[index + 1 :]):
        return None
    return _found([*words[:index], value, *words[index + 1 :]], index, index, "command" if runs else "variable")


def _wrapped(words: list[Word], first: int) -> Found | None:
    head = programs.program(words[first]).lower()
    if head in programs.known().handlers:
        return None
    if found := _entrypoint(words, first):
        return found
    trust = programs.trust(words[first:])
    for index in range(first + 1, len(words)):
        if _is_called(words, index, trust) or (head in _STARTERS and _is_started(words, index)):
            arguments = words[index + 1 :]
            words = [*words[: index + 1], *(_started(arguments, head) or arguments)]
            return _found(words, first, index, "text" if head in programs.known().printers else "command")
    return None


def _is_started(words: list[Word], index: int) -> bool:
    return programs.is_prefect(words[index]) and bool(_started(words[index + 1 :], "start"))


def _started(words: list[Word], head: str) -> list[Word]:
    """The arguments that Start-Process takes as one string or a list; its pieces share one place."""
    at = 1 if words and _ARGUMENT_LIST.fullmatch(words[0].text) else 0
    if at >= len(words) or (at == 0 and (head not in _STARTERS or not _SEVERAL.search(words[0].text))):
        return []
    last = at
    while words[last].text.endswith(",") and last + 1 < len(words):
        last += 1
    split = _split(words[last]._replace(text=" ".join(word.text for word in words[at : last + 1])))
    return split if programs.path_length(split) else []


def _split(value: Word) -> list[Word]:
    start, end = value.start, value.end
    pieces = re.split(r"[\s,]+", value.text.strip(" ,"))
    parts = [(Part(start, end, piece, "$" in piece),) for piece in pieces]
    return [value._replace(text=piece, parts=part, exact=False) for piece, part in zip(pieces, parts, strict=True)]


def _entrypoint(words: list[Word], first: int) -> Found | None:
    """`docker run --entrypoint prefect IMAGE agent start`: the program and its arguments stand apart."""
    index = next((at for at, word in enumerate(words[:-1]) if word.text.startswith("--entrypoint")), None)
    if index is None:
        return None
    value = words[index].after(13) if words[index].text[12:13] == "=" else words[index + 1]
    starts = (at for at in range(index + 2, len(words)) if programs.path_length(words[at : at + 6]))
    if not programs.is_prefect(value) or not (at := next(starts, 0)):
        return None
    return _found([*words[:at], value, *words[at:]], first, at, "command")


def _is_called(words: list[Word], index: int, trust: Trust) -> bool:
    """Whether a word is Prefect's program, by what stands around it, and not the name of something."""
    if not programs.is_prefect(words[index]):
        is_program = programs.names_prefect(words[index]) or programs.is_pinned_prefect(words, index)
        return is_program and programs.path_length(words[index + 1 : index + 7]) > 0
    if programs.runs_module(words[max(0, index - 6) : index]):
        return True
    rest = words[index + 1 : index + 7]
    if length := programs.path_length(rest):
        return length > 1 or trust > Trust.GROUPED
    if _ARGUMENT_LIST.fullmatch(rest[0].text if rest else ""):
        return True
    after_option = words[index - 1].text.startswith("-") and words[index - 1].text != "--"
    if trust < Trust.NAME or after_option or not rest:
        return False
    named = rest[0].text in _ROOT_OPTIONS or rest[0].text in programs.top_level()
    return named or (trust is Trust.ANY and rest[0].dynamic)


def _found(words: list[Word], program: int, at: int, context: Context) -> Found:
    """What `find -exec` and `parallel` run ends before the line does."""
    ends = (index for index in range(at, len(words)) if at > program and words[index].text in _ENDS)
    return Found(words[: next(ends, len(words))], program, at, context)
