"""What in a notebook's JSON is a line of a cell, and what an output."""

from __future__ import annotations

import json
from functools import lru_cache


def in_cell(text: str, offset: int) -> bool:
    """Whether a place in a notebook's JSON is a line of a cell, and not of an output."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)].strip().rstrip(",")
    try:
        return json.loads(line) in _cell_lines(text)
    except (ValueError, TypeError):
        return False


@lru_cache(maxsize=4)
def _cell_lines(text: str) -> frozenset[str]:
    try:
        cells = json.loads(text).get("cells", [])
        sources = [cell.get("source", ()) for cell in cells if isinstance(cell, dict)]
    except (ValueError, AttributeError):
        return frozenset()
    return frozenset(line for source in sources if isinstance(source, list) for line in source)
