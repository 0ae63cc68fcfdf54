"""The two projects: exported into directories of their own, where scripts may write what they like."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from prefect_migrate.verify.model import VerifyError

#: Left out where git can't say what belongs to the project.
_NOT_OURS = (
    ".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__", "*.pyc",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".prefect-migrate",
)  # fmt: skip
#: The snapshots: the one thing in a project that was made by verify.
_OUR_OWN = ".prefect-migrate/"


@dataclass(frozen=True, slots=True)
class Trees:
    """Copies of the project; `before_label` and `after_label` say to a reader where they come from."""

    before: Path
    after: Path
    before_label: str
    after_label: str


def export_trees(path: Path, before: str, into: Path) -> Trees:
    """Copy both states of the project at `path` below `into`, under the same folder name.

    Raises VerifyError if there is no such path, revision or directory.
    """
    path = path.resolve()
    if not path.is_dir():
        raise VerifyError(f"{path} is not a directory")
    # Code may look at the name of its folder, so it stays.
    old, new = into / "2" / path.name, into / "3" / path.name
    if Path(before).is_dir():
        _copy_project(Path(before).resolve(), old)
        label = before
    else:
        _export_revision(path, before, old)
        label = f"revision {before}"
    _copy_project(path, new)
    return Trees(old, new, label, "the working tree")


def _export_revision(path: Path, revision: str, target: Path) -> None:
    prefix = _git(path, "rev-parse", "--show-prefix")
    if prefix is None:
        raise VerifyError(
            f"{path} is in no git repository, so there is no revision {revision!r} of it; "
            "name the directory of the Prefect 2 project: --before DIRECTORY"
        )
    tree = f"{revision}:{prefix.decode().strip()}"
    # From the top: in a folder, git archive looks for that folder in the tree once more.
    top = _git(path, "rev-parse", "--show-toplevel") or b"."
    archive = _git(Path(top.decode().strip()), "archive", "--format=tar", tree)
    if archive is None:
        unknown = tree.removesuffix(":")
        raise VerifyError(
            f"git knows no {unknown!r}; name the revision, or the directory, before the migration: --before"
        )
    target.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        # Links may point anywhere, as in the repository; nothing is written outside.
        tar.extraction_filter = getattr(tarfile, "tar_filter", lambda member, _path: member)
        tar.extractall(target)


def _copy_project(source: Path, target: Path) -> None:
    """What git tracks or would track; everything that looks like source where there is no git."""
    listed = _git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard", ".")
    if not listed:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_NOT_OURS), symlinks=True)
        return
    target.mkdir(parents=True)
    for name in dict.fromkeys(listed.decode("utf-8", "surrogateescape").split("\0")):
        # A deleted file is still listed, and a submodule is listed as a directory.
        if name and not name.startswith(_OUR_OWN) and (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name, follow_symlinks=False)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """The output of a git command, None if it fails.  Raises VerifyError without git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise VerifyError("git was not found; install it, or name a directory: --before DIRECTORY") from None
    return done.stdout if done.returncode == 0 else None


def changed_modules(trees: Trees) -> list[str]:
    """The Python files of after that before lacks or has otherwise, as sorted paths relative to the root."""
    changed = []
    for file in sorted(trees.after.rglob("*.py")):
        name = file.relative_to(trees.after)
        old = trees.before / name
        if not old.is_file() or old.read_bytes() != file.read_bytes():
            changed.append(name.as_posix())
    return changed


def are_identical(trees: Trees) -> bool:
    """Whether both sides have the same files with the same content: then nothing has been migrated in between."""
    names = {
        file.relative_to(root) for root in (trees.before, trees.after) for file in root.rglob("*") if file.is_file()
    }
    return all(_content(trees.before / name) == _content(trees.after / name) for name in names)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
