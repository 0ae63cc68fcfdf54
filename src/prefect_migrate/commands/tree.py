"""The commands and options of both generations of the CLI.  `tools/derive_cli.py` makes the data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

CommandPath = tuple[str, ...]


class OptionSpec(NamedTuple):
    """An option; `name` is its main long spelling."""

    name: str
    short: tuple[str, ...] = ()
    long: tuple[str, ...] = ()
    #: What switches it off: `--no-…`; in 3 also `--empty-…` of lists.
    off: tuple[str, ...] = ()
    takes_value: bool = False
    multiple: bool = False


class PositionalSpec(NamedTuple):
    name: str
    required: bool = False
    multiple: bool = False


class CommandSpec(NamedTuple):
    path: CommandPath
    #: By every spelling.
    options: Mapping[str, OptionSpec]
    positionals: tuple[PositionalSpec, ...]


class Tree(NamedTuple):
    #: click (2) or cyclopts (3)
    framework: str
    commands: Mapping[CommandPath, CommandSpec]
    aliases: Mapping[CommandPath, CommandPath]
    groups: frozenset[CommandPath]

    def resolve(self, path: CommandPath) -> CommandPath | None:
        """The path by its proper names; None if there is no such command."""
        path = self.aliases.get(path, path)
        return path if path in self.commands else None

    def leaf(self, words: Iterable[str]) -> CommandPath | None:
        """The command that the words start with, if they go down to one that is no group."""
        path: CommandPath = ()
        for word in words:
            if path not in self.groups:
                break
            found = self.resolve((*path, word))
            if found is None:
                break
            path = found
        return path if path and path not in self.groups else None


@cache
def load_tree(major: Literal[2, 3]) -> Tree:
    data = json.loads(Path(__file__).with_name(f"cli{major}.json").read_text("utf-8"))
    aliases = {tuple(alias.split()): tuple(path.split()) for alias, path in data["aliases"].items()}
    commands = {tuple(path.split()): _command(tuple(path.split()), row) for path, row in data["commands"].items()}
    return Tree(data["framework"], commands, aliases, frozenset(path[:-1] for path in commands if path))


def _command(path: CommandPath, row: dict[str, Any]) -> CommandSpec:
    options = {}
    for name, entry in row["options"].items():
        spec = OptionSpec(name, **{key: _tuple(value) for key, value in entry.items()})
        options.update(dict.fromkeys((name, *spec.short, *spec.long, *spec.off), spec))
    return CommandSpec(path, options, tuple(PositionalSpec(**entry) for entry in row["positionals"]))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
