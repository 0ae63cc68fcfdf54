"""Which files of a tree are ours to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

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


class IgnoreRules:
    """`.gitignore` files, nested ones included, read as they are met."""

    def __init__(self, root: Path, enabled: bool = True) -> None:
        self.root = root
        self.enabled = enabled
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
        return bool(verdict)

    def _spec(self, folder: str) -> pathspec.GitIgnoreSpec | None:
        if folder not in self._specs:
            try:
                lines = (self.root / folder / ".gitignore").read_text("utf-8", errors="replace").splitlines()
            except OSError:
                self._specs[folder] = None
            else:
                self._specs[folder] = pathspec.GitIgnoreSpec.from_lines(lines)
        return self._specs[folder]


def walk(root: Path, start: str, ignore: IgnoreRules, exclude: Iterable[str] = ()) -> Iterator[str]:
    """The paths of all files below `root/start`, relative to `root`, in a fixed order.

    Links are not followed; directories that git ignores are not entered.  Single files are left to the caller to
    test, because only the few that matter are worth the pattern matching.
    """
    excluded = pathspec.GitIgnoreSpec.from_lines(exclude)
    has_patterns = bool(len(excluded))
    stack = [start.strip("/")]
    while stack:
        folder = stack.pop()
        folders = []
        for entry in _entries(root / folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if (
                    not _skipped(entry)
                    and not (has_patterns and excluded.match_file(path + "/"))
                    and not ignore.ignores(path, directory=True)
                ):
                    folders.append(path)
            elif not (has_patterns and excluded.match_file(path)):
                yield path
        stack.extend(reversed(folders))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _skipped(entry: os.DirEntry[str]) -> bool:
    if entry.name in SKIPPED_DIRECTORIES or entry.name.endswith(".egg-info"):
        return True
    return entry.name in ("venv", "env", ".env") or os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))  # noqa: PTH110,PTH118
