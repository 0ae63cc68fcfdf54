"""Commands that are lists already: `CMD ["prefect", …]`, `args:` of a container, `subprocess.run([...])`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect_migrate.commands.lexer import Simple
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.reading import Reading
from prefect_migrate.commands.shell import in_order
from prefect_migrate.commands.templates import EXPRESSION
from prefect_migrate.commands.words import Part, Word

_EXPANSION = re.compile(rf"{EXPRESSION}|\$\([\w.-]+\)|\$\{{[^{{}}]*\}}|\$\w+")


def read_argv(words: Sequence[Word], text: str) -> list[Command]:
    """The invocation that a list of words is, or those in a script that it hands to a shell.

    `text` is what the words' places point into.
    """
    if not any("prefect" in word.text for word in words):
        return []
    return in_order(Reading(text, "argv").commands_of(Simple(words=list(words))), text, 0)


def list_word(value: str, start: int, raw: str | None = None, space: str = "") -> Word:
    """A word for `read_argv`: `raw` is the item as it is spelled, quotes included, and `value` what it says.

    Where `raw` has escapes, it is one piece: a value can't be told from its option by place.
    """
    raw = value if raw is None else raw
    end = start + len(raw)
    quote = raw[0] if raw[:1] in ("'", '"') and len(raw) > 1 else ""
    if value == raw:
        return Word(value, start, end, raw, _parts(value, start, ""), space)
    if quote and raw[1:-1] == value:
        return Word(value, start, end, raw, _parts(value, start + 1, quote), space)
    whole = tuple(part._replace(start=start, end=end) for part in _parts(value, start, quote))
    return Word(value, start, end, raw, whole, space, exact=False)


def _parts(value: str, start: int, quote: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    for found in [*_EXPANSION.finditer(value), None]:
        stop = found.start() if found else len(value)
        if stop > at:
            parts.append(Part(start + at, start + stop, value[at:stop], quote=quote))
        if found:
            # nothing splits an item of a list, so an expansion counts as quoted
            parts.append(Part(start + stop, start + found.end(), found.group(), True, quote or '"'))
            at = found.end()
    return tuple(parts)
