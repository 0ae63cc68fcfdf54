"""Errors of the tool's own: they cost the file they happened in, not the run, and are never silent.

The one place where any exception is caught.  What was caught becomes a PM905 finding, and the file is not rewritten.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a file: `doing` is what was tried, `error` what Python said, and where."""

    path: str
    doing: str
    error: str


class Failures:
    """The failures of one run, by file."""

    #: Whether to raise instead, as the tests do.
    strict: ClassVar[bool] = False

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Failure] = {}

    def __iter__(self) -> Iterator[Failure]:
        return iter(self._found.values())

    def touched(self, path: str) -> bool:
        """Whether anything went wrong with a file."""
        return any(failed == path for failed, _ in self._found)

    @contextmanager
    def guard(self, path: str, doing: str) -> Iterator[None]:
        """Note whatever is raised inside."""
        try:
            yield
        except Exception as error:
            self.note(path, doing, error)

    def collect(self, path: str, doing: str, make: Callable[[], Iterable[T]]) -> list[T]:
        """All that `make` gives until it fails."""
        found: list[T] = []
        try:  # as in `guard`, which costs more than what most rules do with most files
            found.extend(make())
        except Exception as error:
            self.note(path, doing, error)
        return found

    def note(self, path: str, doing: str, error: Exception) -> None:
        if self.strict:
            raise error
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{PurePath(last.filename).name}:{last.lineno}"
        said = " ".join(str(error).split())[:200]
        self._found[path, doing] = Failure(path, doing, f"{type(error).__name__}: {said} ({where})")
