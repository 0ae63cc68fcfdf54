"""The report of the last scan, kept for the next one of the same tree.

It lies in the user's cache directory, so that a scan changes nothing in the repository.  A report is only taken when
the same version of this tool would look at the same files in the same way: the command line, the configuration, the
list of all files, the size and times of each (or what is in it, if those changed), and the files that the rules asked
for besides.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prefect_migrate import __version__
from prefect_migrate.config import Config
from prefect_migrate.discovery.kinds import kind_of
from prefect_migrate.discovery.walk import IgnoreRules, walk

if TYPE_CHECKING:
    from prefect_migrate.project import Project

_FORMAT = 1
#: A file that was written this shortly before a scan may change once more within the same tick of the clock.
_TICK = 2_000_000_000
#: Reports of more trees than this are not kept.
_KEPT = 50


class Report(NamedTuple):
    """What a scan said: lines of parts or a text, and the exit code."""

    content: Any
    exit_code: int


class ScanCache:
    """The place of one scan's report."""

    def __init__(self, root: Path, starts: list[str], config: Config, *, gitignore: bool, output: str) -> None:
        self.root = root
        self._root = str(root)
        self.starts = starts
        self.exclude = config.exclude
        self.gitignore = gitignore
        self.started = time.time_ns()
        tracked = sorted(IgnoreRules(root, gitignore).tracked)
        told = (_FORMAT, _tool(), sys.version, str(root), starts, repr(config), gitignore, tracked, output)
        name = hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self.file = cache_directory() / f"{name}.json"

    def load(self) -> Report | None:
        """The kept report, None if there is none, or none that is still true."""
        try:
            entry = json.loads(self.file.read_bytes())
            if self._holds(entry):
                return Report(entry["report"], int(entry["exit_code"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        return None

    def store(self, project: Project, report: Report) -> None:
        """Keep a report, if nothing changed while it was made; silently not where nothing can be written."""
        digests = {file.path: digest(file.data) for file in project.files if file.data is not None}
        files: dict[str, Any] = {}
        for path in self._paths():
            state = self._state(path)
            if state is not None and state[1] > self.started:
                return
            files[path] = [state, digests.get(path)]
        entry = {
            "started": self.started,
            "files": files,
            "asked": {path: data if data is None else digest(data) for path, data in project.asked.items()},
            "exists": project.tested,
            "exit_code": report.exit_code,
            "report": report.content,
        }
        with suppress(OSError, ValueError):
            _write(self.file, json.dumps(entry).encode("ascii"))

    def _holds(self, entry: dict[str, Any]) -> bool:
        files = dict(entry["files"])
        for path in self._paths():
            state, known = files.pop(path)
            if not self._is_same(path, state, known, entry["started"]):
                return False
        asked = all(self._digest_of(path) == known for path, known in entry["asked"].items())
        return not files and asked and all(self._is_file(path) == known for path, known in entry["exists"].items())

    # A Path for each file would cost more than the call that it is made for.

    def _is_file(self, path: str) -> bool:
        return os.path.isfile(os.path.join(self._root, path))  # noqa: PTH113, PTH118

    def _digest_of(self, path: str) -> str | None:
        try:
            with open(os.path.join(self._root, path), "rb") as stream:  # noqa: PTH118, PTH123
                return digest(stream.read())
        except OSError:
            return None

    def _is_same(self, path: str, state: list[int] | None, known: str | None, started: int) -> bool:
        if state is None or (state == self._state(path) and state[1] < started - _TICK):
            return True
        return known is not None and self._digest_of(path) == known

    def _paths(self) -> Iterator[str]:
        rules = IgnoreRules(self.root, self.gitignore)
        for start in dict.fromkeys(start.strip("/") for start in self.starts):
            if (self.root / start).is_file():
                yield start
            else:
                yield from walk(self.root, start, rules, self.exclude)

    def _state(self, path: str) -> list[int] | None:
        """[size, times] of a file whose content may matter; None of one whose name is all that does."""
        if kind_of(path) is None and not path.endswith(".gitignore"):
            return None
        try:
            found = os.stat(f"{self._root}/{path}")  # noqa: PTH116
        except OSError:
            return [-1, 0, 0]
        return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def cache_directory() -> Path:
    """Where this user's programs keep what they can make again."""
    given = os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given) / "prefect-migrate" / "scans"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "prefect-migrate" / "Cache" / "scans"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  Path.home() raises where there is none
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "prefect-migrate" / "scans"


def _tool() -> str:
    """The version, and what its files are: a checkout changes without another version."""
    folders = [Path(__file__).parent]
    spec = importlib.util.find_spec("prefect_migrate.codemods")
    folders += [Path(place) for place in (spec.submodule_search_locations or ())] if spec is not None else []
    states = sorted(
        (path, found.st_size, found.st_mtime_ns)
        for folder in folders
        for path, found in _stats(str(folder))
        if path.endswith((".py", ".json", ".toml"))
    )
    return f"{__version__} {digest(repr(states).encode('utf-8', 'surrogatepass'))}"


def _stats(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _stats(entry.path) if entry.name != "__pycache__" else ()
            else:
                yield entry.path, entry.stat()


def _write(file: Path, data: bytes) -> None:
    """Atomically, so that a reader sees all or nothing; then drop the oldest."""
    import tempfile

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(name, file)  # noqa: PTH105
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    kept = sorted(file.parent.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in kept[_KEPT:]:
        old.unlink(missing_ok=True)
