"""How a script is started: by its path, or as a module of its package where it imports from there."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

from prefect_migrate.source.newer_syntax import tree_of


def start_of(file: Path, relative: str) -> tuple[str, ...]:
    """Python's arguments for a script; `relative` is its path from where it runs."""
    parts = PurePosixPath(relative).with_suffix("").parts
    dots = _dots(file)
    if 0 < dots < len(parts) and all(part.isidentifier() for part in parts):
        return ("-m", ".".join(parts))
    return (relative,)


def _dots(file: Path) -> int:
    """How many packages up a module's relative imports reach; 0 if it has none."""
    try:
        tree = tree_of(file.read_text("utf-8", "replace"))
    except (OSError, SyntaxError, ValueError):
        return 0
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)
