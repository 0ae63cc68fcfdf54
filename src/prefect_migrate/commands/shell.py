"""Find every invocation of the Prefect CLI in shell-like text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.grammars import grammar
from prefect_migrate.commands.lexer import Lexer
from prefect_migrate.commands.makefile import regions
from prefect_migrate.commands.mentions import read_mentions
from prefect_migrate.commands.model import Command, Dialect
from prefect_migrate.commands.reading import Reading, mentions_prefect

_RANK = {"command": 0, "variable": 1, "heredoc": 2, "text": 3, "comment": 4}


def read_commands(text: str, *, dialect: Dialect = "sh", base: int = 0) -> list[Command]:
    """All that is no comment, in the order of the text; `base` is added to every offset.

    What only stands in a string or a here-document says so by its `context`.
    """
    if not mentions_prefect(text):
        return []
    if dialect == "make":
        return in_order(_makefile(text), text, base)
    return in_order(Reading(text, dialect).commands(0, len(text)), text, base)


def read_comment_commands(text: str, *, dialect: Dialect = "sh", base: int = 0) -> list[Command]:
    """Those in comments, which nobody runs and somebody may read."""
    if not mentions_prefect(text):
        return []
    found: list[Command] = []
    for start, end in _comments(text, dialect):
        found += read_mentions(text, start, end, context="comment", dialect=dialect)
    return in_order(found, text, base)


def read_text_commands(text: str, *, dialect: Dialect = "sh", base: int = 0) -> list[Command]:
    """Those that prose mentions, such as a docstring or a paragraph of Markdown."""
    if not mentions_prefect(text):
        return []
    return in_order(read_mentions(text, dialect=dialect), text, base)


def read_decoded(decoded: Decoded, text: str, *, dialect: Dialect = "sh") -> list[Command]:
    """The commands in a string of some other syntax, by their places in `text`.

    For a JSON, YAML or Python string with escapes or folded lines, of which the reader knows what stands where.
    """
    return in_order(Reading(text, dialect).decoded(decoded, dialect), text, 0)


def _makefile(text: str) -> Iterator[Command]:
    for region in regions(text):
        yield from Reading(text, "make", variable=region.variable).commands(region.start, region.end)


def _comments(text: str, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """The comments; those on lines right below each other are one."""
    last: tuple[int, int] | None = None
    for start, end in _comment_spans(text, dialect):
        if last and not text[last[1] : start].strip() and text.count("\n", last[1], start) < 2:
            last = (last[0], end)
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


def _comment_spans(text: str, dialect: Dialect) -> Iterable[tuple[int, int]]:
    if dialect != "make":
        return Lexer(text, grammar(dialect)).read().comments
    return [
        span for start, end in _make_lines(text) for span in Lexer(text, grammar("make"), start, end).read().comments
    ]


def _make_lines(text: str) -> Iterator[tuple[int, int]]:
    """Recipe lines, and between them what make reads itself."""
    position = 0
    for region in regions(text):
        yield position, region.start
        yield region.start, region.end
        position = region.end
    yield position, len(text)


def in_order(commands: Iterable[Command], text: str, base: int) -> list[Command]:
    """In the order of the text, each place once: the reading that says most about it."""
    best: dict[int, Command] = {}
    for command in commands:
        known = best.get(command.start)
        if known is None or _RANK[command.context] < _RANK[known.context]:
            best[command.start] = command
    result, line, position = [], 1, 0
    for start in sorted(best):
        line += text.count("\n", position, start)
        position = start
        result.append(best[start]._replace(line=line).moved(base))
    return result
