"""The grammar of each dialect, and how its lines continue."""

from __future__ import annotations

import re
from functools import cache

from prefect_migrate.commands.batch import BAT
from prefect_migrate.commands.lexer import Grammar
from prefect_migrate.commands.makefile import MAKE
from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.posix import SH
from prefect_migrate.commands.powershell import POWERSHELL

_GRAMMARS: dict[Dialect, Grammar] = {"sh": SH, "argv": SH, "make": MAKE, "bat": BAT, "powershell": POWERSHELL}
#: What continues a line when it stands at its end.
CONTINUATION: dict[Dialect, str] = {"sh": "\\", "argv": "\\", "make": "\\", "bat": "^", "powershell": "`"}


def grammar(dialect: Dialect) -> Grammar:
    return _GRAMMARS[dialect]


@cache
def _line(dialect: Dialect) -> re.Pattern[str]:
    mark = re.escape(CONTINUATION[dialect])
    return re.compile(rf"[^\r\n{mark}]*(?:{mark}(?:\r?\n)?[^\r\n{mark}]*)*")


def logical_line(text: str, position: int, end: int, dialect: Dialect) -> int:
    """The end of the line at `position`, lines that it continues on included."""
    line = _line(dialect).match(text, position, end)
    return line.end() if line else end


@cache
def comment_blank(dialect: Dialect) -> re.Pattern[str]:
    """Blanks in a comment: the marker of the next line belongs to the continuation."""
    mark = re.escape(CONTINUATION[dialect])
    return re.compile(rf"(?:[ \t]|{mark}\r?\n[ \t]*(?:#|::|(?i:REM)\b)?)+")
