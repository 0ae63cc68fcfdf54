"""The strings of a TOML file with their places, so that one can be changed without touching the rest."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?P<long>(?:\\.|[^\\])*?"{0,2})"""|'
    r"'''(?P<raw>.*?'{0,2})'''|"
    r'"(?P<basic>(?:\\.|[^"\\\n])*)"|'
    r"'(?P<literal>[^'\n]*)'",
    re.DOTALL,
)
_OTHER = re.compile(r"[^,\]}#\r\n]+")


class TomlProblem(ValueError):
    """The file is no TOML, or TOML that we don't see through."""


class TomlString(NamedTuple):
    """A string value; `start:end` is what stands between the quotes, and is `value` itself if `plain`."""

    path: Path
    value: str
    start: int
    end: int
    plain: bool


def strings(text: str) -> list[TomlString]:
    """Every string value.  Raises TomlProblem, also when tomllib sees the file differently."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TomlProblem(str(error)) from error
    return [_checked(text, data, path, match) for path, match in _Reader(text).read()]


def syntax_problem(text: str) -> tuple[str, int] | None:
    """What makes it no TOML, and on which line; None if it is some."""
    try:
        tomllib.loads(text)
    except RecursionError:
        return None
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        return message, int(line[1]) if line else text.count("\n") + 1
    return None


def _checked(text: str, data: Any, path: Path, match: re.Match[str]) -> TomlString:
    value = data
    try:
        for step in path:
            value = value[step]
    except (KeyError, IndexError, TypeError) as error:
        raise TomlProblem(f"no value at {path}") from error
    if not isinstance(value, str):
        raise TomlProblem(f"no string at {path}")
    start, end = match.span(str(match.lastgroup))
    return TomlString(path, value, start, end, text[start:end] == value)


def _key_of(match: re.Match[str]) -> str:
    if match.lastgroup == "basic" and "\\" in match.group():
        return str(tomllib.loads(f"key = {match.group()}")["key"])
    return match[match.lastgroup] if match.lastgroup else match.group()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.table: Path = ()
        self.arrays: dict[Path, int] = {}

    def read(self) -> Iterator[tuple[Path, re.Match[str]]]:
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self._header()
            else:
                yield from self._pair(self.table)
            self._skip(_BLANK)

    def _header(self) -> None:
        double = self.text.startswith("[[", self.at)
        self.at += 1 + double
        path: Path = ()
        for key in self._key():
            path = (*path, key)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        if double:
            name = path[:-1] if path and isinstance(path[-1], int) else path
            self.arrays[name] = self.arrays.get(name, -1) + 1
            path = (*name, self.arrays[name])
        self.table = path
        self._expect("]]" if double else "]")

    def _key(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            match = _BARE_KEY.match(self.text, self.at) or _STRING.match(self.text, self.at)
            if match is None:
                raise TomlProblem(f"no key at {self.at}")
            self.at = match.end()
            keys.append(_key_of(match))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _pair(self, table: Path) -> Iterator[tuple[Path, re.Match[str]]]:
        path = (*table, *self._key())
        self._expect("=")
        self._skip(_SPACE)
        yield from self._value(path)

    def _value(self, path: Path) -> Iterator[tuple[Path, re.Match[str]]]:
        match = _STRING.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            yield path, match
        elif self.text.startswith("[", self.at):
            yield from self._items(path, "]")
        elif self.text.startswith("{", self.at):
            yield from self._items(path, "}")
        else:
            self._skip(_OTHER)

    def _items(self, path: Path, closing: str) -> Iterator[tuple[Path, re.Match[str]]]:
        self.at += 1
        index = 0
        self._skip(_BLANK)
        while not self.text.startswith(closing, self.at):
            yield from self._value((*path, index)) if closing == "]" else self._pair(path)
            index += 1
            self._skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
                self._skip(_BLANK)
            elif not self.text.startswith(closing, self.at):
                raise TomlProblem(f"no end at {self.at}")
        self.at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _expect(self, text: str) -> None:
        self._skip(_SPACE)
        if not self.text.startswith(text, self.at):
            raise TomlProblem(f"no {text!r} at {self.at}")
        self.at += len(text)
