"""Find the commands in a tree of tables, lists and strings, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prefect_migrate.commands import programs
from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.commands.model import Command, Dialect
from prefect_migrate.commands.words import Word
from prefect_migrate.hosts.items import flat_items, is_argv, is_flat, item_words, read_words, virtual_prefect
from prefect_migrate.hosts.keys import PAIRS, PROSE, folded, runs
from prefect_migrate.hosts.nodes import Listing, Node, Scalar, Table
from prefect_migrate.hosts.strings import doubtful, is_command, read_string, within


def read_nodes(text: str, nodes: Iterable[Node]) -> Iterator[Command]:
    """All commands below some nodes."""
    for node in nodes:
        yield from _visit(text, node, "")


def _visit(text: str, node: Node, key: str) -> Iterator[Command]:
    if isinstance(node, Scalar):
        yield from _string(text, node, key)
    elif isinstance(node, Listing):
        yield from _listing(text, node, key)
    elif isinstance(node, Table):
        yield from _table(text, node)
    else:
        for child in node.children:
            yield from _visit(text, child, key)


def _string(text: str, node: Scalar, key: str) -> Iterator[Command]:
    if "refect" not in text[node.start : node.end].lower():
        return
    decoded = node.decode()
    if decoded is None:
        return
    for command in read_string(text, _without_end(decoded), enclosing=node.enclosing):
        if key in PROSE or doubtful(command):
            yield from within([command], "text")
        elif is_command(command, runs(key)):
            yield command


def _without_end(decoded: Decoded) -> Decoded:
    value = decoded.value.rstrip("\n")
    return Decoded(value, decoded.spans[: len(value)])


def _listing(text: str, node: Listing, key: str) -> Iterator[Command]:
    words = item_words(text, node) if is_flat(node) else []
    if not is_argv(words):
        for item in node.items:
            yield from _visit(text, item, key)
        return
    for command in read_words(text, words, node.items):
        if is_command(command, runs(key)):
            yield _settled(command)


def _settled(command: Command) -> Command:
    """Not to be edited where a template decides which items there are."""
    chosen = any(mark in word.space for word in command.words for mark in ("{{", "{%", "%{"))
    return command._replace(editable=False) if chosen else command


def _table(text: str, node: Table) -> Iterator[Command]:
    pairs = [(folded(key), value) for key, value in node.pairs]
    values = dict(pairs)
    used: set[str] = set()
    for head, tail in PAIRS:
        if tail in values and tail not in used and (combined := list(_combined(text, node, values, head, tail))):
            used |= {head, tail}
            yield from combined
    for key, value in pairs:
        if key not in used:
            yield from _visit(text, value, key)


def _combined(text: str, node: Table, values: dict[str, Node], head: str, tail: str) -> Iterator[Command]:
    """What a program and its arguments are together; nothing if the arguments are a command by themselves."""
    rest = _words(text, values[tail])
    complete = [tail, head] if isinstance(values.get(head), Scalar) else [tail]
    if not rest or any(any(_visit(text, values[key], key)) for key in complete):
        return
    first = _words(text, values[head]) if head in values else []
    if head in values and not first:
        return
    dialect: Dialect = "argv" if isinstance(values[tail], Listing) else "sh"
    if not first and "refect" in text[node.start : node.end].lower():
        first = [virtual_prefect(rest)]
    elif first and first[-1].end > rest[0].start:
        first = [virtual_prefect(rest)] if programs.is_prefect(first[-1]) else []
    nodes = [*(flat_items(values[head]) if head in values else first), *flat_items(values[tail])]
    if not first:
        return
    for command in read_words(text, [*first, *rest], nodes if len(nodes) == len(first) + len(rest) else []):
        if is_command(command):
            yield _settled(command)._replace(dialect=dialect)


def _words(text: str, node: Node) -> Sequence[Word]:
    if isinstance(node, Listing):
        return item_words(text, node) if is_flat(node) else []
    return _split(text, node) if isinstance(node, Scalar) else []


def _split(text: str, node: Scalar) -> Sequence[Word]:
    """The words of a string that no shell reads, if it is one line."""
    decoded = node.decode()
    if decoded is None or "\n" in decoded.value.strip() or not decoded.value.strip():
        return []
    probe = read_string(text, Decoded(f"prefect {decoded.value}", [(node.start, node.start)] * 8 + [*decoded.spans]))
    words = probe[0].words[1:] if len(probe) == 1 else ()
    return [words[0]._replace(space=""), *words[1:]] if words else []
