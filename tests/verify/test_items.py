"""What is made of a module that does not import, and of a command that fails."""

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


LACKS = "File \"{}/deploy.py\", line 2, in <module>\nModuleNotFoundError: No module named 'praw'"


@pytest.mark.parametrize(
    ("code", "said", "code_before", "said_before", "status", "reason"),
    [
        (0, "", 1, "no", "same", None),
        (1, "no", 0, "", "failed", "ended with exit code 1\nno"),
        (1, "no", 1, "else", "failed", "ended with exit code 1\nno"),
        (1, "no {}/a", 1, "no {}/a", "skipped", "fails in Prefect 2 as well: no "),
        (1, LACKS, 0, "", "failed", "deploy.py:2 imports praw, which is not installed; "),
        (1, LACKS, 1, LACKS, "skipped", "fails in Prefect 2 as well: deploy.py:2 imports praw, which is not installed"),
        (None, "slow", None, "slow", "failed", "did not end within 1 s\nslow"),
    ],
)
def test_commands(
    tmp_path: Path,
    snapshot: SnapshotAssertion,
    code: int | None,
    said: str,
    code_before: int | None,
    said_before: str,
    status: str,
    reason: str | None,
) -> None:
    roots = {2: tmp_path / "2", 3: tmp_path / "3"}
    project: Any = SimpleNamespace(root=roots.__getitem__)
    done, earlier = Done(code, said.format(roots[3]), 1.0), Done(code_before, said_before.format(roots[2]), 1.0)
    check = Check("registration", "python deploy.py")
    items._check_step(project, done, False, earlier, check, SnapshotBook(snapshot))
    assert check.status == status
    assert (check.reason or "").startswith(reason or "")
    assert (check.reason is None) == (reason is None)
    first = Check("registration", "python deploy.py")
    items._check_step(project, earlier, True, None, first, SnapshotBook(snapshot))
    assert first.status == ("same" if earlier.ok else "skipped")
