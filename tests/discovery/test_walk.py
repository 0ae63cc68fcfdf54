from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prefect_migrate.discovery.walk import IgnoreRules, walk
from tests.conftest import MakeProject


def found(folder: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    rules = IgnoreRules(folder)
    return [path for path in walk(folder, "", rules, exclude) if not rules.ignores(path)]


def test_order_is_fixed(make_project: MakeProject) -> None:
    folder = make_project({"b.py": "", "a/z.py": "", "a/b.py": "", "c/d.py": ""})
    assert found(folder) == ["b.py", "a/b.py", "a/z.py", "c/d.py"]


def test_nested_gitignore(make_project: MakeProject) -> None:
    folder = make_project(
        {
            ".git/HEAD": "",
            ".gitignore": "*.log\n/build/\n",
            "a.log": "",
            "build/x.py": "",
            "sub/build/x.py": "",
            "sub/.gitignore": "!keep.log\nsecret.py\n",
            "sub/keep.log": "",
            "sub/secret.py": "",
            "secret.py": "",
        }
    )
    assert set(found(folder)) == {".gitignore", "secret.py", "sub/.gitignore", "sub/build/x.py", "sub/keep.log"}


def test_without_git_nothing_is_ignored(make_project: MakeProject) -> None:
    folder = make_project({".gitignore": "*.log\n", "a.log": "", "env/a.py": "", "venv/pyvenv.cfg": ""})
    assert found(folder) == [".gitignore", "a.log", "env/a.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history", "bin/activate", "Scripts/activate"])
def test_environments_are_not_entered(make_project: MakeProject, mark: str) -> None:
    folder = make_project({f"own/{mark}": "", "own/lib/a.py": "", "tools/bin/run": "", "bin/deactivate": ""})
    assert found(folder) == ["bin/deactivate", "tools/bin/run"]


def test_an_environment_is_read_where_it_is_asked_for(make_project: MakeProject) -> None:
    folder = make_project({"own/pyvenv.cfg": "", "own/lib/a.py": ""})
    assert list(walk(folder, "own", IgnoreRules(folder))) == ["own/pyvenv.cfg", "own/lib/a.py"]


def test_what_git_tracks_is_read(make_project: MakeProject) -> None:
    folder = make_project(
        {".gitignore": "*.log\n/build/\n", "a.log": "", "b.log": "", "build/x.py": "", "build/y.py": ""}
    )
    for command in (["init", "--quiet"], ["add", "--force", "a.log", "build/x.py"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    assert found(folder) == [".gitignore", "a.log", "build/x.py"]


def test_links_are_not_followed(make_project: MakeProject) -> None:
    folder = make_project({"real/a.py": ""})
    (folder / "link").symlink_to(folder / "real")
    (folder / "b.py").symlink_to(folder / "real" / "a.py")
    assert found(folder) == ["real/a.py"]


@pytest.mark.parametrize("pattern", ["legacy/", "legacy/**", "*.py"])
def test_exclude(make_project: MakeProject, pattern: str) -> None:
    folder = make_project({"legacy/a.py": "", "keep.sh": ""})
    assert found(folder, (pattern,)) == ["keep.sh"]


def test_a_start_below_the_root(make_project: MakeProject) -> None:
    folder = make_project({"a/x.py": "", "b/y.py": ""})
    assert list(walk(folder, "b", IgnoreRules(folder))) == ["b/y.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    """Reading a named pipe would wait for ever."""
    (tmp_path / "a.py").write_text("import prefect\n")
    os.mkfifo(tmp_path / "pipe.py")
    assert list(walk(tmp_path, "", IgnoreRules(tmp_path))) == ["a.py"]
