"""A repository as the tool sees it: files that matter, read once, and the modules among them."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import ne
from pathlib import Path
from typing import Any, TypeVar

from prefect_migrate.discovery.importers import importing
from prefect_migrate.discovery.kinds import (
    DOCKERFILE,
    MARKDOWN,
    PYTHON,
    kind_of,
    kind_of_start,
)
from prefect_migrate.discovery.modules import Modules
from prefect_migrate.discovery.naming import names, runs
from prefect_migrate.discovery.relevance import is_for_prefect, mentions_prefect
from prefect_migrate.discovery.walk import IgnoreRules, patterns, walk
from prefect_migrate.failures import Failures
from prefect_migrate.memory import Answer, Questions
from prefect_migrate.source.parsed import ParsedFiles
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText, UnreadableText

T = TypeVar("T")
#: A larger file is generated or data; reading it costs more memory than all others together.
MAX_BYTES = 4_000_000
_CHUNK = 262_144
#: Bytes of Python files without Prefect that are kept once they were read.
_KEPT_OTHERS = 3_000_000


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file that mentions Prefect, or imports from one that does.

    `data` is None when it could not be read, `problem` says why.
    """

    path: str
    kind: str
    data: bytes | None
    problem: str | None = None


class Project:
    """The files below a root.

    `overlay` holds contents that stand in for what is on disk (None: deleted), so that a second round can look at
    the result of the first before anything is written.
    """

    def __init__(
        self,
        root: Path,
        starts: Iterable[str] = ("",),
        exclude: Iterable[str] = (),
        *,
        gitignore: bool = True,
    ) -> None:
        self.root = root
        self._root = str(root)
        self.overlay: dict[str, bytes | None] = {}
        self.files_seen = 0
        self.failures = Failures()
        self._python = ParsedFiles()
        self._ignore = IgnoreRules(root, gitignore)
        self._starts = [start.strip("/") for start in starts]
        excluded = list(exclude)
        self._exclude = excluded
        self._excluded = patterns(excluded)
        self._python_paths: set[str] = set()
        self._left_out: set[str] = set()
        #: Python files that do not mention Prefect.
        self._passed_over: list[str] = []
        #: The same of Dockerfiles.
        self._containers: list[str] = []
        relevant = [*self._discover(self._starts, excluded)]
        relevant += self._importing(relevant)
        self._files = sorted(relevant, key=lambda file: file.path)
        #: Where to note what is asked of the project; see `memory`.
        self.questions: Questions | None = None
        #: What the overlay stood in for since the last scan that remembers: path -> the content before.
        self.changed: dict[str, bytes | None] = {}
        #: Python file -> those of the repository that its names were followed into.
        self.follows: dict[str, set[str]] = {}
        self._answers: dict[Hashable, tuple[int, Any]] = {}
        #: Counts the changes of the overlay, for whoever remembers something about the files.
        self.generation = 0
        #: What was read, and what was looked for, beside the relevant files: the scan's outcome hangs on it as well.
        self.asked: dict[str, bytes | None] = {}
        self.tested: dict[str, bool] = {}
        self._found: dict[tuple[str, str], tuple[bytes | None, Any]] = {}
        self._others: dict[str, bytes] = {}
        self._others_size = 0
        self._data = {file.path: file.data for file in self._files if file.data is not None}

    # -- discovery -------------------------------------------------------------------------------------------

    def _discover(self, starts: list[str], exclude: list[str]) -> Iterator[ProjectFile]:
        seen: set[str] = set()
        for start in starts:
            single = (self.root / start).is_file()
            for path in [start] if single else walk(self.root, start, self._ignore, exclude):
                if path not in seen:
                    seen.add(path)
                    file = self._relevant(path)
                    if file is not None and (single or not self._ignore.ignores(path)):
                        yield file

    def _relevant(self, path: str) -> ProjectFile | None:
        kind = kind_of(path)
        if kind is None:
            return None
        self.files_seen += 1
        if kind == PYTHON:
            self._python_paths.add(path)
        try:
            data = _read(f"{self._root}/{path}")
        except OSError as error:
            return ProjectFile(path, kind or "unknown", None, f"cannot be read: {error.strerror}") if kind else None
        if not mentions_prefect(data) and not is_for_prefect(kind, data):
            if kind == PYTHON and len(data) <= MAX_BYTES:
                self._passed_over.append(path)
            elif kind == DOCKERFILE:
                self._containers.append(path)
            return None
        kind = kind or kind_of_start(path, data[:2000])
        if not kind:
            return None
        if len(data) > MAX_BYTES and kind == MARKDOWN and path.endswith(".txt"):
            # All pages of some documentation in one, as crawlers want it; nobody runs what stands in there.
            return None
        if len(data) > MAX_BYTES:
            self._left_out.add(path)
            return ProjectFile(path, kind, None, f"is larger than {MAX_BYTES // 1_000_000} MB and was skipped")
        return ProjectFile(path, kind, data)

    def _importing(self, relevant: list[ProjectFile]) -> Iterator[ProjectFile]:
        """Python files that only import from those that mention Prefect."""
        modules = [file.path for file in relevant if file.kind == PYTHON]
        for path in importing(self._passed_over, modules, self._read_again):
            if not self._ignore.ignores(path):
                yield ProjectFile(path, PYTHON, self._read_again(path))

    def _read_again(self, path: str) -> bytes:
        try:
            return _read(f"{self._root}/{path}")
        except OSError:
            return b""

    # -- contents --------------------------------------------------------------------------------------------

    def read(self, path: str) -> bytes | None:
        """A file's bytes, those of the overlay first; None if there is none.

        The relevant files were read when the project was opened.
        """
        if self.questions is not None:
            self.questions.paths.add(path)
        return self._content(path)

    def _content(self, path: str) -> bytes | None:
        if path in self.overlay:
            return self.overlay[path]
        data = self._data.get(path)
        if data is None:
            data = self._others.get(path)
        return self._read_other(path) if data is None else data

    def _read_other(self, path: str) -> bytes | None:
        """A file that does not mention Prefect; Python files are asked for again and again, so some are kept."""
        data = self.on_disk(path)
        if data is not None and path in self._python_paths and self._others_size < _KEPT_OTHERS:
            self._others[path] = data
            self._others_size += len(data)
        return data

    def on_disk(self, path: str) -> bytes | None:
        """A file's bytes as they are on disk."""
        try:
            data = Path(os.path.join(self._root, path)).read_bytes()  # noqa: PTH118  half the time of `/`
        except OSError:
            data = None
        if path not in self._python_paths:
            self.asked[path] = data
        return data

    def put(self, path: str, data: bytes | None) -> None:
        """Let the overlay hold another content for a path; None deletes it."""
        self.changed.setdefault(path, self._content(path))
        self.overlay[path] = data
        self.generation += 1
        self._python.forget(path)
        known = len(self._files)
        self._files = [file for file in self._files if file.path != path]
        kind = kind_of(path)
        if kind == "" and data is not None:
            kind = kind_of_start(path, data[:2000])
        if data is None:
            self._python_paths.discard(path)
            self.__dict__.pop("_modules", None)
        elif kind and (mentions_prefect(data) or is_for_prefect(kind, data) or len(self._files) < known):
            # a file that does not say `prefect` any more may import from one that does
            self._files.append(ProjectFile(path, kind, data))
            self._files.sort(key=lambda file: file.path)

    @property
    def files(self) -> list[ProjectFile]:
        """The files that mention Prefect or import from one that does, by path; another list after each change."""
        if self.questions is not None:
            self.questions.everything = True
        return self._files

    @property
    def other_containers(self) -> list[str]:
        """The Dockerfiles that do not mention Prefect."""
        return [path for path in self._containers if not self._ignore.ignores(path)]

    def exists(self, path: str) -> bool:
        if self.questions is not None:
            self.questions.paths.add(path)
        if path in self.overlay:
            return self.overlay[path] is not None
        if path not in self.tested:
            self.tested[path] = os.path.isfile(os.path.join(self._root, path))  # noqa: PTH113, PTH118
        return self.tested[path]

    def of_kind(self, *kinds: str) -> Iterator[ProjectFile]:
        """The relevant files of these kinds."""
        return (file for file in self.files if file.kind in kinds)

    def covers(self, path: str) -> bool:
        """Whether a file that the walk may have passed by is the scan's business: in its reach and there."""
        within = any(start in ("", path) or path.startswith(f"{start}/") for start in self._starts)
        if not within or not self.exists(path) or (self._excluded is not None and self._excluded.match_file(path)):
            return False
        return not self._ignore.ignores(path)

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores a file."""
        return self._ignore.ignores(path)

    def paths_of(self, *kinds: str) -> Iterator[str]:
        """The files of these kinds, of whatever relevance; goes through the whole tree."""
        for start in self._starts:
            single = (self.root / start).is_file()
            for path in [start] if single else walk(self.root, start, self._ignore, self._exclude):
                if kind_of(path) in kinds and not self._ignore.ignores(path):
                    yield path

    def is_named_elsewhere(self, path: str) -> bool:
        """Whether some file, of whatever relevance, names this one; reads all that are there."""
        return self._any_other(path, names)

    def is_run_elsewhere(self, path: str) -> bool:
        """Whether some file has a command that runs this script."""
        return self._any_other(path, runs)

    def _any_other(self, path: str, asks: Callable[[bytes, str, str, Callable[[str], bool]], bool]) -> bool:
        for start in self._starts:
            single = (self.root / start).is_file()
            for other in [start] if single else walk(self.root, start, self._ignore, self._exclude):
                if other == path or kind_of(other) is None:
                    continue
                if asks(self._as_it_is(other), other, path, self.exists):
                    return True
        return False

    def _as_it_is(self, path: str) -> bytes:
        if path in self.overlay:
            return self.overlay[path] or b""
        return self._read_again(path)

    def parse_python(self, path: str) -> PythonFile:
        """A parsed file.  Raises UnreadableText or UnparsablePython."""
        if self.questions is not None:
            self.questions.paths.add(path)
        cached = self._python.get(path)
        if cached is not None:
            return cached
        data = None if path in self._left_out else self.read(path)
        if data is None:
            raise UnreadableText("cannot be read")
        return self._python.parse(path, data)

    def python(self, path: str) -> PythonFile | None:
        """A parsed file, None if it can't be parsed (another rule reports that)."""
        try:
            return self.parse_python(path)
        except (UnreadableText, UnparsablePython):
            return None

    def text(self, path: str) -> SourceText | None:
        """A file's text where its kind declares no encoding."""
        data = self.read(path)
        return None if data is None else SourceText.plain(data)

    @property
    def python_paths(self) -> frozenset[str]:
        """Every Python file that the walk met, those that do not mention Prefect included."""
        return frozenset(self._python_paths)

    def has_python(self, path: str) -> bool:
        """Whether the walk met a Python file of this path."""
        return path in self._python_paths

    def once(self, what: str, file: ProjectFile, make: Callable[[], T]) -> T:
        """What is found out about a file's content, which may be asked for again long after its tree is gone."""
        known = self._found.get((what, file.path))
        if known is None or known[0] is not file.data:
            known = self._found[what, file.path] = file.data, make()
        found: T = known[1]
        return found

    def ask(self, what: Hashable, make: Callable[[], T], matters: Callable[[T, T], bool] = ne) -> T:
        """What is found out about all files together; once for each state of them.

        `matters` says whether it makes a difference for whoever asks that the answer was one thing and is another.
        """
        known = self._answers.get(what)
        if known is None or known[0] != self.generation:
            asking, self.questions = self.questions, None
            try:
                known = self._answers[what] = self.generation, make()
            finally:
                self.questions = asking
        found: T = known[1]
        if self.questions is not None:
            self.questions.answers[what] = Answer(found, make, matters)
        return found

    def python_with(self, part: bytes) -> list[str]:
        """The Python files that hold these bytes."""
        asking, self.questions = self.questions, None
        try:
            return self.ask(part, lambda: [path for path in self._python_paths if part in (self.read(path) or b"")])
        finally:
            self.questions = asking
            if asking is not None:
                asking.parts.add(part)

    def has_lost_python(self, path: str) -> bool:
        """Whether a Python file that the walk met is deleted, so that names may lead elsewhere."""
        return path in self.overlay and self.overlay[path] is None and kind_of(path) == PYTHON

    def module_path(self, module: str, importer: str) -> str | None:
        """The file that `import module` in `importer` most likely names."""
        return self._modules.path(module, importer)

    def may_hold_module(self, top: str) -> bool:
        """Whether some folder or Python file has the name that a dotted module begins with."""
        return self._modules.may_hold(top)

    @cached_property
    def _modules(self) -> Modules:
        return Modules(self._python_paths)


def _read(path: str) -> bytes:
    """A file's bytes, at most one more than MAX_BYTES.  Half the time of `open` over 8,000 small files."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, _CHUNK)
        if len(data) < _CHUNK:
            return data
        chunks = [data]
        while chunks[-1] and sum(map(len, chunks)) <= MAX_BYTES:
            chunks.append(os.read(descriptor, MAX_BYTES))
        return b"".join(chunks)
    finally:
        os.close(descriptor)
