"""Files that are looked for by name, near those that mention Prefect."""

from __future__ import annotations

from collections.abc import Iterable


def folders_above(paths: Iterable[str]) -> list[str]:
    """The folders of the files and all those above them, the root ("") first."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)
