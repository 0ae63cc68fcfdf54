"""Unified diffs that `git apply` accepts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from prefect_migrate.changes.model import FileChange


def unified_diff(change: FileChange) -> str:
    """The diff of one file, in git's form: new and deleted files, no newline at the end, CRLF kept."""
    before, after = _lines(change.before), _lines(change.after)
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    new = "/dev/null" if change.after is None else f"b/{change.path}"
    head = [f"diff --git a/{change.path} b/{change.path}\n"]
    if change.before is None:
        head.append(f"new file mode {'100755' if change.executable else '100644'}\n")
    elif change.after is None:
        head.append(f"deleted file mode {'100755' if change.executable else '100644'}\n")
    body = list(_hunks(before, after, old, new))
    return "".join([*head, *body])


def _hunks(before: list[str], after: list[str], old: str, new: str) -> Iterator[str]:
    for line in difflib.unified_diff(before, after, old, new, lineterm="\n"):
        if line.endswith("\n"):
            yield line
        else:
            yield f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes | None) -> list[str]:
    """Lines as git sees them: split at \\n only.  Bytes that are no UTF-8 survive as surrogates."""
    text = (data or b"").decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    return [*(line + "\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]
