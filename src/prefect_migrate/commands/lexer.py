"""A tolerant lexer: the simple commands of a script, as words with exact places.  It never fails.

A `Grammar` says how one shell family quotes, expands and separates; `operators.py` what separators do.  What is opened
and never closed is read as an ordinary character, a few times; then the end of the text counts as closing it.  So the
time is linear in the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from prefect_migrate.commands.words import Part, Word, make_word

#: How often something unclosed is read again.
PATIENCE = 16
#: How deep command substitutions are followed.
DEPTH = 24

#: Reads one piece of a word at `lexer.pos` into the parts; False if the word ends there.
Reader = Callable[["Lexer", list[Part], str], bool]


class Grammar(NamedTuple):
    blank: re.Pattern[str]
    """Blanks and line continuations between words."""
    plain: re.Pattern[str]
    """A run of characters that mean themselves."""
    operator: re.Pattern[str]
    readers: Mapping[str, Reader]
    """By their first character, the pieces of a word that are not plain."""
    comment: Callable[[Lexer], int]
    """The end of the comment that starts here, 0 if none does."""
    operate: Callable[[Lexer, str], bool]
    """Act on the operator just passed; whether it closes the list of commands."""


class Body(NamedTuple):
    """A here-document: its lines, and whether the shell leaves them as they are."""

    start: int
    end: int
    literal: bool


@dataclass(slots=True)
class Simple:
    """What stands between two operators: a program and its arguments, or words of the shell's own syntax."""

    before: str = ""
    after: str = ""
    words: list[Word] = field(default_factory=list)
    #: What output and input is redirected to; here-strings; here-documents.
    targets: list[Word] = field(default_factory=list)
    strings: list[Word] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    #: The command that its output goes to.
    into: Simple | None = None
    array: bool = False
    #: Whether it stands in a command substitution.
    nested: bool = False
    end: int = 0


class Heredoc(NamedTuple):
    simple: Simple
    delimiter: str
    literal: bool


@dataclass(slots=True)
class Frame:
    """One list of commands: what closes it, and the parentheses and `case`s open in it."""

    closer: str = ""
    open: list[str] = field(default_factory=list)


class Lexer:
    """Reads `text[pos:end]`; afterwards `simples` and `comments` have what was found."""

    def __init__(self, text: str, grammar: Grammar, start: int = 0, end: int | None = None) -> None:
        self.text = text
        self.grammar = grammar
        self.pos = start
        self.end = len(text) if end is None else end
        self.start = start
        self.depth = 0
        self.patience = PATIENCE
        self.simple = Simple()
        self.frame = Frame()
        self.simples: list[Simple] = []
        self.comments: list[tuple[int, int]] = []
        self.heredocs: list[Heredoc] = []
        self.line_index: dict[str, list[tuple[int, int]]] | None = None

    def read(self) -> Lexer:
        self.read_list("")
        return self

    def read_list(self, closer: str) -> None:
        """Read commands up to `closer`, or the end."""
        outer = self.simple, self.frame
        self.depth += 1
        self.simple, self.frame = Simple(nested=self.depth > 1), Frame(closer)
        while self.pos < self.end:
            space = self.take(self.grammar.blank)
            if end := self.grammar.comment(self):
                self.comments.append((self.pos, end))
                self.pos = end
            elif operator := self.take(self.grammar.operator):
                if self.grammar.operate(self, operator):
                    break
            elif self.pos < self.end:
                self.add_word(self.read_word(space))
        self.finish("")
        self.depth -= 1
        self.simple, self.frame = outer

    def read_word(self, space: str) -> Word:
        start = self.pos
        parts: list[Part] = []
        while self.pos < self.end:
            if run := self.grammar.plain.match(self.text, self.pos, self.end):
                self.add(parts, run.end())
                continue
            reader = self.grammar.readers.get(self.text[self.pos])
            if reader is None or not reader(self, parts, ""):
                break
        if self.pos == start:
            self.add(parts, start + 1)
        return make_word(self.text, start, self.pos, parts, space)

    def add_word(self, word: Word) -> None:
        self.simple.words.append(word)
        self.simple.end = word.end

    def add(self, parts: list[Part], end: int, text: str | None = None, dynamic: bool = False, quote: str = "") -> bool:
        """A part from here to `end`, standing for `text`."""
        text = self.text[self.pos : end] if text is None else text
        parts.append(Part(self.pos, end, text, dynamic, quote))
        self.pos = end
        return True

    def take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, and go past it."""
        match = pattern.match(self.text, self.pos, self.end)
        if match is None:
            return ""
        self.pos = match.end()
        return match.group()

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.pos, self.end)

    def finish(self, after: str) -> None:
        """End the simple command that is being read."""
        simple = self.simple
        self.simple = Simple(before=after, nested=self.depth > 1)
        if after in ("|", "|&"):
            simple.into = self.simple
        if simple.words or simple.targets or simple.strings:
            simple.after = after
            self.simples.append(simple)

    def substitute(self, parts: list[Part], opening: int, quote: str) -> bool:
        """Read a command substitution whose opening has that many characters; one dynamic part."""
        start = self.pos
        if self.depth >= DEPTH:
            return self.add(parts, start + 1, quote=quote)
        self.pos += opening
        self.read_list(")")
        end, self.pos = self.pos, start
        return self.add(parts, end, dynamic=True, quote=quote)

    def mark(self) -> tuple[int, int, int, int]:
        return self.pos, len(self.simples), len(self.comments), len(self.heredocs)

    def unclosed(self, mark: tuple[int, int, int, int], parts: list[Part], inner: list[Part]) -> bool:
        """What opened at `mark` was never closed: read it as a character, or let the end close it."""
        if not self.patience:
            parts.extend(inner)
            return True
        self.patience -= 1
        self.pos = mark[0]
        del self.simples[mark[1] :], self.comments[mark[2] :], self.heredocs[mark[3] :]
        return self.add(parts, self.pos + 1)
