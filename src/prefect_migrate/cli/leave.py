"""Leave the program at once: taking a scan's trees apart one by one can last as long as the scan."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

import click


def will_leave(context: click.Context) -> None:
    """Begin a command that ends with `leave`: nothing is worth collecting in a program that is over in seconds.

    To look once through all that a scan leaves behind takes as long as a hundred of its files.
    """
    if context.find_root().obj is OWN_PROGRAM:
        gc.disable()


def leave(context: click.Context, code: int) -> NoReturn:
    """End with an exit code, at once if the command is a program of its own and not called by another."""
    if context.find_root().obj is OWN_PROGRAM:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    context.exit(code)


#: The object of the root context when the command line was started as a program.
OWN_PROGRAM = object()
