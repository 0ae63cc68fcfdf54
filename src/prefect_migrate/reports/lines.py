"""Lines for people: coloured on a terminal, plain where they are piped."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

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
            text = "".join(part if isinstance(part, str) else part[0] for part in parts)
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
            return
        from rich.text import Text

        self._console.print(Text.assemble(*parts))


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, stderr=stderr)
