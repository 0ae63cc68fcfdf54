"""Unified diffs that `git apply` accepts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from prefect_migrate.changes.model import FileChange

_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def unified_diff(change: FileChange) -> str:
    """The diff of one file, in git's form: new and deleted files, no newline at the end, CRLF kept."""
    before, after = _lines(change.before), _lines(change.after)
    from_path, to_path = _quoted(f"a/{change.path}"), _quoted(f"b/{change.path}")
    old = "/dev/null" if change.before is None else _ended(from_path)
    new = "/dev/null" if change.after is None else _ended(to_path)
    head = [f"diff --git {from_path} {to_path}\n"]
    if change.before is None:
        head.append(f"new file mode {'100755' if change.executable else '100644'}\n")
    elif change.after is None:
        head.append(f"deleted file mode {'100755' if change.executable else '100644'}\n")
    body = list(_hunks(before, after, old, new))
    return "".join([*head, *body])


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes if something in it would end the line or the quotes."""
    if not _TO_ESCAPE.search(path):
        return path
    return '"' + _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0], f"\\{ord(found[0]):03o}"), path) + '"'


def _ended(path: str) -> str:
    """A name with a space ends at a tab, or `patch` takes its first word for it."""
    return f"{path}\t" if " " in path and not path.startswith('"') else path


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
