"""The words of a command line, each with its exact place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A stretch of a word inside one kind of quoting, the quotes themselves left out.

    `text` is what it stands for, or for a `dynamic` one ($VAR, $(…), ${{ … }}, {{ … }}, %VAR%) how it is spelled.
    """

    start: int
    end: int
    text: str
    dynamic: bool = False
    quote: str = ""


class Word(NamedTuple):
    """One word: `raw` is exactly what stands at `start:end`, `text` what it means as far as that can be known.

    `space` is the blanks and line continuations right before it, so that `space + raw` of all words prints the command.
    """

    text: str
    start: int
    end: int
    raw: str
    parts: tuple[Part, ...] = ()
    space: str = ""
    #: The quote that the word stands inside of, such as `etl` in `"--queue=etl"`.
    inside: str = ""
    #: False if `raw` says more than `text`: the value of an option that can't be told from it by its place.
    exact: bool = True

    @property
    def dynamic(self) -> bool:
        return any(part.dynamic for part in self.parts)

    @property
    def value(self) -> str | None:
        """The literal value, None if it is only known when the command runs."""
        return None if self.dynamic else self.text

    @property
    def splits(self) -> bool:
        """Whether the word may turn out to be none or several: it has an expansion outside quotes."""
        return any(part.dynamic and not part.quote for part in self.parts)

    @property
    def globs(self) -> bool:
        """Whether it may be a pattern that the shell replaces by file names."""
        return any(not part.quote and not part.dynamic and set(part.text) & set("*?[") for part in self.parts)

    @property
    def quote(self) -> str:
        """The quote around the whole word, or where it stands inside one, that; "" for a bare or a mixed word."""
        if self.inside:
            return self.inside
        quotes = {part.quote for part in self.parts}
        if not quotes and self.raw:
            return self.raw[0]
        return quotes.pop() if len(quotes) == 1 else ""

    def moved(self, offset: int) -> Word:
        """The same word in a text where it starts `offset` later."""
        parts = tuple(part._replace(start=part.start + offset, end=part.end + offset) for part in self.parts)
        return self._replace(start=self.start + offset, end=self.end + offset, parts=parts)

    def after(self, count: int) -> Word:
        """The word without the first `count` characters of its text, as `etl` is of `--queue=etl`."""
        index, offset = self._seek(count)
        rest = list(self.parts[index:])
        if offset:
            rest[0] = _without(rest[0], offset)
        text = self.text[count:]
        span = self._span_of(index, offset, rest) if self.exact else None
        if span is None:
            return self._replace(text=text, parts=tuple(rest), exact=False)
        start, end, inside = span
        raw = self.raw[start - self.start : end - self.start]
        return Word(text, start, end, raw, tuple(rest), "", inside)

    def _seek(self, count: int) -> tuple[int, int]:
        """Which part has the character number `count` of the text, and at which place in it."""
        for index, part in enumerate(self.parts):
            if count < len(part.text):
                return index, count
            count -= len(part.text)
        return len(self.parts), 0

    def _span_of(self, index: int, offset: int, rest: Sequence[Part]) -> tuple[int, int, str] | None:
        """Start, end and surrounding quote of what `rest` says; None if the raw word has no such stretch."""
        if offset:
            part = self.parts[index]
            if len(part.text) != part.end - part.start or part.dynamic:
                return None
            return self._inside(rest[0].start, part.quote, rest)
        before = self.parts[index - 1] if index else None
        if before is None:
            return self.start, self.end, self.inside
        if not before.quote or before.quote == self.inside:
            return before.end, self.end, self.inside
        if rest[0].start == before.end if rest else self.end == before.end + 1:
            return self._inside(before.end, before.quote, rest)
        return before.end + 1, self.end, ""

    def _inside(self, start: int, quote: str, rest: Sequence[Part]) -> tuple[int, int, str] | None:
        """A span that starts inside `quote` is exact if the same quote closes the word."""
        if not quote or quote == self.inside:
            return start, self.end, self.inside
        end = start
        for part in rest:
            if part.start != end:
                return None
            end = part.end
        return (start, end, quote) if self.end == end + 1 else None


def _without(part: Part, count: int) -> Part:
    return part._replace(start=part.start + count, text=part.text[count:])


def make_word(source: str, start: int, end: int, parts: Sequence[Part], space: str = "") -> Word:
    return Word("".join([part.text for part in parts]), start, end, source[start:end], tuple(parts), space)
