"""Find what takes the place of a name in a target, the most trustworthy evidence first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tools.reference.dumps import Dump
from tools.reference.universe import OldName, Status, is_incidental

Found = tuple[str, str]
_MOVED = re.compile(r"moved to ['`]([\w.:]+?)['`]")
#: Names that say nothing when only they are equal.
_VAGUE = frozenset(
    {"logger", "main", "get", "get_logger", "app", "router", "load", "run", "start", "serve", "name", "ls"}
)
_SERVER = re.compile(r"prefect\.(server|orion)[.:]")
#: Trees whose names mean something else than the same names elsewhere.
_UNRELATED = re.compile(r"prefect\.(cli|deprecated|packaging|experimental|testing)([.:]|$)|prefect\.orion\.serializers")


@dataclass(frozen=True, slots=True)
class Curated:
    """The hand-written part: `names` old -> [(new, evidence)], empty for nothing, and trees that moved (old, new)."""

    names: Mapping[str, Sequence[Found]]
    prefixes: Sequence[tuple[str, str]]

    def with_settings(self, settings: Mapping[str, str]) -> Curated:
        """The same with what the settings say: variable -> its name now."""
        new = {f"prefect.settings:{old}": [(f"prefect.settings:{new}", "setting")] for old, new in settings.items()}
        return Curated({**new, **self.names}, self.prefixes)


class Successors:
    """What one target offers in the place of the names of Prefect 2.  New names are `module:name`."""

    def __init__(self, dump: Dump, checked: Mapping[str, Status], curated: Curated) -> None:
        self.dump = dump
        self.checked = checked
        self.curated = curated

    def has(self, path: str) -> bool:
        """Whether the path can be used without a warning; members of classes count as the class."""
        if path in self.checked:
            return self.checked[path][0] == "ok"
        module, _, name = path.partition(":")
        if module.partition(".")[0] != next(iter(self.dump.modules)).partition(".")[0]:
            # Of another package, which only what is written by hand says.
            return True
        if not name:
            return module in self.dump.modules
        return f"{module}:{name.partition('.')[0]}" in self.dump.names or f"{module}.{name}" in self.dump.modules

    def of(self, old: OldName) -> Found | None:
        """(new path, kind of evidence), or None when nothing is known to take its place."""
        if any(self.curated.names.get(path or "") == [] for path in (old.path, old.definition)):
            return None
        for find in (self._curated, self._said, self._by_rule, self._same_object, self._same_name):
            found = find(old)
            if found is not None:
                return found
        return None

    def _curated(self, old: OldName) -> Found | None:
        for path in (old.path, old.definition):
            for new, evidence in self.curated.names.get(path or "", ()):
                if self.has(new):
                    return new, evidence
        return None

    def _said(self, old: OldName) -> Found | None:
        """The target's own warning names the new place."""
        _, *message = self.checked.get(old.path, ["", ""])
        match = _MOVED.search(message[0]) if message and message[0] else None
        if match is None:
            return None
        new = match.group(1)
        new = new if ":" in new or new in self.dump.modules else ":".join(new.rpartition(".")[::2])
        return (new, "prefect_says") if self.has(new) else None

    def _by_rule(self, old: OldName) -> Found | None:
        for before, after in self.curated.prefixes:
            module, colon, name = old.path.partition(":")
            if module == before or module.startswith(f"{before}."):
                new = f"{after}{module[len(before) :]}{colon}{name}"
                if self.has(new):
                    return new, "module_rule"
        return None

    def _same_object(self, old: OldName) -> Found | None:
        """Prefect 2 re-exported it from a place that the target still has."""
        if old.definition is None or old.definition == old.path:
            return None
        homes = [home for home in self.dump.homes.get(old.definition, ()) if self.has(home) and self._is_offered(home)]
        name = old.path.partition(":")[2]
        home = next((home for home in homes if home.endswith(f":{name}")), homes[0] if homes else None)
        return (home, "same_definition") if home else None

    def _is_offered(self, path: str) -> bool:
        """Whether a module has a name for others, and not only because it needs it itself."""
        return not is_incidental(self.dump, path, self.dump.names[path])

    def _same_name(self, old: OldName) -> Found | None:
        module, _, name = old.path.partition(":")
        if not name or name in _VAGUE or len(name) == 1 or _UNRELATED.match(module):
            return None
        candidates = [
            path
            for path, kind in self._definitions.get(name, ())
            if _alike(kind, old.kind)
            and bool(_SERVER.match(path)) == bool(_SERVER.match(module))
            and not _UNRELATED.match(path)
        ]
        if len(candidates) == 1:
            return candidates[0], "same_name_unique"
        near = [path for path in candidates if _subject(path) == _subject(module)]
        if not near:
            return None
        return max(near, key=lambda path: _closeness(module, path)), f"same_name_best_of_{len(candidates)}"

    @cached_property
    def _definitions(self) -> dict[str, list[tuple[str, str]]]:
        """Simple name -> where public modules define it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, row in self.dump.public():
            if ":" not in path or row["kind"] == "module" or not self.has(path):
                continue
            if row.get("at", path) == path and "from" not in row:
                found.setdefault(path.partition(":")[2], []).append((path, row["kind"]))
        return found


def _subject(path: str) -> str:
    """`client` of `prefect.client.schemas:State`."""
    return [*path.partition(":")[0].split("."), ""][1]


def _alike(kind: str, other: str) -> bool:
    return kind == other or {kind, other} <= {"class", "constant"}


def _closeness(module: str, path: str) -> tuple[int, int, int]:
    ours, theirs = module.split("."), path.partition(":")[0].split(".")
    return len(set(ours) & set(theirs)), -abs(len(ours) - len(theirs)), -len(path)
