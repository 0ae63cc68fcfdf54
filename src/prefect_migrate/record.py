"""The record of a migration that is under way: the repository came from Prefect 2.

Some of what Prefect 3 does differently can only be told in code that was written for Prefect 2, which a repository's
pins tell until `apply` moves them.  The record takes over from them while something of this kind is left.
"""

from __future__ import annotations

from pathlib import Path

PATH = ".prefect-migrate/migration.toml"
TEXT = """\
# Written by `prefect-migrate apply` when it moved this repository's pins: the code was written for Prefect 2.
# While this file is here, scans go on to report what Prefect 3 does differently under the same name.
# Commit it, and delete it once these findings are dealt with.
from = "2"
"""


def recorded(root: Path) -> bool:
    """Whether an earlier `apply` left the record in `root`, or in a folder around it of the same repository."""
    for folder in (root, *root.parents):
        if (folder / PATH).is_file():
            return True
        if (folder / ".git").exists():
            return False
    return False
