"""Which kind of file a name tells."""

from __future__ import annotations

import re
from typing import Literal

Dialect = Literal["sh", "make", "bat", "powershell", "argv"]

PYTHON = "python"
SHELL = "shell"
MAKE = "make"
BATCH = "bat"
POWERSHELL = "powershell"
REQUIREMENTS = "requirements"
PREFECT_YAML = "prefect-yaml"

#: The kinds whose whole text is a list of commands; the value is the command reader's dialect.
COMMAND_DIALECTS: dict[str, Dialect] = {SHELL: "sh", MAKE: "make", BATCH: "bat", POWERSHELL: "powershell"}

_SUFFIXES = {
    "py": PYTHON,
    "pyw": PYTHON,
    "sh": SHELL,
    "bash": SHELL,
    "zsh": SHELL,
    "ksh": SHELL,
    "bats": SHELL,
    "command": SHELL,
    "mk": MAKE,
    "bat": BATCH,
    "cmd": BATCH,
    "ps1": POWERSHELL,
}
_NAMES = {
    "prefect.yaml": PREFECT_YAML,
    "makefile": MAKE,
    "gnumakefile": MAKE,
    "procfile": SHELL,
    ".envrc": SHELL,
    ".bashrc": SHELL,
    ".profile": SHELL,
}
_REQUIREMENTS = re.compile(r"(^|[-_.])(requirements|constraints)[-_.\w]*\.(txt|in)$|^requirements/[^/]+\.(txt|in)$")
_SHEBANG = re.compile(rb"#![^\n]*?\b(python|bash|sh|zsh|ksh|dash)")


def kind_of(path: str) -> str | None:
    """The kind that a relative path tells; "" when only the first bytes can tell; None for none of ours."""
    folder, _, name = path.lower().rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    kind = _SUFFIXES.get(suffix) if stem else None
    if kind is not None:
        return kind
    return _kind_of_name(folder.rpartition("/")[2], name, has_suffix=bool(dot))


def _kind_of_name(folder: str, name: str, *, has_suffix: bool) -> str | None:
    kind = _NAMES.get(name)
    if kind is not None:
        return kind
    if name.startswith("makefile."):
        return MAKE
    if has_suffix:
        is_list = name.endswith((".txt", ".in")) and (_REQUIREMENTS.search(name) or folder == "requirements")
        return REQUIREMENTS if is_list else None
    return ""


def kind_of_shebang(head: bytes) -> str | None:
    """The kind that a script's first line tells."""
    match = _SHEBANG.match(head)
    if match is None:
        return None
    return PYTHON if match.group(1) == b"python" else SHELL
