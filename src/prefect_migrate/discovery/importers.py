"""Python files that do not say `prefect`, but import from one of the repository's own modules that does.

`from flows import etl` brings a flow, and `from compat import Deployment` a name of Prefect, into such a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

#: An import statement in a file's bytes, wherever it stands on its line: see `statements`.
_IMPORT = re.compile(
    rb"from[ \t]+\.*(?P<module>[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)|import[ \t]+(?P<plain>[^\n]*)"
)
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(rb"(?:^|,)\s*([\w.]+)")


#: So many modules are looked for by their names alone before anything is made of a file's imports.
_FEW = 20


def statements(data: bytes, pattern: re.Pattern[bytes] = _IMPORT) -> Iterator[re.Match[bytes]]:
    """The import statements in a file's bytes, or what another pattern finds first on a line.

    A pattern that begins with a word is found several times faster than one that begins with a line.
    """
    match = pattern.search(data)
    while match is not None:
        start = match.start()
        is_first = not data[data.rfind(b"\n", 0, start) + 1 : start].strip(b" \t")
        if is_first:
            yield match
        match = pattern.search(data, match.end() if is_first else start + 1)


def importing(others: Iterable[str], relevant: Iterable[str], read: Callable[[str], bytes]) -> list[str]:
    """Those of some files that import one of the relevant modules, or one another that does.

    They are read once more, where there are relevant ones at all: to remember the imports of thousands of files that
    have nothing to do with Prefect would cost more than all the rest of their scan.
    """
    found: list[str] = []
    waiting, new = list(others), list(relevant)
    while waiting and new:
        spellings = {spelling for path in new for spelling in _spellings(path)}
        stems = {spelling.rpartition(b".")[2] for spelling in spellings}
        is_importer = {path: _imports(read(path), stems, spellings) for path in waiting}
        new = [path for path in waiting if is_importer[path]]
        waiting = [path for path in waiting if not is_importer[path]]
        found += new
    return found


def _imports(data: bytes, stems: set[bytes], spellings: set[bytes]) -> bool:
    if b"import" not in data or (len(stems) <= _FEW and not any(stem in data for stem in stems)):
        return False
    return not spellings.isdisjoint(_imported(data))


def _imported(data: bytes) -> Iterator[bytes]:
    """Modules, and names that may be modules, as the import statements spell them, without leading dots."""
    for match in statements(data):
        if match["plain"] is not None:
            yield from _NAME.findall(match["plain"])
            continue
        module = match["module"]
        if module:
            yield module
        for name in _NAME.findall(_COMMENT.sub(b"", match["names"]).lstrip(b"(")):
            yield module + b"." + name if module else name


def _spellings(path: str) -> Iterator[bytes]:
    """Every dotted name that a module of this path may be imported by."""
    parts = path.removesuffix(".py").removesuffix("/__init__").encode("utf-8", "surrogateescape").split(b"/")
    for start in range(len(parts)):
        yield b".".join(parts[start:])
