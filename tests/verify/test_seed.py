"""A server's empty database is kept for the next one."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from prefect_migrate.verify.child import Home
from prefect_migrate.verify.seed import keep, seed


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "prefect-migrate" / "databases"


def home(root: Path, *tables: str) -> Home:
    """A home whose server made a database with these tables, and has not closed it."""
    found = Home(root).create()
    with contextlib.closing(sqlite3.connect(found.prefect / "prefect.db")) as database:
        for table in tables:
            database.execute(f"create table {table} (id)")
        database.commit()
    return found


def tables(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return {name for (name,) in database.execute("select name from sqlite_master")}


def test_database_is_kept_by_version(tmp_path: Path, cache: Path) -> None:
    first = home(tmp_path / "first", "flow", "deployment")
    (first.prefect / "memo_store.toml").write_text("memo")
    keep(first, "3.8.8")
    second = Home(tmp_path / "second").create()
    seed(second, "3.8.8")
    assert tables(second.prefect / "prefect.db") == {"flow", "deployment"}
    assert (second.prefect / "memo_store.toml").read_text() == "memo"
    other = Home(tmp_path / "other").create()
    seed(other, "2.20.26")
    assert list(other.prefect.iterdir()) == []
    assert [entry.name for entry in cache.iterdir()] == ["3.8.8"]


def test_first_one_stays(tmp_path: Path) -> None:
    keep(home(tmp_path / "first", "flow"), "3.8.8")
    keep(home(tmp_path / "second", "flow", "used"), "3.8.8")
    third = Home(tmp_path / "third").create()
    seed(third, "3.8.8")
    assert tables(third.prefect / "prefect.db") == {"flow"}


def test_cache_that_can_not_be_written_costs_nothing_else(tmp_path: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    keep(home(tmp_path / "first", "flow"), "3.8.8")
    seed(Home(tmp_path / "second").create(), "3.8.8")


def test_database_of_another_kind_is_not_kept(tmp_path: Path, cache: Path) -> None:
    keep(Home(tmp_path / "first").create(), "3.8.8")
    assert list(cache.iterdir()) == []
