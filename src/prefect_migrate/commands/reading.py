"""From the simple commands of a text to the invocations in it, strings and here-documents included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from prefect_migrate.commands import programs
from prefect_migrate.commands.decoded import Decoded, decode_escapes, decode_parts, direct_span, relocate
from prefect_migrate.commands.grammars import grammar, logical_line
from prefect_migrate.commands.invocations import find, strip_syntax
from prefect_migrate.commands.lexer import Body, Lexer, Simple
from prefect_migrate.commands.mentions import read_mentions
from prefect_migrate.commands.model import Command, Context, Dialect
from prefect_migrate.commands.scripts import Script, feeds_shell, find_scripts, is_script, output_runs
from prefect_migrate.commands.words import Part, Word

#: How deep strings in strings are read.
DEPTH = 4
#: A continued line needs none: the script's shell reads it as the one that writes it.
_BODY_ESCAPE = re.compile(r"\\([$`\\])")
_NOT_RUN: frozenset[Context] = frozenset({"variable", "heredoc", "text"})


def mentions_prefect(text: str, start: int = 0, end: int | None = None) -> bool:
    """The cheap test that comes before any lexing."""
    end = len(text) if end is None else end
    return text.find("prefect", start, end) >= 0 or text.find("PREFECT", start, end) >= 0


class Reading:
    """One text in one dialect; `variable` if all of it is the value of one."""

    def __init__(self, text: str, dialect: Dialect, depth: int = 0, variable: bool = False) -> None:
        self.text = text
        self.dialect = dialect
        self.depth = depth
        self.variable = variable

    def commands(self, start: int, end: int) -> Iterator[Command]:
        if self.depth > DEPTH or not mentions_prefect(self.text, start, end):
            return
        for simple in Lexer(self.text, grammar(self.dialect), start, end).read().simples:
            for command in self.commands_of(simple):
                yield _within(command, "variable") if self.variable and not simple.nested else command

    def commands_of(self, simple: Simple) -> Iterator[Command]:
        words = simple.words
        if words and (self.dialect == "argv" or mentions_prefect(self.text, words[0].start, words[-1].end)):
            yield from self._invocation(simple)
            yield from self._strings(simple)
        for word in simple.strings:
            yield from self._string(word, self.dialect, "command" if feeds_shell(simple) else "text")
        for body in simple.bodies:
            yield from self._body(simple, body)

    def _invocation(self, simple: Simple) -> Iterator[Command]:
        found = find(simple.words)
        if found is None:
            return
        context: Context = "variable" if simple.array else found.context
        if context == "text" and output_runs(simple):
            context = "command"
        start = simple.words[len(simple.words) - len(strip_syntax(simple.words))].start
        yield Command(
            words=tuple(found.words[found.at :]),
            wrapper=tuple(found.words[found.program : found.at]),
            assignments=tuple(found.words[: found.program]),
            context=context,
            dialect=self.dialect,
            editable=all(first.start < second.start for first, second in pairwise(found.words) if first.raw),
            before=simple.before,
            after=simple.after,
            statement=(start, max(simple.end, simple.words[-1].end)),
        )

    def _strings(self, simple: Simple) -> Iterator[Command]:
        words = strip_syntax(simple.words)
        words[:1] = [programs.unmarked(word) for word in words[:1]]
        scripts = {script.at: script for script in find_scripts(words, self.dialect)}
        for index, word in enumerate(words):
            if not mentions_prefect(word.text):
                continue
            if script := scripts.get(index):
                yield from self._script(words, script)
            elif " " in word.text:
                yield from self._text(word, simple)

    def _script(self, words: Sequence[Word], script: Script) -> Iterator[Command]:
        outside = words[: script.at]
        count = next((i for i, word in enumerate(outside) if not programs.is_assignment(word)), len(outside))
        for command in self._string(script.word, script.dialect, "command"):
            yield command._replace(
                wrapper=(*outside[count:], *command.wrapper),
                assignments=(*outside[:count], *command.assignments),
            )

    def _text(self, word: Word, simple: Simple) -> Iterator[Command]:
        """A string that is a variable's value, is written to a script, or only mentions commands."""
        value = programs.assigned(word)
        if value is not None:
            found = self._string(value[0], self.dialect, "variable")
            yield from (command for command in found if not command.wrapper or programs.runs_rest(command.wrapper))
        elif output_runs(simple):
            yield from self._string(word, self.dialect, "command")
        exact = all(len(part.text) == part.end - part.start for part in word.parts)
        for start, end in _quoted_spans(word):
            for command in read_mentions(self.text, start, end, dialect=self.dialect):
                yield command._replace(editable=exact, enclosing=command.enclosing + word.parts[0].quote)

    def _string(self, word: Word, dialect: Dialect, context: Context) -> Iterator[Command]:
        """A word as a script of its own."""
        inner: Iterable[Command]
        if span := direct_span(word.parts):
            inner = Reading(self.text, dialect, self.depth + 1).commands(*span)
        else:
            inner = self.decoded(decode_parts(word.parts), dialect)
        quote = word.parts[0].quote if word.parts else ""
        for command in inner:
            yield _within(command, context)._replace(enclosing=command.enclosing + quote)

    def _body(self, simple: Simple, body: Body) -> Iterator[Command]:
        if is_script(simple, body, self.text):
            yield from self._lines_or_script(body, script=True)
        elif mentions_prefect(self.text, body.start, body.end):
            yield from self._lists(body)
            for command in self._lines_or_script(body, script=False):
                yield _within(command, "heredoc")
            yield from read_mentions(self.text, body.start, body.end, context="heredoc", dialect=self.dialect)

    def _lists(self, body: Body) -> Iterator[Command]:
        """The lists of words in a manifest that a script writes, or pipes into kubectl."""
        from prefect_migrate.hosts.reading import read_lists

        if body.literal or not _BODY_ESCAPE.search(self.text, body.start, body.end):
            for command in read_lists(self.text[body.start : body.end]):
                moved = command._replace(context="heredoc").moved(body.start)
                yield moved if body.literal else moved._replace(enclosing=moved.enclosing + "<")

    def _lines_or_script(self, body: Body, script: bool) -> Iterator[Command]:
        inner = Reading(self.text, self.dialect, self.depth + 1)
        if body.literal or not _BODY_ESCAPE.search(self.text, body.start, body.end):
            found = inner.commands(body.start, body.end) if script else inner.by_line(body.start, body.end)
        else:
            decoded = decode_escapes(self.text, body.start, body.end, _BODY_ESCAPE)
            found = self.decoded(decoded, self.dialect, by_line=not script)
        for command in found:
            yield command if body.literal else command._replace(enclosing=command.enclosing + "<")

    def by_line(self, start: int, end: int) -> Iterator[Command]:
        """Each line for itself: in what is no script, quotes don't pair up over lines."""
        while start < end:
            stop = logical_line(self.text, start, end, self.dialect)
            yield from self.commands(start, stop)
            start = stop + 1

    def decoded(self, decoded: Decoded, dialect: Dialect, by_line: bool = False) -> Iterator[Command]:
        inner = Reading(decoded.value, dialect, self.depth + 1)
        found = inner.by_line if by_line else inner.commands
        for command in found(0, len(decoded.value)):
            yield relocate(command, decoded, self.text)


def _within(command: Command, context: Context) -> Command:
    """A command of a string has the string's context, unless its own says less."""
    return command if command.context in _NOT_RUN else command._replace(context=context)


def _quoted_spans(word: Word) -> Iterator[tuple[int, int]]:
    """The stretches of a word inside one pair of quotes."""
    stretch: list[Part] = []
    for part in word.parts:
        if stretch and (part.quote != stretch[-1].quote or part.start != stretch[-1].end):
            yield stretch[0].start, stretch[-1].end
            stretch = []
        stretch.append(part)
    if stretch:
        yield stretch[0].start, stretch[-1].end
