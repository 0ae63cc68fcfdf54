"""Both projects are copied; the user's directory is only read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from prefect_migrate.verify.model import VerifyError
from prefect_migrate.verify.trees import Trees, are_identical, changed_modules, export_trees


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project in a folder of a repository; since HEAD `flows.py` is changed, `gone.py` deleted, `new.py` added."""
    root = tmp_path / "repository"
    project = root / "services" / "etl"
    project.mkdir(parents=True)
    (root / "README.md").write_text("outside")
    (root / ".gitignore").write_text("*.log\n")
    for name in ("flows.py", "gone.py", "same.py"):
        (project / name).write_text("old")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "before")
    (project / "flows.py").write_text("changed")
    (project / "gone.py").unlink()
    (project / "new.py").write_text("new")
    (project / "run.log").write_text("ignored")
    (project / ".prefect-migrate").mkdir()
    (project / ".prefect-migrate" / "snapshot.json").write_text("{}")
    return project


def files(root: Path) -> dict[str, str]:
    return {file.relative_to(root).as_posix(): file.read_text() for file in root.rglob("*") if file.is_file()}


def test_revision_against_working_tree(repository: Path, tmp_path: Path) -> None:
    trees = export_trees(repository, "HEAD", tmp_path / "work")
    assert files(trees.before) == {"flows.py": "old", "gone.py": "old", "same.py": "old"}
    assert files(trees.after) == {"flows.py": "changed", "new.py": "new", "same.py": "old"}
    assert trees.before.name == trees.after.name == "etl"
    assert changed_modules(trees) == ["flows.py", "new.py"]
    assert trees.before_label == "revision HEAD"


def test_directory_against_directory_without_git(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name / ".venv").mkdir(parents=True)
        (tmp_path / name / "flows.py").write_text(name)
        (tmp_path / name / ".venv" / "lib.py").write_text(name)
    trees = export_trees(tmp_path / "new", str(tmp_path / "old"), tmp_path / "work")
    assert files(trees.before) == {"flows.py": "old"}
    assert files(trees.after) == {"flows.py": "new"}
    assert trees.before_label == str(tmp_path / "old")


def test_symbolic_links_stay(repository: Path, tmp_path: Path) -> None:
    (repository / "link.py").symlink_to("flows.py")
    trees = export_trees(repository, "HEAD", tmp_path / "work")
    assert (trees.after / "link.py").is_symlink()


@pytest.mark.parametrize("before", ["no-such-revision", "HEAD~7"])
def test_unknown_revision(repository: Path, tmp_path: Path, before: str) -> None:
    with pytest.raises(VerifyError, match="--before"):
        export_trees(repository, before, tmp_path / "work")


def test_folder_that_the_revision_lacks(repository: Path, tmp_path: Path) -> None:
    other = repository.parent / "other"
    other.mkdir()
    with pytest.raises(VerifyError, match="services/other"):
        export_trees(other, "HEAD", tmp_path / "work")


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    with pytest.raises(VerifyError, match="in no git repository"):
        export_trees(tmp_path / "project", "HEAD", tmp_path / "work")


def test_no_directory(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="is not a directory"):
        export_trees(tmp_path / "gone", "HEAD", tmp_path / "work")


def test_nothing_was_migrated(repository: Path, tmp_path: Path) -> None:
    trees = export_trees(repository, "HEAD", tmp_path / "work")
    assert not are_identical(trees)
    assert are_identical(Trees(trees.before, trees.before, "", ""))
    assert not are_identical(Trees(trees.before, tmp_path / "empty", "", ""))


def test_a_revision_that_git_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path / "project")], check=True)
    with pytest.raises(VerifyError, match="git knows no 'gone'; name"):
        export_trees(tmp_path / "project", "gone", tmp_path / "work")
