"""Find the class or callable of a target that goes on from one of Prefect 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.reference.dumps import Dump, Row, is_public
from tools.reference.successors import Successors
from tools.reference.universe import OldName

#: The server's own code, less its models, and the commands' functions are not what flow code uses.
OUTSIDE = re.compile(
    r"prefect\.((server|orion)(?!\.(utilities\.)?schemas[.:])([.:]|$)|(cli|deprecated|packaging)([.:]|$)|settings:Settings)"
)


def is_inside(path: str) -> bool:
    return is_public(path.removesuffix(".__call__")) and not OUTSIDE.match(path)


class Matcher:
    """Matches definitions of Prefect 2 with those of one target."""

    def __init__(self, target: Successors, names: Mapping[str, OldName]) -> None:
        self.target = target
        self.names = names
        self._definitions: dict[str, str | None] = {}
        self._callables = dict(target.dump.callables())

    @property
    def dump(self) -> Dump:
        return self.target.dump

    def definition(self, path: str) -> str | None:
        """The target's definition of what Prefect 2 defined at `module:name`."""
        if path not in self._definitions:
            self._definitions[path] = self._find(path)
        return self._definitions[path]

    def _find(self, path: str) -> str | None:
        if path in self.dump.classes or path in self.dump.functions:
            return path
        found = self.dump.definition(path)
        if found is None and path in self.names:
            new = self.target.of(self.names[path])
            if new is not None and not new[1].startswith("same_name_best"):
                found = self.dump.definition(new[0])
        return found

    def cls(self, path: str) -> str | None:
        found = self.definition(path)
        return found if found in self.dump.classes else None

    def callable(self, path: str) -> tuple[str, Row] | None:
        """(the target's path, its row) for a function, a method or a class as its constructor."""
        module, _, name = path.partition(":")
        owner, _, method = name.rpartition(".")
        if not owner or path in self.dump.classes:
            found = self.definition(path)
            row = self._callables.get(found or "")
            return (found, row) if found and row else None
        cls = self.cls(f"{module}:{owner}")
        member = self.dump.members(cls).get(method) if cls else None
        if member is None or "signature" not in member:
            return None
        return f"{member['owner']}.{method}", member


def old_classes(dumps: Sequence[Dump]) -> Iterator[str]:
    """Every public class of the samples of Prefect 2 that flow code may use."""
    paths = {path for dump in dumps for path in dump.classes}
    yield from sorted(path for path in paths if is_inside(path) or path == "prefect.settings:Settings")
