"""What a script lacks, told in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_LACKS = re.compile(r"ModuleNotFoundError: No module named '(?P<name>[\w.]+)'")
_AT = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)', re.MULTILINE)


def missing_package(output: str, roots: Sequence[str]) -> str | None:
    """Which package is not there, the line of the project that wants it, and the remedy.

    None if a script ended otherwise, or wants a module of Prefect's or one that may be the project's own.
    """
    lines = [line for line in output.splitlines() if line.strip()]
    match = _LACKS.match(lines[-1]) if lines else None
    if match is None:
        return None
    name = match["name"].partition(".")[0]
    places = [
        f"{path.removeprefix(f'{root}/')}:{line}"
        for path, line in _AT.findall(output)
        for root in roots
        if path.startswith(f"{root}/")
    ]
    if name == "prefect" or not places or any(_is_own(Path(root), name) for root in roots):
        return None
    return (
        f"{places[-1]} imports {match['name']}, which is not installed; name it in requirements.txt, or install it "
        "beside each Prefect that --prefect2-python and --prefect3-python name"
    )


def _is_own(root: Path, name: str) -> bool:
    return any(True for pattern in (name, f"{name}.py") for _ in root.rglob(pattern))
