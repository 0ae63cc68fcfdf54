"""Which of the repository's Python files an import most likely names."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cached_property


class Modules:
    """The modules that some Python files are; made anew when a file goes."""

    def __init__(self, paths: AbstractSet[str]) -> None:
        self._paths = paths
        self._known: dict[tuple[str, str, str], str | None] = {}

    def path(self, module: str, importer: str) -> str | None:
        """The file that `import module` in `importer` most likely names.

        Python looks beside the script first, then where the project's packages start; both are tried, then any
        single file whose path ends like the module.
        """
        key = (module, importer.rpartition("/")[0], importer)
        if key not in self._known:
            self._known[key] = self._find(module, key[1], importer)
        return self._known[key]

    def may_hold(self, top: str) -> bool:
        """Whether some folder or Python file has the name that a dotted module begins with."""
        return top in self._words

    def _find(self, module: str, beside: str, importer: str) -> str | None:
        relative = module.replace(".", "/")
        if relative.rpartition("/")[2] not in self._by_name:
            return None
        for base in dict.fromkeys((f"{beside}/" if beside else "", "", "src/")):
            for candidate in (f"{base}{relative}.py", f"{base}{relative}/__init__.py"):
                if candidate in self._paths and candidate != importer:
                    return candidate
        if "." not in module:
            return None
        endings = (f"/{relative}.py", f"/{relative}/__init__.py")
        matches = [path for path in self._by_name[relative.rpartition("/")[2]] if path.endswith(endings)]
        return matches[0] if len(matches) == 1 else None

    @cached_property
    def _words(self) -> frozenset[str]:
        """The names of folders and Python files, the suffixes left out."""
        return frozenset(word for path in self._paths for word in path.rpartition(".")[0].split("/"))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Last part of a module's name -> the files that may be it."""
        found: dict[str, list[str]] = {}
        for path in self._paths:
            folder, _, name = path.rpartition("/")
            stem = folder.rpartition("/")[2] if name == "__init__.py" else name.rpartition(".")[0]
            found.setdefault(stem, []).append(path)
        return found
