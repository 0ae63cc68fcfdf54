"""Lines for people: coloured on a terminal, plain where they are piped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

#: A piece of a line with its style (`bold`, `red`), or plain text.
Part = str | tuple[str, str]


class Lines:
    """Where a report goes.  rich is only imported for a terminal: it costs more than a small scan."""

    def __init__(self, *, stderr: bool = False) -> None:
        self._stream: TextIO = sys.stderr if stderr else sys.stdout
        #: Everything printed, for whoever prints it again.
        self.kept: list[tuple[Part, ...]] = []
        self._console = _console(stderr=stderr) if self._stream.isatty() else None

    def print(self, *parts: Part) -> None:
        """One line, never wrapped."""
        self.kept.append(parts)
        if self._console is None:
            self._write("".join(part if isinstance(part, str) else part[0] for part in parts))
            return
        from rich.text import Text

        self._console.print(Text.assemble(*parts))

    def print_all(self, lines: Iterable[Sequence[Any]]) -> None:
        """What another time was kept, a part with its style as a list of both; at once where nothing has a style."""
        if self._console is None:
            texts = ["".join(part if part.__class__ is str else part[0] for part in parts) for parts in lines]
            if texts:
                self._write("\n".join(texts))
            return
        for parts in lines:
            self.print(*(part if isinstance(part, str) else (part[0], part[1]) for part in parts))

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, stderr=stderr)
