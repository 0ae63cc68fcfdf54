"""Commands that a text mentions: in prose, comments, transcripts and strings that nothing runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.grammars import comment_blank, grammar, logical_line
from prefect_migrate.commands.lexer import Lexer
from prefect_migrate.commands.model import Command, Context, Dialect
from prefect_migrate.commands.operators import redirect
from prefect_migrate.commands.tree import load_tree

_MENTION = re.compile(r"(?<![\w.@%+/$~{}-])(?:[\w.~${}-]*/)*prefect(?:\.exe)?(?=[ \t]+[\w$-])")
#: `prefect version` and the like are also words of a sentence.
_SINGLE = frozenset({"deploy", "init"})
_ARGUMENT = re.compile(r"-|\S*\.(?:py|yaml|yml)\b|\S+:\w")


def read_mentions(
    text: str, start: int = 0, end: int | None = None, *, context: Context = "text", dialect: Dialect = "sh"
) -> Iterator[Command]:
    """The commands in `text[start:end]`, each from the word `prefect` to the end of its line or of its quotes."""
    end = len(text) if end is None else end
    line_end = position = start
    while found := _MENTION.search(text, position, end):
        position = found.end()
        if position > line_end:
            line_end = logical_line(text, position, end, dialect)
        if not _is_command(text, found.start(), position, line_end):
            continue
        quote, closing = _quoted(text, found.start(), start, line_end)
        if command := _read(text, found.start(), closing, context, dialect):
            position = max(position, command.end)
            yield command._replace(enclosing=quote)


def _is_command(text: str, start: int, position: int, end: int) -> bool:
    """Whether a sub-command follows that can't be a word of the sentence."""
    words = text[position : min(end, position + 120)].split()
    while words and words[0].startswith("--"):
        words = words[2 if words[0] == "--profile" else 1 :]
    words = [word.rstrip("`'\".,;:)") for word in words[:4]]
    path = load_tree(2).leaf(words) or load_tree(3).leaf(words)
    if path is None:
        return False
    return len(path) > 1 or (path[0] in _SINGLE and _looks_deliberate(text, start, words[1:]))


def _looks_deliberate(text: str, start: int, rest: list[str]) -> bool:
    before = text[max(0, start - 1) : start]
    return before in ("`", "'", '"') or bool(rest and _ARGUMENT.match(rest[0]))


def _quoted(text: str, start: int, first: int, end: int) -> tuple[str, int]:
    """The quote right before the mention, and where the same one closes it."""
    quote = text[start - 1] if start > first else ""
    closing = text.find(quote, start, end) if quote in ("`", "'", '"') and quote else -1
    return (quote, closing) if closing >= 0 else ("", end)


def _read(text: str, start: int, end: int, context: Context, dialect: Dialect) -> Command | None:
    chosen = grammar(dialect)._replace(operate=_stop)
    if context == "comment":
        chosen = chosen._replace(blank=comment_blank(dialect))
    lexer = Lexer(text, chosen, start, end)
    lexer.read_list("")
    simple = next((simple for simple in lexer.simples if simple.words and simple.words[0].start == start), None)
    if simple is None:
        return None
    span = start, simple.end
    return Command(tuple(simple.words), context=context, dialect=dialect, after=simple.after, statement=span)


def _stop(lexer: Lexer, operator: str) -> bool:
    if "<" in operator or ">" in operator:
        redirect(lexer, operator)
        return False
    lexer.finish(operator)
    return True
