"""Commands that are lists: one word an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prefect_migrate.commands import programs
from prefect_migrate.commands.argv import list_word
from prefect_migrate.commands.decoded import Decoded, decode_parts
from prefect_migrate.commands.lexer import Simple
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.reading import Reading
from prefect_migrate.commands.scripts import find_scripts
from prefect_migrate.commands.words import Part, Word
from prefect_migrate.hosts.nodes import Expression, Listing, Node, Scalar, Table
from prefect_migrate.hosts.strings import read_string

#: What compose wants before the words of a health check that no shell runs.
_HEALTH_CHECK = "CMD"


def is_flat(listing: Listing) -> bool:
    return not any(isinstance(item, (Listing, Table)) for item in listing.items)


def item_words(text: str, listing: Listing) -> list[Word]:
    """The items as words; the `space` of each is all that divides it from the item before."""
    words, before = [], listing.start
    for number, item in enumerate(listing.items):
        words.append(_word(text, item, text[before : item.start] if number else ""))
        before = item.end
    return words


def _word(text: str, item: Node, space: str) -> Word:
    decoded = item.decode() if isinstance(item, Scalar) else None
    raw = text[item.start : item.end]
    if decoded is None:
        return Word(raw, item.start, item.end, raw, (Part(item.start, item.end, raw, True, '"'),), space)
    if decoded.value in (raw, raw[1:-1]):
        return list_word(decoded.value, item.start, raw, space)
    parts = tuple(_outer(part, decoded) for part in list_word(decoded.value, 0).parts)
    return Word(decoded.value, item.start, item.end, raw, parts, space, exact=False)


def _outer(part: Part, decoded: Decoded) -> Part:
    return part._replace(start=decoded.spans[part.start][0], end=decoded.spans[part.end - 1][1], quote='"')


def read_words(text: str, words: Sequence[Word], scalars: Sequence[Node]) -> Iterator[Command]:
    """The invocation that a list of words is, or those in a script that it hands to a shell.

    `scalars` are the items, which tell more about a script than its word does; where they are no match for the words,
    as in the parts of one string, what a script holds is found but not edited.
    """
    scripts = {script.at: script for script in find_scripts(words, "argv")}
    alone = [word for at, word in enumerate(words) if at not in scripts and (at or word.text != _HEALTH_CHECK)]
    if any("prefect" in word.text for word in alone):
        # not `read_argv`, which counts the lines of the text before each list
        yield from Reading(text, "argv").commands_of(Simple(words=alone))
    for at, script in scripts.items():
        if at >= len(scalars):
            for command in read_string(text, decode_parts(script.word.parts), dialect=script.dialect):
                yield command._replace(wrapper=(*words[:at], *command.wrapper), editable=False)
            continue
        item = scalars[at]
        decoded = item.decode() if isinstance(item, Scalar) else None
        if decoded is None:
            continue
        # behind the `=` of `--command=…`
        skipped = len(decoded.value) - len(script.word.text)
        inner = Decoded(decoded.value[skipped:], decoded.spans[skipped:])
        enclosing = item.enclosing if isinstance(item, Scalar) else ""
        for command in read_string(text, inner, dialect=script.dialect, enclosing=enclosing):
            yield command._replace(wrapper=(*words[:at], *command.wrapper))


def is_argv(words: Sequence[Word]) -> bool:
    """Whether each item is one word of a command, not a command itself."""
    if not words or any("\n" in word.text.strip() for word in words[:1]):
        return False
    if programs.program(words[0]).lower() in programs.known().shells | programs.known().powershells:
        return True
    return any(programs.is_prefect(word) and not set(word.text) & set(" \n") for word in words)


def virtual_prefect(words: Sequence[Word]) -> Word:
    """The word `prefect` that stands elsewhere: in an image's entrypoint, or in another key."""
    at = words[0].start
    return Word("prefect", at, at, "", (Part(at, at, "prefect"),), exact=False)


def flat_items(node: Node) -> list[Node]:
    """The words that a node has one by one: those of a list, or the one that it is."""
    if isinstance(node, Listing):
        return list(node.items) if is_flat(node) else []
    return [] if isinstance(node, (Table, Expression)) else [node]
