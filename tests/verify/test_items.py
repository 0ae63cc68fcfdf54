"""What is made of a module that does not import."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from prefect_migrate.verify import items
from prefect_migrate.verify.child import Done
from prefect_migrate.verify.model import Check
from prefect_migrate.verify.snapshots import SnapshotBook


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("ImportError: no x ({}/a.py)", "ImportError: no x ({}/a.py)", "skipped"),
        ("ImportError: no x", "ImportError: no y", "failed"),
        ("", "ImportError: no y", "failed"),
        ("ImportError: no x", "", "same"),
    ],
)
def test_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, status: str, snapshot: SnapshotAssertion
) -> None:
    roots = {2: tmp_path / "2", 3: tmp_path / "3"}
    for root in roots.values():
        root.mkdir()
        (root / "a.py").touch()
    said = {2: before, 3: after}
    project: Any = SimpleNamespace(trees=SimpleNamespace(before=roots[2], after=roots[3]), root=roots.get)

    def done(_: object, major: int, __: str) -> Done:
        return Done(int(bool(said[major])), said[major].format(roots[major]), 0.1)

    monkeypatch.setattr(items, "_import", done)
    check = Check("import", "a.py")
    items._check_import(project, "a.py", check, SnapshotBook(snapshot))
    assert check.status == status
