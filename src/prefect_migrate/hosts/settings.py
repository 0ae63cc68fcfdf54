"""Unit files of systemd, programs of supervisord, and whatever else says `name = command` line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import read_commands
from prefect_migrate.hosts.strings import read_string

#: The settings whose value runs, and the lines that it goes on over: after a backslash, or indented.
_COMMAND = re.compile(
    r"(?mi)^(?P<key>Exec\w+|command|cmd|commands|entrypoint|script|run)[ \t]*=[ \t]*"
    r"(?P<value>[^\r\n]*(?:\\\r?\n[^\r\n]*|\r?\n[ \t]+[^\s#;\[][^\r\n]*)*)"
)
_BREAK = re.compile(r"(?:\\)?\r?\n[ \t]*(?:[#;][^\r\n]*\r?\n[ \t]*)*")
#: Behind a blank, a semicolon starts a comment of supervisord; to systemd it is a separator.
_COMMENT = re.compile(r"[ \t];.*", re.DOTALL)
_SPECIFIER = re.compile(r"%(?:\((\w+)\)s|[A-Za-z](?![A-Za-z]))")


def read_settings(text: str) -> Iterator[Command]:
    for setting in _COMMAND.finditer(text):
        start, end = setting.span("value")
        if setting["key"].lower() == "commands":  # one a line, as tox has them
            yield from read_commands(text[start:end], base=start)
            continue
        comment = None if setting["key"].startswith("Exec") else _COMMENT.search(text, start, end)
        yield from read_string(text, _joined(text, start, comment.start() if comment else end))


def _joined(text: str, start: int, end: int) -> Decoded:
    """One line of the lines of a value; what is filled in, `%(ENV_X)s`, is an expression."""
    value, spans = "", list[tuple[int, int]]()
    at = start
    while at < end:
        found = _next(text, at, end)
        stop = found.start() if found else end
        value += text[at:stop]
        spans += ((place, place + 1) for place in range(at, stop))
        if found is None:
            break
        shown = "{{x}}" if found.re is _SPECIFIER else " "
        value += shown
        spans += (found.span() for _ in shown)
        at = found.end()
    return Decoded(value, spans)


def _next(text: str, at: int, end: int) -> re.Match[str] | None:
    found = [pattern.search(text, at, end) for pattern in (_BREAK, _SPECIFIER)]
    return min((match for match in found if match), key=lambda match: match.start(), default=None)
