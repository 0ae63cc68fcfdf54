"""Which files of a tree are ours to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pathspec

#: Directories that hold no source of the user's: caches, environments, other people's packages.
SKIPPED_DIRECTORIES = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".svn", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d",
        ".prefect-migrate", ".pyenv", ".pytest_cache", ".ruff_cache", ".terraform", ".tox", ".venv", "__pycache__",
        "__pypackages__", "_vendor", "bower_components", "node_modules", "site-packages", "third_party", "vendor",
        "vendored",
    }
)  # fmt: skip


_MARKS_OF_ENVIRONMENTS = frozenset({"pyvenv.cfg", "conda-meta"})
#: Where environments keep `activate`.
_PROGRAMS = frozenset({"bin", "Scripts"})


class IgnoreRules:
    """`.gitignore` files, nested ones included, read as they are met.

    They hold as git lets them: in a git repository only, and not for files that are tracked all the same.
    """

    def __init__(self, root: Path, enabled: bool = True) -> None:
        self.root = root
        self.enabled = enabled and in_repository(root)
        self._tracked: frozenset[str] | None = None
        self._specs: dict[str, pathspec.GitIgnoreSpec | None] = {}

    def ignores(self, path: str, *, directory: bool = False) -> bool:
        """Whether git would ignore this path (relative, forward slashes)."""
        if not self.enabled:
            return False
        verdict: bool | None = None
        parts = path.split("/")
        for depth in range(len(parts)):
            spec = self._spec("/".join(parts[:depth]))
            if spec is not None:
                rest = "/".join(parts[depth:]) + ("/" if directory else "")
                include = spec.check_file(rest).include
                verdict = include if include is not None else verdict
        return bool(verdict) and path not in self.tracked

    @property
    def tracked(self) -> frozenset[str]:
        """Files that git tracks although a pattern says otherwise, and the directories above them."""
        if self._tracked is None:
            self._tracked = frozenset(_tracked_all_the_same(self.root)) if self.enabled else frozenset()
        return self._tracked

    def _spec(self, folder: str) -> pathspec.GitIgnoreSpec | None:
        if folder not in self._specs:
            try:
                lines = (self.root / folder / ".gitignore").read_text("utf-8", errors="replace").splitlines()
            except OSError:
                self._specs[folder] = None
            else:
                self._specs[folder] = patterns(lines)
        return self._specs[folder]


def patterns(lines: Iterable[str]) -> pathspec.GitIgnoreSpec | None:
    """Patterns in the syntax of .gitignore, None if there are none: pathspec takes its time to be imported."""
    wanted = [line for line in lines if line.strip()]
    if not wanted:
        return None
    import pathspec

    return pathspec.GitIgnoreSpec.from_lines(wanted)


def in_repository(root: Path) -> bool:
    """Whether a directory lies in a git repository."""
    return any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents))


def _tracked_all_the_same(root: Path) -> Iterator[str]:
    """None where git is not there, or does not want to."""
    import subprocess

    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return
    for path in filter(None, done.stdout.decode("utf-8", "surrogateescape").split("\0")):
        yield path
        yield from (parent.as_posix() for parent in PurePosixPath(path).parents)


def walk(root: Path, start: str, ignore: IgnoreRules, exclude: Iterable[str] = ()) -> Iterator[str]:
    """The paths of all files below `root/start`, relative to `root`, in a fixed order.

    Links are not followed; directories that git ignores are not entered.  Single files are left to the caller to
    test, because only the few that matter are worth the pattern matching.
    """
    excluded = patterns(exclude)
    first = start.strip("/")
    stack = [first]
    base = str(root)
    while stack:
        folder = stack.pop()
        folders = []
        entries = _entries(f"{base}/{folder}" if folder else base)
        if folder != first and _is_environment(entries):
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if (
                    entry.name not in SKIPPED_DIRECTORIES
                    and not entry.name.endswith(".egg-info")
                    and not (excluded is not None and excluded.match_file(path + "/"))
                    and not ignore.ignores(path, directory=True)
                ):
                    folders.append(path)
            elif entry.is_file(follow_symlinks=False) and not (excluded is not None and excluded.match_file(path)):
                yield path
        stack.extend(reversed(folders))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError:
        return []


def _is_environment(entries: Iterable[os.DirEntry[str]]) -> bool:
    """Whether these are what an environment of Python or conda holds."""
    for entry in entries:
        if entry.name in _MARKS_OF_ENVIRONMENTS:
            return True
        if entry.name in _PROGRAMS and os.path.exists(f"{entry.path}/activate"):  # noqa: PTH110
            return True
    return False
