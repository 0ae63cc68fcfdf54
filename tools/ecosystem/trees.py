"""The files of a folder, and how two states of it differ."""

from __future__ import annotations

import codecs
from pathlib import Path

#: What no repository means to be read.
_SKIPPED = frozenset({".git", ".prefect-migrate-cache", "__pycache__"})

Tree = dict[str, bytes]


def read_tree(root: Path) -> Tree:
    """path -> content of every file below a folder."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if not _SKIPPED.intersection(path.relative_to(root).parts)
    }


def changed(before: Tree, after: Tree) -> list[str]:
    """The paths that are new, gone or different."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def layout_problems(before: bytes, after: bytes) -> list[str]:
    """What a rewrite may never do to a file, whatever it changes in it."""
    found = []
    if before.startswith(codecs.BOM_UTF8) != after.startswith(codecs.BOM_UTF8):
        found.append("the byte order mark changed")
    if before.splitlines()[-1:] == after.splitlines()[-1:] and before.endswith(b"\n") != after.endswith(b"\n"):
        found.append("the newline at the end of the file changed")
    if _newlines(before) == {b"\r\n"} and b"\n" in after and _newlines(after) != {b"\r\n"}:
        found.append("line endings are mixed now")
    if b"\r" in after and b"\r" not in before:
        found.append("carriage returns came in")
    return found


def _newlines(content: bytes) -> set[bytes]:
    found = set()
    if b"\r\n" in content:
        found.add(b"\r\n")
    if b"\n" in content.replace(b"\r\n", b""):
        found.add(b"\n")
    return found
