"""Read a command's words as the sub-command, options and arguments that they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.tree import CommandPath, CommandSpec, OptionSpec, Tree
from prefect_migrate.commands.words import Word

_HELP = OptionSpec("--help", short=("-h",))


class Option(NamedTuple):
    """One use of an option; `name` is its main long spelling, `spelled` the one used."""

    name: str
    spelled: str
    value: Word | None
    #: The words that it takes up, `words[at]` of the command being the first.
    words: tuple[Word, ...]
    at: int
    #: The spelling that switches it off: `--no-…`.
    off: bool = False
    #: It shares its word with other short options, as `-a` in `-an name`.
    bundled: bool = False
    #: It stands before the sub-command, as `--profile` in `prefect --profile x deploy`.
    of_root: bool = False


class Invocation(NamedTuple):
    """`path` has the proper names, whatever alias was used."""

    path: CommandPath
    options: tuple[Option, ...]
    positionals: tuple[Word, ...]
    #: Options and sub-commands that this generation has not; what follows such an option is a positional here.
    unknown: tuple[Word, ...]
    path_words: tuple[Word, ...]

    @property
    def certain(self) -> bool:
        """Whether the words can only be read in this way: nothing unknown, and no `$VAR` that may hold options."""
        return not self.unknown and not any(word.splits for word in (*self.positionals, *self.path_words))

    def all(self, name: str) -> list[Option]:
        return [option for option in self.options if option.name == name]

    def last(self, name: str) -> Option | None:
        """The use that counts, if an option may be given once."""
        return next((option for option in reversed(self.options) if option.name == name), None)


def parse(command: Command, tree: Tree) -> Invocation:
    return _Parser(command, tree).parse()


class _Parser:
    def __init__(self, command: Command, tree: Tree) -> None:
        self.words = command.words
        self.tree = tree
        self.spec: CommandSpec = tree.commands[()]
        self.index = 1
        self.ended = False
        self.options: list[Option] = []
        self.positionals: list[Word] = []
        self.unknown: list[Word] = []
        self.path_words: list[Word] = []

    def parse(self) -> Invocation:
        while self.index < len(self.words):
            word = self.words[self.index]
            if self.ended or not _is_option(word):
                self._argument(word)
            elif word.text == "--":
                # before the sub-command it ends the options of the program that runs Prefect's
                self.ended = bool(self.path_words)
                self.index += 1
            else:
                self._option(word)
        return Invocation(
            self.spec.path,
            tuple(self.options),
            tuple(self.positionals),
            tuple(self.unknown),
            tuple(self.path_words),
        )

    def _argument(self, word: Word) -> None:
        self.index += 1
        path = self.spec.path
        if path in self.tree.groups and not self.positionals:
            found = self.tree.resolve((*path, word.text)) if word.value else None
            if found:
                self.spec = self.tree.commands[found]
                self.path_words.append(word)
                return
            if not self.spec.positionals:
                self.unknown.append(word)
                return
        self.positionals.append(word)

    def _option(self, word: Word) -> None:
        index = self.index
        self.index += 1
        found = list(self._long(word, index) or self._short(word, index))
        if found:
            self.options += found
        else:
            self.unknown.append(word)

    def _long(self, word: Word, index: int) -> list[Option]:
        """`--name`, `--name value`, `--name=value`; also `-jv value`, which is spelled as a short one."""
        spelled, equals, _ = word.text.partition("=")
        spec = self._spec(spelled)
        if spec is None or len(spelled) == 2:
            return []
        if equals:
            return [self._found(spec, spelled, word.after(len(spelled) + 1), index)]
        return [self._with_next(spec, spelled, index)]

    def _short(self, word: Word, index: int) -> Iterator[Option]:
        """`-a`, `-q value`, `-qvalue`, `-aq value`; nothing if some letter is unknown."""
        letters = word.text[1:]
        for at, spec in enumerate([] if word.text.startswith("--") else self._bundle(letters)):
            spelled = f"-{letters[at]}"
            bundled = len(letters) > 1 and not (at == 0 and spec.takes_value)
            if spec.takes_value and at + 1 < len(letters):
                yield self._found(spec, spelled, self._attached(word, at), index)._replace(bundled=bundled)
            else:
                yield self._with_next(spec, spelled, index)._replace(bundled=bundled)

    def _attached(self, word: Word, at: int) -> Word:
        """The value in the same word, after the letter at that place."""
        equals = at == 0 and self.tree.framework == "cyclopts" and word.text[2:3] == "="
        return word.after(at + 2 + equals)

    def _bundle(self, letters: str) -> list[OptionSpec]:
        """The options that the letters are, up to one that takes a value; none if some letter is unknown."""
        found: list[OptionSpec] = []
        for letter in letters:
            spec = self._spec(f"-{letter}")
            if spec is None:
                return []
            found.append(spec)
            if spec.takes_value:
                break
        return found

    def _spec(self, spelled: str) -> OptionSpec | None:
        return self.spec.options.get(spelled) or (_HELP if spelled in ("--help", "-h") else None)

    def _with_next(self, spec: OptionSpec, spelled: str, index: int) -> Option:
        if not spec.takes_value or spelled in spec.off or self.index >= len(self.words):
            return self._found(spec, spelled, None, index)
        value = self.words[self.index]
        self.index += 1
        return self._found(spec, spelled, value, index)

    def _found(self, spec: OptionSpec, spelled: str, value: Word | None, index: int) -> Option:
        return Option(
            spec.name,
            spelled,
            value,
            self.words[index : self.index],
            index,
            off=spelled in spec.off,
            of_root=not self.spec.path,
        )


def _is_option(word: Word) -> bool:
    """Whether a word starts as an option, be its value known or not."""
    return word.text.startswith("-") and word.text != "-" and not word.parts[0].dynamic
