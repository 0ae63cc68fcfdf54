"""Which programs run the command that follows them, which run a string, and which only handle words."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from prefect_migrate.commands.tree import load_tree
from prefect_migrate.commands.words import Word


class Programs(NamedTuple):
    """The table `programs.json`."""

    shells: frozenset[str]
    powershells: frozenset[str]
    #: Those that hand a string of theirs to a shell.
    string_runners: frozenset[str]
    #: Those that run what follows them, and the words of which one must stand between.
    runners: dict[str, tuple[str, ...]]
    #: Those to which `prefect` is the name of a package, file or container.
    handlers: frozenset[str]
    printers: frozenset[str]


@cache
def known() -> Programs:
    data = json.loads(Path(__file__).with_name("programs.json").read_text("utf-8"))
    runners = {name: tuple(words.split()) for words, names in data.pop("runners").items() for name in names}
    return Programs(runners=runners, **{key: frozenset(names) for key, names in data.items()})


#: `NAME=` before the command in unit files and the like, whose value runs.
_RUNS = re.compile(r"(?:Exec\w+|command|cmd|entrypoint|run|script)=")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=")
_PYTHON = re.compile(r"(?i)(?:python[\d.]*w?|pypy[\d.]*|py|coverage)$")
#: A sub-command, known or not.
_HELP = frozenset({"--help", "-h"})
_COMMAND = re.compile(r"[a-z][a-z_-]*")
_PINNED = re.compile(r"prefect(?:\[[\w,-]*\])?(?:@|[=~<>]=?=?)[\w.*]+")
_FOLDERS = re.compile(r"[/\\]")
_SUFFIX = re.compile(r"(?i)\.(?:exe|cmd)$")
_MARKS = "@!+-:|"
_NAMES_PREFECT = re.compile(r"(?i)^\W*(?:(?:which|command[ \t]+-v|type[ \t]+-p)[ \t]+)?[A-Z_.]*prefect[\w.]*\W*$")


def program(word: Word) -> str:
    """The name that a word calls, without folders and `.exe`; "" if only its run knows."""
    if not word.parts or word.parts[-1].dynamic:
        return ""
    return _name_of(word.text)


@lru_cache(maxsize=1024)
def _name_of(text: str) -> str:
    return _SUFFIX.sub("", _FOLDERS.split(text)[-1])


def is_prefect(word: Word) -> bool:
    return program(word) == "prefect"


def is_pinned_prefect(words: Sequence[Word], index: int) -> bool:
    """Whether a word is Prefect in a version of its own, for a program that installs what it runs: `uvx prefect@2`."""
    before = [program(word) for word in words[:index]]
    installs = not {"uvx", "pipx"}.isdisjoint(before) or ("uv" in before and "tool" in before)
    return installs and _PINNED.fullmatch(words[index].text) is not None


def names_prefect(word: Word) -> bool:
    """`$PREFECT`, `$(PREFECT_BIN)` or `$(which prefect)`, surely the program if a sub-command follows."""
    return word.dynamic and _NAMES_PREFECT.match(word.text) is not None


def is_assignment(word: Word) -> bool:
    return bool(word.parts) and not word.parts[0].quote and _ASSIGNMENT.match(word.text) is not None


def unmarked(word: Word) -> Word:
    """Without what make, just, systemd or a notebook put before a command."""
    count = len(word.text) - len(word.text.lstrip(_MARKS))
    return word.after(count) if count and word.parts and not word.parts[0].quote else word


def assigned(word: Word) -> tuple[Word, bool] | None:
    """The value in `NAME=value`, and whether that name says that it runs."""
    found = _ASSIGNMENT.match(word.text)
    if found is None or not is_assignment(word):
        return None
    return unmarked(word.after(found.end())), _RUNS.match(word.text) is not None


@cache
def top_level() -> frozenset[str]:
    """The names of the commands right below `prefect`, in both generations."""
    trees = load_tree(2), load_tree(3)
    return frozenset(path[0] for tree in trees for path in (*tree.commands, *tree.aliases) if len(path) == 1)


def path_length(words: Sequence[Word]) -> int:
    """How many of the words after `prefect` are a sub-command that needs no other; 0 if they aren't one."""
    values = [word.value or "" for word in words[:6]]
    skipped = _root_options(values)
    for tree in (load_tree(2), load_tree(3)):
        if path := tree.leaf(values[skipped:]):
            return skipped + len(path)
    return 0


def _root_options(values: Sequence[str]) -> int:
    """How many words the options before the sub-command take."""
    skipped = 0
    while skipped < len(values) and values[skipped].startswith("--"):
        skipped += 2 if values[skipped] == "--profile" else 1
    return skipped


def begins_group(words: Sequence[Word]) -> bool:
    """Whether the words after `prefect` are a group of commands and one that it may lack, such as `flow test`, that
    only the run knows, or a call for help."""
    values = [word.value or "" for word in words[:6]]
    at = _root_options(values) + 1
    if at >= len(values):
        return False
    named = words[at].dynamic or values[at] in _HELP or _COMMAND.fullmatch(values[at]) is not None
    return named and any(tree.resolve((values[at - 1],)) in tree.groups for tree in (load_tree(2), load_tree(3)))


def runs_module(words: Sequence[Word]) -> bool:
    """Whether the words end in `python -m`."""
    return words[-1].text in ("-m", "--module") and any(map(_is_python, words[-6:-1]))


def _is_python(word: Word) -> bool:
    return "py" in word.text.lower() if word.dynamic else _PYTHON.match(program(word)) is not None


class Trust(enum.IntEnum):
    """How much must stand after the word `prefect` to show that it is the program, and not a name."""

    #: A command of a group, such as `agent start`: the program before runs others, but not with these words.
    GROUPED = 0
    #: Any command: the program before is unknown.
    COMMAND = 1
    #: The name of a command or a group: a container is run, and that may be called prefect.
    NAME = 2
    #: Anything.
    ANY = 3


def trust(words: Sequence[Word]) -> Trust:
    """What the program that `words` starts with is known to do with the words after it."""
    needed = known().runners.get(program(words[0]).lower())
    if needed is None:
        return Trust.COMMAND
    if needed and not any(word.text in needed for word in words[1:]):
        return Trust.GROUPED
    return Trust.NAME if len(needed) > 1 else Trust.ANY


def runs_rest(words: Sequence[Word]) -> bool:
    """Whether the program is known to run what follows."""
    return trust(words) >= Trust.NAME
