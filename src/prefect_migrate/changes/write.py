"""Write changes to disk, each file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from prefect_migrate.changes.model import FileChange


class ChangedMeanwhile(Exception):
    """A file is no longer what the changes were made from."""


class NotWritten(OSError):
    """A file could not be written; says which, and what became of the others."""


def write_changes(root: Path, changes: Iterable[FileChange]) -> None:
    """Write all changes.  Raises ChangedMeanwhile before anything is written, or NotWritten.

    What takes a file's place is there before the file goes, should the disk be full or somebody pull the plug.
    """
    changes = list(changes)
    for change in changes:
        if _read(root / change.path) != change.before:
            raise ChangedMeanwhile(f"{change.path} changed while it was being worked on; run again")
    ordered = sorted(changes, key=lambda change: change.after is None)
    for number, change in enumerate(ordered):
        try:
            _write(root / change.path, change)
        except OSError as error:
            raise NotWritten(
                f"{change.path} cannot be written: {error.strerror or error}; {number} of {len(ordered)} files are "
                "done, this one and the rest are as they were; run again with --allow-dirty"
            ) from error


def _write(path: Path, change: FileChange) -> None:
    if change.after is None:
        path.unlink()
    else:
        write_atomically(path, change.after, executable=change.executable)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_atomically(path: Path, data: bytes, *, executable: bool = False) -> None:
    """Write beside the file and rename over it; the old file's mode is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = (0o777 if executable else 0o666) & ~umask
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def uncommitted(root: Path) -> list[str] | None:
    """Paths below `root` with uncommitted changes; None if it is no git work tree (or there is no git)."""
    command = ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=normal", "-z", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    if done.returncode != 0:
        return None
    return [entry[3:].decode("utf-8", "replace") for entry in done.stdout.split(b"\0") if len(entry) > 3]
