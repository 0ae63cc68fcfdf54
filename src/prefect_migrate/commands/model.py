"""An invocation of the Prefect CLI, as it stands in a text."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from prefect_migrate.commands.words import Word

Dialect = Literal["sh", "make", "bat", "powershell", "argv"]
"""Which rules of quoting hold; `argv` is a list that no shell reads."""
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

Context = Literal["command", "variable", "heredoc", "text", "comment"]
"""It runs; it is a variable's value; it is in a file that a script writes; a string or prose mentions it; a comment."""


class Command(NamedTuple):
    """`words[0]` is what is called, such as `prefect` or `.venv/bin/prefect`; redirections are no words."""

    words: tuple[Word, ...]
    #: What runs it: `poetry run`, `python -m`, `docker compose exec worker`, `sh -c`.
    wrapper: tuple[Word, ...] = ()
    #: `NAME=value` before it.
    assignments: tuple[Word, ...] = ()
    context: Context = "command"
    dialect: Dialect = "sh"
    #: False if words can't be replaced one by one, because the command stands in a string that has escapes there.
    editable: bool = True
    #: The quotes that the command stands in, innermost first; `<` is a here-document in which `$` has a meaning.
    enclosing: str = ""
    #: The operators around it: `&&`, `|`, a newline, …
    before: str = ""
    after: str = ""
    #: The whole statement, from the first assignment or wrapper to the last redirection; the lines of a here-document
    #: that it reads come after it.
    statement: tuple[int, int] = (0, 0)
    #: 1-based, in the text that was read.
    line: int = 1

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def dynamic(self) -> bool:
        """Whether some word is only known when it runs."""
        return any(word.dynamic for word in self.words)

    def moved(self, offset: int) -> Command:
        """The same command in a text where it starts `offset` later."""
        if not offset:
            return self
        return self._replace(
            words=tuple(word.moved(offset) for word in self.words),
            wrapper=tuple(word.moved(offset) for word in self.wrapper),
            assignments=tuple(word.moved(offset) for word in self.assignments),
            statement=(self.statement[0] + offset, self.statement[1] + offset),
        )
