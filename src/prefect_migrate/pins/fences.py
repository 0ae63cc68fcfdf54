"""What in a document is the text of a requirements file, and not prose or what a program printed."""

from __future__ import annotations

import re

_FENCE = re.compile(r"(?m)^[ \t]*(?P<mark>```+|~~~+)(?P<info>[^\n`]*)$")
_REQUIREMENTS = re.compile(r"\brequirements?\b|\bconstraints?\.txt\b", re.IGNORECASE)
#: How many lines above a block may say what it is.
_ABOVE = 3


def in_requirements_block(text: str, offset: int) -> bool:
    """Whether a place is inside a fenced block that is called requirements, by its mark or right above it."""
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(text, 0, offset):
        if opening is None:
            opening = fence
        elif fence["mark"].startswith(opening["mark"]) and not fence["info"].strip():
            opening = None
    if opening is None:
        return False
    above = text[: opening.start()].splitlines()[-_ABOVE:]
    return any(_REQUIREMENTS.search(line) for line in (opening["info"], *above))
