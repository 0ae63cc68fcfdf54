"""Trees go when nothing needs them, and stay the same objects while something does."""

from __future__ import annotations

import weakref

import pytest

from prefect_migrate.collector import paused_collector
from prefect_migrate.source.parsed import ParsedFiles
from prefect_migrate.source.python import UnparsablePython

SOURCE = b"import prefect\n\n\ndef f(x):\n    return [y for y in x]\n"


def test_a_tree_goes_at_once_without_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prefect_migrate.source.parsed.KEPT", 0)
    files = ParsedFiles()
    with paused_collector():
        file = files.parse("a.py", SOURCE)
        scope = weakref.ref(file.scopes)
        tree = weakref.ref(file.tree)
        assert file.nodes
        files.parse("b.py", SOURCE)
        del file
        assert scope() is None
        assert tree() is None
    assert files.get("a.py") is None


def test_what_is_in_use_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prefect_migrate.source.parsed.KEPT", 0)
    files = ParsedFiles()
    file = files.parse("a.py", SOURCE)
    files.parse("b.py", SOURCE)
    assert files.get("a.py") is file


def test_the_least_used_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prefect_migrate.source.parsed.KEPT", 2 * len(SOURCE))
    files = ParsedFiles()
    for path in ("a.py", "b.py"):
        files.parse(path, SOURCE)
    files.get("a.py")
    files.parse("c.py", SOURCE)
    assert [path for path in ("a.py", "b.py", "c.py") if files.get(path)] == ["a.py", "c.py"]


def test_what_cannot_be_parsed_is_tried_once() -> None:
    files = ParsedFiles()
    with pytest.raises(UnparsablePython):
        files.parse("a.py", b"print 'x'\n")
    with pytest.raises(UnparsablePython):
        files.get("a.py")
    files.forget("a.py")
    assert files.get("a.py") is None
