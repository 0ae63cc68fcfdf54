"""An empty database of each Prefect, kept so that a server need not make one, which takes longer than all the rest of
its start."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

from prefect_migrate.verify.child import Home
from prefect_migrate.verify.environments import cache_directory

_DATABASE = "prefect.db"
#: What is in the database already; without it the server looks, and writes, again.
_MEMO = "memo_store.toml"


def seed(home: Home, version: str) -> None:
    """Put the kept database of a version into a home, if there is one."""
    kept = _kept(version)
    for name in (_DATABASE, _MEMO):
        with contextlib.suppress(OSError):
            shutil.copyfile(kept / name, home.prefect / name)


def keep(home: Home, version: str) -> None:
    """Keep the database of a server that has just started, unless one of this version is kept already.

    A cache that can't be written costs time and nothing else.
    """
    kept = _kept(version)
    if kept.exists():
        return
    with contextlib.suppress(OSError, sqlite3.Error):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            draft = Path(folder) / "draft"
            draft.mkdir()
            _copy_database(home.prefect / _DATABASE, draft / _DATABASE)
            if (home.prefect / _MEMO).exists():
                shutil.copyfile(home.prefect / _MEMO, draft / _MEMO)
            draft.rename(kept)


def _kept(version: str) -> Path:
    return cache_directory().parent / "databases" / version


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own backup, which is right while the server writes."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
