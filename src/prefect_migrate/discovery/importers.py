"""Python files that do not say `prefect`, but import from one of the repository's own modules that does.

`from flows import etl` brings a flow, and `from compat import Deployment` a name of Prefect, into such a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+\.*(?P<module>[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)"
    rb"|import[ \t]+(?P<plain>[^\n]*))",
    re.MULTILINE,
)
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(rb"(?:^|,)\s*([\w.]+)")


class Importers:
    """The files that were passed over, by what they import."""

    def __init__(self) -> None:
        self._imports: dict[str, frozenset[bytes]] = {}

    def note(self, path: str, data: bytes) -> None:
        """Remember what a file that does not say `prefect` imports."""
        if b"import" in data:
            self._imports[path] = frozenset(_imported(data))

    def of(self, relevant: Iterable[str]) -> list[str]:
        """The noted files that import one of some modules, or one another that does."""
        found: list[str] = []
        spellings = {spelling for path in relevant for spelling in _spellings(path)}
        while True:
            more = [path for path, imported in self._imports.items() if not spellings.isdisjoint(imported)]
            if not more:
                return found
            found += more
            for path in more:
                del self._imports[path]
                spellings.update(_spellings(path))


def _imported(data: bytes) -> Iterator[bytes]:
    """Modules, and names that may be modules, as the import statements spell them, without leading dots."""
    for match in _IMPORT.finditer(data):
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
