"""Enter the newest published release into releases.toml: in the place of the last of its minor, or as a new minor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_NEWEST = re.compile(r"^prefect \((\d+\.\d+\.\d+)\)", re.MULTILINE)
_ROW = re.compile(r'^version = "(\d+\.\d+)\.(\d+)"', re.MULTILINE)
_FIRSTS = "# -- The first patch of each minor"


def published() -> str:
    """The newest release, as pip tells it."""
    command = [sys.executable, "-m", "pip", "index", "versions", "prefect"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = _NEWEST.search(done.stdout)
    if found is None:
        raise SystemExit(f"pip does not tell the newest release:\n{done.stdout}")
    return found[1]


def enter(text: str, version: str) -> str:
    """releases.toml with a version."""
    minor, _, patch = version.rpartition(".")
    last, firsts, rest = text.partition(_FIRSTS)
    for row in reversed(list(_ROW.finditer(last))):
        if row[1] == minor:
            newer = int(patch) > int(row[2])
            return last[: row.start(2)] + (patch if newer else row[2]) + last[row.end(2) :] + firsts + rest
    sample = f'[[release]]\nversion = "{version}"\n\n'
    first = f'\n[[release]]\nversion = "{minor}.0"\nfirst = true\n' if patch != "0" else ""
    return last + sample + firsts + rest + first


def enter_newest(path: Path) -> str:
    """Enter the newest release into the file, if it is not there; the release."""
    version = published()
    path.write_text(enter(path.read_text("utf-8"), version), "utf-8")
    return version
