"""Syntax of Python 3.12 that the interpreter at hand may be too old for.

A file that was written for a newer Python is read all the same: what the old grammar lacks is spelled in it, on the
same columns, so that every other node stands where it stands in the file.  An f-string that has its own quotes or
backslashes inside becomes `~[(name), (name)]`, which is nothing that anybody takes for a text; type parameters become
blanks, and `type X = Y` becomes `if 1:X = Y`.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field

_STRING = re.compile(r"(?<!\w)(?P<prefix>[a-z]{0,2})(?P<quotes>'''|\"\"\"|'|\")", re.IGNORECASE)
_STARTS = frozenset("'\"rRbBuUfF")
_PREFIXES = frozenset({"", "r", "u", "b", "br", "rb", "f", "fr", "rf"})
_PARAMETERS = re.compile(r"\b(?:def|class)[ \t]+\w+[ \t]*\[")
_ALIAS = re.compile(r"^[ \t]*type (?=[ \t]*[^\W\d]\w*[ \t]*[\[=])", re.MULTILINE)
_OPEN, _CLOSE = "([{", ")]}"


def tree_of(text: str) -> ast.Module:
    """`ast.parse`, which reads Python 3.12 as well.  Raises SyntaxError."""
    try:
        return ast.parse(text)
    except SyntaxError:
        older = in_older_syntax(text) if sys.version_info < (3, 12) else text
        if older == text:
            raise
    try:
        return ast.parse(older)
    except SyntaxError:
        return ast.parse(text)  # its message is about what stands there


def in_older_syntax(text: str) -> str:
    """The text with what is new spelled in the grammar of Python 3.11, on the same columns of its bytes."""
    scan = _Scan(text, list(text))
    scan.code(0, "")
    return "".join(scan.out)


@dataclass(slots=True)
class _Spelling:
    """What to write in place of an f-string's own characters."""

    blanks: list[tuple[int, int]] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)

    def literal(self, start: int, end: int, *, comma: bool) -> None:
        self.blanks.append((start, end))
        if comma and end > start:
            self.marks[start] = ","


@dataclass(slots=True)
class _Scan:
    text: str
    out: list[str]

    def blank(self, start: int, end: int) -> None:
        """As many blanks as the characters have bytes; lines stay lines."""
        for at in range(start, end):
            if self.text[at] not in "\r\n":
                self.out[at] = " " * len(self.text[at].encode("utf-8", "surrogatepass"))

    def code(self, at: int, closing: str) -> int:
        """Code up to its end, or up to what closes it in an f-string: `}`, or `:` or `!` outside of brackets."""
        depth = 0
        while at < len(self.text):
            char = self.text[at]
            if closing and not depth and char in closing and not self.text.startswith("!=", at):
                return at
            if char == "#":
                at = self._line_end(at)
                continue
            string = _STRING.match(self.text, at) if char in _STARTS else None
            if string is not None and string["prefix"].lower() in _PREFIXES:
                at = self.string(string)
                continue
            depth += (char in _OPEN) - (char in _CLOSE)
            if not closing and char in "dct":
                self._statement(at)
            at += 1
        return at

    def _statement(self, at: int) -> None:
        parameters = _PARAMETERS.match(self.text, at)
        if parameters is not None:
            self._parameters(parameters.end() - 1)
        alias = _ALIAS.match(self.text, self.text.rfind("\n", 0, at) + 1) if self.text.startswith("type ", at) else None
        if alias is not None and alias.end() - 5 == at:
            self.out[at : at + 5] = "if 1:"
            bracket = re.compile(r"[ \t]*\w+[ \t]*\[").match(self.text, at + 5)
            if bracket is not None:
                self._parameters(bracket.end() - 1)

    def _parameters(self, start: int) -> None:
        """`[T: int]` goes; a line that it ends on is continued."""
        depth, at = 0, start
        while at < len(self.text):
            depth += (self.text[at] in _OPEN) - (self.text[at] in _CLOSE)
            at += 1
            if not depth:
                break
        self.blank(start, at)
        for line in re.finditer(r"[^\r\n](?=\r?\n)", self.text[start:at]):
            self.out[start + line.start()] = "\\"

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    # -- strings -----------------------------------------------------------------------------------------------------

    def string(self, match: re.Match[str]) -> int:
        """The end of a string that starts here."""
        quotes, at = match["quotes"], match.end()
        if "f" in match["prefix"].lower():
            return self.f_string(match)
        while at < len(self.text) and not self.text.startswith(quotes, at):
            if self.text[at] == "\n" and len(quotes) == 1:
                return at
            at += 2 if self.text[at] == "\\" else 1
        return at + len(quotes)

    def f_string(self, match: re.Match[str]) -> int:
        """The end of an f-string, which is spelled anew if the old grammar can't read what it holds."""
        quotes, at, raw = match["quotes"], match.end(), "r" in match["prefix"].lower()
        spelling = _Spelling()
        literal, new = at, False
        while at < len(self.text) and not self.text.startswith(quotes, at):
            if self.text.startswith("\\N{", at):
                at = self.text.find("}", at) + 1 or len(self.text)
            elif self.text.startswith(("{{", "}}"), at) or (self.text[at] == "\\" and not raw):
                at += 2
            elif self.text[at] == "{":
                spelling.literal(literal, at, comma=literal > match.end())
                literal = self._replacement(at, spelling)
                new = new or _is_new(self.text[at:literal], quotes)
                at = literal
            elif self.text[at] == "\n" and len(quotes) == 1:
                return at
            else:
                at += 1
        end = at + len(quotes)
        if new and end <= len(self.text):
            spelling.literal(literal, end, comma=False)
            self._spell(match.start(), match.end(), end, spelling)
        return end

    def _replacement(self, start: int, spelling: _Spelling) -> int:
        """`{expression!r:spec}`: parentheses in its place.  Returns where it ends."""
        at = self.code(start + 1, "}:!")
        expression = self.text[start + 1 : at].rstrip()
        if expression.endswith("=") and expression[-2:-1] not in ("=", "!", "<", ">", ":"):
            spelling.blanks.append((start + len(expression), start + len(expression) + 1))
        spelling.marks[start] = "("
        if at < len(self.text) and self.text[at] in ":!":
            spelling.marks[at] = ","
            first = literal = at = at + 1
            while at < len(self.text) and self.text[at] != "}":
                if self.text[at] == "{":
                    spelling.literal(literal, at, comma=literal > first)
                    literal = at = self._replacement(at, spelling)
                else:
                    at += 1
            spelling.literal(literal, at, comma=False)
        spelling.marks[at] = ")"
        return at + 1

    def _spell(self, start: int, first: int, end: int, spelling: _Spelling) -> None:
        for span in ((start, first), *spelling.blanks):
            self.blank(*span)
        for at, mark in spelling.marks.items():
            if at < end:
                self.out[at] = mark + " " * (len(self.text[at].encode("utf-8", "surrogatepass")) - 1)
        self.out[start], self.out[start + 1], self.out[end - 1] = "~", "[", "]"
        for neighbour in (self._blank_before(start), self._blank_after(end)):
            if neighbour is not None:
                self.out[neighbour] = "+"

    def _blank_before(self, start: int) -> int | None:
        """A blank between this string and the one before it, to which it is joined."""
        at = start - 1
        while at >= 0 and self.text[at] in " \t\r\n\\":
            at -= 1
        joined = at >= 0 and self.text[at] in "'\"" and at < start - 1 and self.out[at] != "]"
        return start - 1 if joined and self.text[start - 1] in " \t" else None

    def _blank_after(self, end: int) -> int | None:
        at = end
        while at < len(self.text) and self.text[at] in " \t\r\n\\":
            at += 1
        string = _STRING.match(self.text, at) if at > end else None
        joined = string is not None and string["prefix"].lower() in _PREFIXES
        return at - 1 if joined and self.text[at - 1] in " \t" else None


def _is_new(replacement: str, quotes: str) -> bool:
    return quotes in replacement or "\\" in replacement or (len(quotes) == 1 and "\n" in replacement)
