"""Files that are commands from top to bottom, and such as are so in part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.commands.grammars import logical_line
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.shell import read_commands
from prefect_migrate.hosts.items import is_argv, item_words, read_words
from prefect_migrate.hosts.literals import JSON, read_literals
from prefect_migrate.hosts.masks import mask_template
from prefect_migrate.hosts.nodes import Listing, Table
from prefect_migrate.hosts.strings import doubtful, within

#: The indented lines below a recipe's name.
_RECIPE = re.compile(r"(?m)^[ \t]+\S[^\n]*(?:\n(?:[ \t]+[^\n]*)?)*")
#: What a line of YAML or the like starts with before the text that may run.
_PREFIX = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)*(?:[\w.\"'-]+[ \t]*[:=][ \t]+)?(?:[|>][-+]?[ \t]*$)?")
_LIST = re.compile(r"\[[^][{}]*\]")


def read_recipes(text: str) -> Iterator[Command]:
    """A justfile: each recipe for itself, so that a quote in one does not reach into another."""
    for recipe in _RECIPE.finditer(text):
        yield from read_commands(recipe.group(), base=recipe.start())


def read_lines(text: str) -> Iterator[Command]:
    """A text of which we don't know the syntax: each line without what may stand before a command, and lists."""
    for prefix in _PREFIX.finditer(text):
        line = text[prefix.end() : logical_line(text, prefix.end(), len(text), "sh")].rstrip()
        quote = line[:1] if line[:1] in ("'", '"') and line[-1:] == line[:1] and len(line) > 1 else ""
        start = prefix.end() + len(quote)
        for command in read_commands(line[1:-1] if quote else line, base=start):
            plain = command._replace(enclosing=command.enclosing + quote)
            yield from within([plain], "text") if doubtful(command) else [plain]
    yield from _lists(text)


def _lists(text: str) -> Iterator[Command]:
    shown = mask_template(text)
    for found in _LIST.finditer(shown):
        if "prefect" not in found.group():
            continue
        node = read_literals(shown, JSON, *found.span()).node
        listing = node.pairs[0][1] if isinstance(node, Table) and node.pairs else None
        if isinstance(listing, Listing) and is_argv(words := item_words(text, listing)):
            yield from read_words(text, words, listing.items)
