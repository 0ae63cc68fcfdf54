"""The commands of each file of a project, read once."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import in_order
from prefect_migrate.discovery import kinds
from prefect_migrate.foreign import foreign_kind, vendored_package
from prefect_migrate.hosts.reading import KINDS, read_text
from prefect_migrate.hosts.strings import bytes_mention_command
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.source.text import SourceText, UnreadableText

#: Every kind of file that may hold commands.
HOST_KINDS = frozenset({*kinds.COMMAND_DIALECTS, *KINDS, kinds.PYTHON})

_read: WeakKeyDictionary[Project, dict[str, tuple[bytes, list[Command]]]] = WeakKeyDictionary()


def read_sites(project: Project, file: ProjectFile) -> list[Command]:
    """The commands that a file holds, in its order, with exact places in its text.

    Comments and docstrings are left out; what prose and strings only mention says so by its `context`.
    """
    if file.data is None:
        return []
    known = _read.setdefault(project, {})
    data, sites = known.get(file.path, (None, []))
    if data is not file.data:
        sites = _sites(project, file, file.data)
        known[file.path] = file.data, sites
    return sites


def text_of(project: Project, file: ProjectFile) -> SourceText | None:
    """The text that the places of a file's commands point into."""
    if file.data is None:
        return None
    if file.kind != kinds.PYTHON:
        return SourceText.plain(file.data)
    try:
        return SourceText.python(file.data)
    except UnreadableText:
        return None


def _sites(project: Project, file: ProjectFile, data: bytes) -> list[Command]:
    if vendored_package(project, file.path) is not None:
        return []
    if file.kind == kinds.PYTHON:
        return _python_sites(project, file.path, data)
    text = SourceText.plain(data).text
    from prefect_migrate.hosts.containers import at_home, completed

    decoded = completed(project, text)
    if decoded is None:
        return read_text(file.kind, text)
    return list(at_home(read_text(file.kind, decoded.value), decoded, text))


def _python_sites(project: Project, path: str, data: bytes) -> list[Command]:
    """Nothing is parsed for a file that has no command, nor one of somebody else's read."""
    if not bytes_mention_command(data):
        return []
    python = project.python(path) if foreign_kind(project, path) is None else None
    if python is None:
        return []
    from prefect_migrate.hosts.python_files import read_python

    return in_order(read_python(python), python.text.text, 0)
