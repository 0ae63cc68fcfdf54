from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_scan import DEPLOY, run
from tests.conftest import FLOWS, MakeProject


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "before")
    return folder


def test_dry_run_writes_nothing_and_git_takes_the_diff(project: Path) -> None:
    result = run("apply", project, "--dry-run")
    assert git(project, "status", "--porcelain") == ""
    assert "\x1b" not in result.stdout
    subprocess.run(["git", "apply", "--check", "-"], cwd=project, input=result.stdout.encode(), check=True)


def test_apply_twice(project: Path) -> None:
    first = run("apply", project)
    assert first.exit_code == 0, first.output
    assert "etl.from_source(" in (project / "deploy.py").read_text()
    assert (project / "work-pools/create.sh").stat().st_mode & 0o100
    again = run("apply", project, "--allow-dirty", "--format", "json")
    assert json.loads(again.output)["changes"] == []


def test_a_dirty_tree_is_refused(project: Path) -> None:
    (project / "flows.py").write_text(FLOWS + "x = 1\n")
    result = run("apply", project)
    assert result.exit_code == 2
    assert "uncommitted changes (flows.py)" in result.output
    assert (project / "deploy.py").read_text() == DEPLOY
    assert run("apply", project, "--allow-dirty").exit_code == 0


def test_without_git_it_works(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    assert run("apply", folder).exit_code == 0


def test_json(project: Path) -> None:
    report = json.loads(run("apply", project, "--dry-run", "--format", "json").output)
    assert report["written"] is False
    assert {change["path"]: change["action"] for change in report["changes"]} == {
        "deploy.py": "rewrite",
        "work-pools/create.sh": "create",
    }
    assert report["summary"] == {"files_changed": 2, "fixed": 2, "remaining": 0}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_json_is_utf_8(make_project: MakeProject, encoding: str) -> None:
    folder = make_project({"requirements.txt": "# caf\xe9\nprefect==2.14.1\n".encode(encoding)})
    shown = json.loads(run("apply", folder, "--dry-run", "--format", "json").stdout_bytes.decode("utf-8"))
    (change,) = shown["changes"]
    assert (change["path"], "\ufffd" in change["diff"]) == ("requirements.txt", True)


def test_review_needs_unsafe(make_project: MakeProject) -> None:
    folder = make_project({"requirements.txt": "pydantic==1.10\nprefect==2.14\n"})
    assert run("apply", folder).exit_code == 1
    assert "prefect==2.14" in (folder / "requirements.txt").read_text()
    assert run("apply", folder, "--unsafe").exit_code == 0
    assert "prefect==3.8.8" in (folder / "requirements.txt").read_text()


@pytest.mark.parametrize("encode", [
    pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="crlf"),
    pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="bom"),
    pytest.param(lambda text: ("# -*- coding: latin-1 -*-\nx = 'é'\n" + text).encode("latin-1"), id="latin-1"),
    pytest.param(lambda text: text.rstrip("\n").encode(), id="no newline at the end"),
])  # fmt: skip
def test_bytes_survive(make_project: MakeProject, encode: object) -> None:
    assert callable(encode)
    data: bytes = encode(DEPLOY)
    folder = make_project({"flows.py": FLOWS, "deploy.py": data})
    diff = run("apply", folder, "--dry-run").stdout_bytes
    assert run("apply", folder).exit_code == 0
    after = (folder / "deploy.py").read_bytes()
    assert b"from_source" in after
    assert data.startswith(b"\xef\xbb\xbf") == after.startswith(b"\xef\xbb\xbf")
    assert (b"\r\n" in data) == (b"\r\n" in after)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in data
    assert (b"\xe9" in data) == (b"\xe9" in after)
    (folder / "deploy.py").write_bytes(data)
    for path in (folder / "work-pools").iterdir():
        path.unlink()
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=folder, input=diff, check=True)
    assert (folder / "deploy.py").read_bytes() == after


def test_the_file_mode_is_kept(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY})
    (folder / "deploy.py").chmod(0o750)
    run("apply", folder)
    assert (folder / "deploy.py").stat().st_mode & 0o777 == 0o750


def test_a_new_file_that_git_ignores_is_told(make_project: MakeProject) -> None:
    folder = make_project({"flows.py": FLOWS, "deploy.py": DEPLOY, ".gitignore": "*.sh\n"})
    git(folder, "init", "--quiet")
    note = "git ignores work-pools/create.sh: add it with `git add --force work-pools/create.sh`."
    assert f"\n{note}\n" in run("apply", folder, "--dry-run", "--allow-dirty").stderr
    assert json.loads(run("apply", folder, "--allow-dirty", "--format", "json").stdout)["notes"] == [note]
