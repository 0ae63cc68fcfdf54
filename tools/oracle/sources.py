"""The Python of a repository: files, and the code cells of notebooks by the lines that they have in the JSON."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LEFT_OUT = {".git", ".venv", "venv", "node_modules", "site-packages", ".ipynb_checkpoints", "__pycache__"}
_MAGIC = re.compile(r"^\s*(?:[!%?].*|.*\?)$")


@dataclass(frozen=True)
class Source:
    """A parsed module; `lines` maps its line numbers to those of the file, None: the same."""

    path: str
    tree: ast.Module
    lines: list[int] | None = None

    def span(self, node: ast.AST) -> tuple[int, int]:
        """First and last line in the file."""
        first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
        if self.lines is None:
            return first, last
        return self.lines[first - 1], self.lines[last - 1]


def sources(root: Path) -> Iterator[Source]:
    """Every file and notebook below a folder that mentions prefect and can be parsed."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix not in (".py", ".ipynb") or _LEFT_OUT & set(relative.parts) or not path.is_file():
            continue
        data = path.read_bytes()
        if b"prefect" not in data:
            continue
        text = data.decode("utf-8-sig", errors="replace")
        found = _notebook(text) if path.suffix == ".ipynb" else (text, None)
        tree = _parse(found[0]) if found else None
        if found and tree is not None:
            yield Source(relative.as_posix(), tree, found[1])


def _parse(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            return None


def _notebook(text: str) -> tuple[str, list[int]] | None:
    """The code of all cells, and for each of its lines the line of the JSON."""
    try:
        cells = json.loads(text).get("cells", [])
    except (ValueError, AttributeError):
        return None
    code: list[str] = []
    places: list[int] = []
    file_lines, at = text.split("\n"), 0
    for cell in cells:
        source = cell.get("source") or []
        rows = source if isinstance(source, list) else [source]
        at = next((n for n in range(at, len(file_lines)) if '"source":' in file_lines[n]), at)
        here: list[tuple[str, int]] = []
        for row in rows:
            wanted = json.dumps(row, ensure_ascii=False)
            at = next(
                (n for n in range(at, len(file_lines)) if wanted in file_lines[n] or json.dumps(row) in file_lines[n]),
                at,
            )
            here += [(line, at + 1) for line in row.splitlines()]
        at += 1
        if cell.get("cell_type") != "code" or (here and here[0][0].startswith("%%")):
            continue
        clean = [("pass" if _MAGIC.match(line) else line, place) for line, place in here]
        if _parse("\n".join(line for line, _ in clean)) is not None:
            code += [line for line, _ in clean]
            places += [place for _, place in clean]
    return "\n".join(code), places or [1]
