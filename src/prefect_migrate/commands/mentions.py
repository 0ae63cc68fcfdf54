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
#: Commands without a group are also words of a sentence; with such an argument these aren't.
_DEPLOYS = frozenset({"deploy", "init"})
_ARGUMENT = re.compile(r"-|\S*\.(?:py|yaml|yml)\b|\S+:\w")
#: What may stand before a command that has its line for itself.
_PROMPT = re.compile(r"[ \t]*(?:#|::|REM\b|\([\w.-]+\)|PS\b[^>\n]*)?[ \t]*(?:[$>%!*+-]|\d+\.)?[ \t]*")
_WINDOW = 300


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
        quote, closing = _quoted(text, found.start(), start, line_end)
        if not _is_command(text, found.start(), position, closing, dialect):
            continue
        if command := _read(text, found.start(), closing, context, dialect):
            position = max(position, command.end)
            yield command._replace(enclosing=quote)


def _is_command(text: str, start: int, position: int, end: int, dialect: Dialect) -> bool:
    """Whether a sub-command follows that can't be a word of the sentence."""
    words = comment_blank(dialect).split(text[position : min(end, position + 120)].strip(" \t"))[:8]
    while words and words[0].startswith("--"):
        words = words[2 if words[0] == "--profile" else 1 :]
    plain = [word.rstrip("`'\".,;:)") for word in words]
    path = load_tree(2).leaf(plain) or load_tree(3).leaf(plain)
    if path is None or len(path) > 1:
        return path is not None
    argument = path[0] in _DEPLOYS and len(words) > 1 and _ARGUMENT.match(words[1]) is not None
    return argument or (words == list(path) and _starts_line_or_quote(text, start))


def _starts_line_or_quote(text: str, start: int) -> bool:
    before = text[max(0, start - _WINDOW) : start].splitlines()[-1:] or [""]
    return text[start - 1 : start] in ("`", "'", '"') or _PROMPT.fullmatch(before[0]) is not None


def _quoted(text: str, start: int, first: int, end: int) -> tuple[str, int]:
    """The quote that the mention stands in, and where the same one closes it."""
    if text.startswith("``", start - 2) and start - 2 >= first:  # of reStructuredText, and of Markdown with a backtick
        closing = text.find("``", start, end)
        return ("``", closing) if closing >= 0 else ("", end)
    begin = max(first, start - _WINDOW, text.rfind("\n", max(first, start - _WINDOW), start) + 1)
    before = text[begin:start]
    # an apostrophe may be one of the sentence, so it only counts right before the command
    open_quotes = [mark for mark in '`"' if before.count(mark) % 2] + ["'"] * before.endswith("'")
    quote = max(open_quotes, key=before.rfind, default="")
    closing = text.find(quote, start, end) if quote else -1
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
