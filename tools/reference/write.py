"""Write tables: one row a line, sorted, nothing that is empty, so that a change can be read in a diff."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "src" / "prefect_migrate" / "reference" / "data"


def _line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": "))


def compact(row: dict[str, Any]) -> dict[str, Any]:
    """Without keys whose value is the default: None, False, empty, and `since` 3.0."""
    return {
        key: value
        for key, value in row.items()
        if value not in (None, False, "", [], {}, ()) and (key, value) != ("since", "3.0")
    }


def write_table(name: str, meta: dict[str, Any], rows: Iterable[dict[str, Any]], folder: Path = DATA) -> int:
    """Write `{"meta": ..., "rows": [...]}`; gives the number of rows."""
    lines = [_line(compact(row)) for row in rows]
    text = f'{{"meta": {_line(meta)},\n"rows": [\n' + ",\n".join(lines) + "\n]}\n"
    (folder / f"{name}.json").write_text(text, "utf-8", newline="\n")
    return len(lines)


def write_lines(name: str, meta: dict[str, Any], rows: Iterable[list[Any]], folder: Path = DATA) -> int:
    """Write a JSON array of arrays, the first of them `["", meta]`; gives the number of rows after it."""
    lines = [_line(row) for row in rows]
    text = "[\n" + ",\n".join([_line(["", meta]), *lines]) + "\n]\n"
    (folder / f"{name}.json").write_text(text, "utf-8", newline="\n")
    return len(lines)
