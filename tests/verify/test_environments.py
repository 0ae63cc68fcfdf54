"""Environments are found by their content, and made by uv or not at all."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from prefect_migrate.verify import environments
from prefect_migrate.verify.environments import (
    build_environment,
    cache_directory,
    engine_info,
    environment_hash,
    find_interpreters,
    prefect_requirement,
)
from prefect_migrate.verify.model import VerifyError, VerifyOptions
from prefect_migrate.verify.requirements import Requirements
from prefect_migrate.verify.trees import Trees

BIN = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "prefect-migrate" / "envs"


def test_cache_lies_below_the_users_cache(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_directory() == cache
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache" / "prefect-migrate" / "envs"


def test_prefect_is_swapped() -> None:
    assert prefect_requirement(2, "3.8") == "prefect>=2.20,<3"
    assert prefect_requirement(3, "3.4") == "prefect>=3.4,<3.5"


def test_name_is_the_content() -> None:
    one = environment_hash(3, ["prefect", "attrs"], "attrs==1")
    assert one == environment_hash(3, ["prefect", "attrs"], "attrs==1")
    assert one != environment_hash(3, ["prefect"], "attrs==1")
    assert one != environment_hash(3, ["prefect", "attrs"], "attrs==2")


def test_packaged_constraints_pin_both_engines() -> None:
    two, three = environments._constraints(2, "3.8"), environments._constraints(3, "3.8")
    assert "prefect==2.20" in two
    assert "prefect==3.8" in three
    assert environments._constraints(3, "3.1") == ""
    assert "://" not in two + three


class Uv:
    """Stands in for uv: notes its calls, makes what the real one makes, and fails where it is told to."""

    def __init__(self, fail: str = "") -> None:
        self.calls: list[tuple[str, ...]] = []
        self.fail = fail

    def __call__(self, _uv: str, *arguments: str) -> None:
        self.calls.append(arguments)
        if arguments[0] == "venv":
            python = Path(arguments[-1]) / BIN
            python.parent.mkdir(parents=True)
            python.write_text("")
        if self.fail and self.fail in arguments:
            raise VerifyError("uv: no")


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch) -> Uv:
    stand_in = Uv()
    monkeypatch.setattr(environments, "_find_uv", lambda: "uv")
    monkeypatch.setattr(environments, "_uv", stand_in)
    return stand_in


def test_environment_is_made_once(uv: Uv, cache: Path) -> None:
    said: list[str] = []
    python = build_environment(3, "3.8", Requirements(["attrs"], {"attrs"}), said.append)
    assert python.is_relative_to(cache)
    assert python.exists()
    assert "attrs" in (python.parent.parent / "requirements.in").read_text()
    assert "\nattrs==" not in (python.parent.parent / "constraints.txt").read_text()
    assert build_environment(3, "3.8", Requirements(["attrs"], {"attrs"}), said.append) == python
    assert len(said) == 1
    assert [call[:2] for call in uv.calls] == [("venv", "--relocatable"), ("pip", "install")]


def test_constraints_give_way_to_a_project_that_can_not_be_installed_with_them(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    stand_in = Uv(fail="-c")
    monkeypatch.setattr(environments, "_find_uv", lambda: "uv")
    monkeypatch.setattr(environments, "_uv", stand_in)
    assert build_environment(2, "3.8", Requirements(), lambda _line: None).exists()
    assert [("-c" in call) for call in stand_in.calls] == [False, True, False]


def test_older_target_gets_what_was_new_then(uv: Uv) -> None:
    build_environment(3, "3.4", Requirements(), lambda _line: None)
    build_environment(3, "3.8", Requirements(), lambda _line: None)
    installs = [call for call in uv.calls if call[0] == "pip"]
    assert [("--exclude-newer" in call) for call in installs] == [True, False]


def test_failed_installation_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(environments, "_find_uv", lambda: "uv")
    monkeypatch.setattr(environments, "_uv", Uv(fail="install"))
    with pytest.raises(VerifyError, match="--prefect2-python"):
        build_environment(2, "3.8", Requirements(), lambda _line: None)
    assert list(cache.iterdir()) == []


def test_missing_uv_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(VerifyError, match=r"pip install .*--prefect2-python") as error:
        build_environment(2, "3.8", Requirements(), lambda _line: None)
    assert "\n" not in str(error.value)


def test_words_of_uv_are_passed_on() -> None:
    with pytest.raises(VerifyError, match="uv pip install: "):
        environments._uv(sys.executable, "pip", "install", "nothing")


def test_interpreters_that_exist_already(tmp_path: Path) -> None:
    trees = Trees(tmp_path, tmp_path, "", "")
    given = Path(sys.executable)
    options = VerifyOptions(tmp_path, prefect2_python=given.parent.parent, prefect3_python=given)
    pythons, notes = find_interpreters(options, trees, lambda _line: None)
    assert pythons[3] == given
    assert pythons[2].parent == given.parent
    assert notes == []


def test_interpreter_that_is_none(tmp_path: Path) -> None:
    options = VerifyOptions(tmp_path, prefect2_python=tmp_path / "gone", prefect3_python=Path(sys.executable))
    with pytest.raises(VerifyError, match="no Python interpreter"):
        find_interpreters(options, Trees(tmp_path, tmp_path, "", ""), lambda _line: None)


@pytest.mark.skipif(importlib.util.find_spec("prefect") is None, reason="Prefect 3 comes with the extra `verify`")
def test_interpreter_with_the_other_prefect() -> None:
    assert engine_info(3, Path(sys.executable)).version.startswith("3.")
    with pytest.raises(VerifyError, match=r"has Prefect 3.*--prefect2-python wants one with Prefect 2"):
        engine_info(2, Path(sys.executable))
