"""The grammar of each dialect."""

from __future__ import annotations

from prefect_migrate.commands.batch import BAT
from prefect_migrate.commands.lexer import Grammar
from prefect_migrate.commands.makefile import MAKE
from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.posix import SH
from prefect_migrate.commands.powershell import POWERSHELL

_GRAMMARS: dict[Dialect, Grammar] = {"sh": SH, "argv": SH, "make": MAKE, "bat": BAT, "powershell": POWERSHELL}


def grammar(dialect: Dialect) -> Grammar:
    return _GRAMMARS[dialect]
