"""The newest release takes the place of the last of its minor, or begins a new one."""

from __future__ import annotations

import sys

import pytest

from tools.reference.newest import enter
from tools.reference.releases import HERE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = (HERE / "releases.toml").read_text("utf-8")


def versions(text: str, *, first: bool) -> list[str]:
    return [row["version"] for row in tomllib.loads(text)["release"] if row.get("first", False) is first]


def last() -> str:
    return max(versions(TEXT, first=False), key=lambda version: tuple(map(int, version.split("."))))


def test_what_is_there_stays() -> None:
    assert enter(TEXT, last()) == TEXT


def test_a_newer_patch_takes_its_place() -> None:
    minor = last().rpartition(".")[0]
    after = enter(TEXT, f"{minor}.99")
    assert f"{minor}.99" in versions(after, first=False)
    assert last() not in versions(after, first=False)
    assert versions(after, first=True) == versions(TEXT, first=True)


@pytest.mark.parametrize(("version", "firsts"), [("3.98.2", ["3.98.0"]), ("3.98.0", [])])
def test_a_new_minor(version: str, firsts: list[str]) -> None:
    after = enter(TEXT, version)
    assert set(versions(after, first=False)) - set(versions(TEXT, first=False)) == {version}
    assert sorted(set(versions(after, first=True)) - set(versions(TEXT, first=True))) == firsts
