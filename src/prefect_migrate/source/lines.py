"""Lines of a script as the shell takes them."""

from __future__ import annotations

import re

_LOGICAL = re.compile(r"(?:\\\r?\n|[^\n])*")


def logical_line(text: str, at: int) -> str:
    """The line that a place is in, with those that go on behind a backslash."""
    first = text.rfind("\n", 0, at)
    while first > 0 and text[max(0, first - 2) : first].rstrip("\r").endswith("\\"):
        first = text.rfind("\n", 0, first)
    line = _LOGICAL.match(text, first + 1)
    return line.group() if line else ""
