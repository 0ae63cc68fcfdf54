"""Leave the program at once: taking a scan's trees apart one by one can last as long as the scan."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click


def leave(context: click.Context, code: int) -> NoReturn:
    """End with an exit code, at once if the command is a program of its own and not called by another."""
    if context.find_root().obj is OWN_PROGRAM:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    context.exit(code)


#: The object of the root context when the command line was started as a program.
OWN_PROGRAM = object()
