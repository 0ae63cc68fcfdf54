"""Whether a file names another one, and not one that only has the same name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from os import fsencode
from posixpath import basename, dirname, join, normpath

#: What a path is written with; whatever else stands before a name ends it.
_PATH = re.compile(rb"[\w.\-/\\]*$")
#: A command or an instruction that changes the directory, from which a bare name then counts.
_MOVES = re.compile(rb"\b(?:cd|pushd|chdir|cwd|Set-Location)\b|WORKDIR|working[-_ ]?dir", re.IGNORECASE)
_LONGEST = 200
#: What stands before a script on the line that runs it.
_RUNS = re.compile(
    rb"\b(?:i?python[\d.]*|pypy\d?|(?:uv|poetry|pdm|pipenv|hatch|conda) run)\b[^;|]*$|(?:^|[;&|:])\s*\./[\w./-]*$"
)
_MODULE = re.compile(rb"-m[\s\"',]+([\w.]+)")


def names(data: bytes, naming: str, path: str, exists: Callable[[str], bool]) -> bool:
    """Whether the content of the file `naming` names the one at `path`.

    A name may stand below any directory, so what is not plainly another file counts: a longer name (`redeploy.py`),
    a path that leads to another file that `exists`, and a bare name where the file's own directory, which nothing in
    it changes, has such a file.
    """
    return next(_mentions(data, naming, path, exists), None) is not None or _runs_module(data, path, exists)


def runs(data: bytes, naming: str, path: str, exists: Callable[[str], bool]) -> bool:
    """Whether the content of the file `naming` has a command that runs the script at `path`."""
    for start in _mentions(data, naming, path, exists):
        if _RUNS.search(data[max(data.rfind(b"\n", 0, start) + 1, start - _LONGEST) : start]):
            return True
    return _runs_module(data, path, exists)


def _mentions(data: bytes, naming: str, path: str, exists: Callable[[str], bool]) -> Iterator[int]:
    """Where the paths, or bare names, begin that mean the file."""
    name = re.escape(fsencode(basename(path)))
    for match in re.finditer(rb"(?<![\w-])" + name + rb"(?![\w-])", data):
        found = _PATH.search(data, max(match.start() - _LONGEST, 0), match.start())
        folder = (found.group() if found else b"").replace(b"\\", b"/").decode("utf-8", "replace")
        if not _is_another(folder, data, naming, path, exists):
            yield match.start()


def _runs_module(data: bytes, path: str, exists: Callable[[str], bool]) -> bool:
    """Whether `python -m` is given the module, below whatever package."""
    for match in _MODULE.finditer(data):
        file = match[1].decode().strip(".").replace(".", "/") + ".py"
        if f"/{path}".endswith(f"/{file}") or (file.endswith(f"/{path}") and not exists(file)):
            return True
    return False


def _is_another(folder: str, data: bytes, naming: str, path: str, exists: Callable[[str], bool]) -> bool:
    """Whether the file's name below this folder, as it is written, means another file of the repository."""
    name = basename(path)
    if folder.startswith("/") or (folder and not folder.endswith("/")):
        return False
    if not folder.strip("./") and ".." not in folder:
        beside = normpath(join(dirname(naming), name))
        return beside != path and (beside == naming or exists(beside)) and not _MOVES.search(data)
    meant = [normpath(join(start, folder, name)) for start in (dirname(naming), ".")]
    return path not in meant and any(exists(one) for one in meant)
