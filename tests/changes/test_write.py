from __future__ import annotations

import os
from pathlib import Path

import pytest

from prefect_migrate.changes.model import FileChange
from prefect_migrate.changes.write import ChangedMeanwhile, uncommitted, write_atomically, write_changes


def test_writes_creates_and_deletes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "gone").write_bytes(b"2")
    changes = [FileChange("a", b"1", b"one"), FileChange("new/b", None, b"two"), FileChange("gone", b"2", None)]
    write_changes(tmp_path, changes)
    assert (tmp_path / "a").read_bytes() == b"one"
    assert (tmp_path / "new/b").read_bytes() == b"two"
    assert not (tmp_path / "gone").exists()


def test_a_file_changed_meanwhile_stops_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"other")
    with pytest.raises(ChangedMeanwhile, match="b changed"):
        write_changes(tmp_path, [FileChange("a", b"1", b"one"), FileChange("b", b"2", b"two")])
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_file_that_fails_is_left_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(tmp_path / "a", b"one")
    assert (tmp_path / "a").read_bytes() == b"1"
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208


def test_modes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0o640)
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "b.sh", b"two", executable=True)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b.sh").stat().st_mode & 0o100


def test_outside_git_nothing_is_known(tmp_path: Path) -> None:
    assert uncommitted(tmp_path) is None


def test_nothing_is_deleted_before_all_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a-deployment.yaml").write_bytes(b"1")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    changes = [FileChange("a-deployment.yaml", b"1", None), FileChange("prefect.yaml", None, b"one")]
    with pytest.raises(OSError, match=r"prefect\.yaml cannot be written: disk full; 0 of 2 files are done"):
        write_changes(tmp_path, changes)
    assert (tmp_path / "a-deployment.yaml").read_bytes() == b"1"
