"""Reader: which files of the repository import from which others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from weakref import WeakKeyDictionary

from prefect_migrate.discovery.importers import statements
from prefect_migrate.project import Project
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import Definition, resolve

_WORD = re.compile(rb"\w+")
#: Per project: a word in an import statement -> the files that have it there.
_WORDS: WeakKeyDictionary[Project, dict[str, list[str]]] = WeakKeyDictionary()
#: Per project: a path -> the files that may import from it.
_IMPORTERS: WeakKeyDictionary[Project, dict[str, list[str]]] = WeakKeyDictionary()
_STAR = re.compile(rb"import[\s\\]*\*")


def importers(project: Project, file: PythonFile) -> list[str]:
    """The files that may import from a file, directly or through another one's re-exports."""
    known = _IMPORTERS.setdefault(project, {})
    if file.path not in known:
        found = {file.path}
        waiting = [file.path]
        while waiting:
            more = [path for path in _naming(project, waiting.pop()) if path not in found]
            found.update(more)
            waiting += more
        known[file.path] = sorted(found - {file.path})
    return known[file.path]


def imported_uses(project: Project, file: PythonFile, name: str) -> Iterator[tuple[PythonFile, ast.expr]]:
    """The reads of a module's name in other files of the repository."""
    for path in importers(project, file):
        if name.encode() not in (project.read(path) or b""):
            continue
        other = project.python(path)
        if other is None:
            continue
        for node in (*other.of_type(ast.Name), *other.of_type(ast.Attribute)):
            if _last_name(node) == name:
                found = resolve(project, other, node)
                if isinstance(found, Definition) and found.file is file and found.binding.name == name:
                    yield other, node


def is_imported(project: Project, path: str) -> bool:
    """Whether another file of the repository imports this one, or something from it."""
    for other_path in _naming(project, path):
        other = project.python(other_path) if other_path != path else None
        for binding in other.scopes.import_bindings() if other is not None else ():
            target = binding.target or ""
            if path in (project.module_path(name, other_path) for name in (target, target.rpartition(".")[0]) if name):
                return True
    return False


def is_imported_elsewhere(project: Project, file: PythonFile, name: str) -> bool:
    """Whether another file of the repository takes this name from this file, or all names."""
    others = importers(project, file)
    if any(_takes(project, path, file, name) for path in others):
        return True
    member = re.compile(rb"\.[\s\\]*" + re.escape(name.encode()) + rb"\b")
    may = (path for path in others if member.search(project.read(path) or b""))
    return any(_reads_member(project, path, file, name) for path in may)


def _reads_member(project: Project, path: str, file: PythonFile, name: str) -> bool:
    """Whether a file reads the name from the module itself: `import pkg.blocks`, then `pkg.blocks.S3`."""
    other = project.python(path)
    nodes = other.of_type(ast.Attribute) if other is not None else ()
    modules = (other.meaning(node.value) for node in nodes if node.attr == name and other is not None)
    return any(module is not None and project.module_path(module.name, path) == file.path for module in modules)


class _Taken(NamedTuple):
    """What a file imports from others of the repository: (path, name), and the paths of which it takes all names."""

    names: frozenset[tuple[str, str]]
    stars: frozenset[str]


#: Per project: a path -> (generation of the project's files, what it takes).
_TAKEN: WeakKeyDictionary[Project, dict[str, tuple[int, _Taken]]] = WeakKeyDictionary()


def _takes(project: Project, path: str, file: PythonFile, name: str) -> bool:
    """Whether a file imports the name, or all names; only one whose bytes say either is parsed."""
    data = project.read(path) or b""
    if name.encode() not in data and _STAR.search(data) is None:
        return False
    known = _TAKEN.setdefault(project, {})
    if path not in known or known[path][0] != project.generation:
        known[path] = project.generation, _taken(project, path)
    taken = known[path][1]
    if (file.path, name) in taken.names:
        return True
    # Of all names, a file takes those that it says itself, or that others may take from it.
    return file.path in taken.stars and (_says(data, name) or _is_followed(project, path))


def _says(data: bytes, name: str) -> bool:
    return re.search(rb"(?<!\w)" + re.escape(name.encode()) + rb"(?!\w)", data) is not None


def _is_followed(project: Project, path: str) -> bool:
    other = project.python(path)
    return other is not None and bool(importers(project, other))


def _taken(project: Project, path: str) -> _Taken:
    other = project.python(path)
    if other is None:
        return _Taken(frozenset(), frozenset())
    targets = {binding.target or "" for binding in other.scopes.import_bindings()}
    pairs = ((project.module_path(module, path), name) for module, _, name in (one.rpartition(".") for one in targets))
    stars = (project.module_path(module, path) for module in other.scopes.module.stars)
    return _Taken(
        frozenset((origin, name) for origin, name in pairs if origin is not None),
        frozenset(origin for origin in stars if origin is not None),
    )


def _last_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def _naming(project: Project, path: str) -> list[str]:
    """The files whose import statements have a word that a module goes by."""
    pure = PurePosixPath(path)
    word = pure.parent.name if pure.name == "__init__.py" else pure.stem
    if project not in _WORDS:
        _WORDS[project] = _index(project)
    return _WORDS[project].get(word, [])


def _index(project: Project) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for path in sorted(project.python_paths):
        data = project.read(path) or b""
        found = {word for match in statements(data) for word in _WORD.findall(b" ".join(filter(None, match.groups())))}
        for word in found:
            words.setdefault(word.decode("utf-8", "replace"), []).append(path)
    return words
