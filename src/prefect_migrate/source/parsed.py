"""The parsed files of a run: as many as fit, the least used go first."""

from __future__ import annotations

from weakref import WeakValueDictionary

from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import UnreadableText

#: Bytes of source whose trees are kept.  A tree with all that is known of it takes some fifty times as much.
KEPT = 600_000


class ParsedFiles:
    """Path -> parsed file.

    What something still holds on to, such as the plan, is never parsed a second time: its nodes must stay the same
    objects.
    """

    def __init__(self) -> None:
        self._alive: WeakValueDictionary[str, PythonFile] = WeakValueDictionary()
        #: The last first to go.
        self._recent: dict[str, PythonFile] = {}
        self._failed: dict[str, UnreadableText | UnparsablePython] = {}
        self._size = 0

    def get(self, path: str) -> PythonFile | None:
        """The file, if it is still there.  Raises what parsing it raised."""
        if path in self._failed:
            raise self._failed[path]
        file = self._alive.get(path)
        if file is not None and path in self._recent:
            self._recent[path] = self._recent.pop(path)
        return file

    def parse(self, path: str, data: bytes) -> PythonFile:
        """Raises UnreadableText or UnparsablePython, the next time as well."""
        try:
            file = _read(path, data)
        except (UnreadableText, UnparsablePython) as error:
            self._failed[path] = error.with_traceback(None)
            raise
        self._alive[path] = self._recent[path] = file
        self._size += len(data)
        while self._size > KEPT and len(self._recent) > 1:
            self._drop(next(iter(self._recent)))
        return file

    def forget(self, path: str) -> None:
        """The file has another content now."""
        self._failed.pop(path, None)
        self._alive.pop(path, None)
        if path in self._recent:
            self._drop(path)

    def _drop(self, path: str) -> None:
        self._size -= len(self._recent.pop(path).text.data)


def _read(path: str, data: bytes) -> PythonFile:
    if path.endswith(".ipynb"):
        from prefect_migrate.hosts.cell_module import PythonOfCells

        return PythonOfCells(path, data)
    return PythonFile.read(path, data)
