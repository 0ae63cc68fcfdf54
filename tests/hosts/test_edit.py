"""Edits of lists and lines, and when there is none."""

from __future__ import annotations

import pytest

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import parse
from prefect_migrate.commands.tree import load_tree
from prefect_migrate.hosts.checks import still_loads
from prefect_migrate.hosts.edit import (
    CannotQuote,
    NotEditable,
    delete_option,
    delete_words,
    insert_words,
    replace_word,
    spell,
)
from tests.hosts.helpers import commands_in


def only(path: str, text: str) -> Command:
    (command,) = commands_in(path, text)
    return command


def test_a_word_goes_with_what_divides_it() -> None:
    text = "run: [prefect, agent, start, --run-once, -q, x]  # c\n"
    command = only("a.yaml", text)
    assert apply_edits(text, delete_words(command, 3, 4)) == "run: [prefect, agent, start, -q, x]  # c\n"
    assert apply_edits(text, delete_words(command, 4, 6)) == "run: [prefect, agent, start, --run-once]  # c\n"


def test_the_first_item_of_the_second_list_goes() -> None:
    text = "command: [prefect, agent, start]\nargs:\n- --hide-welcome\n- -q\n- x\n"
    command = only("a.yaml", text)
    assert apply_edits(text, delete_words(command, 3, 4)) == "command: [prefect, agent, start]\nargs:\n- -q\n- x\n"


@pytest.mark.parametrize(
    ("text", "first", "stop"),
    [
        ("command: [prefect, agent, start]\nargs: [--hide-welcome]\n", 3, 4),
        ("run:\n- prefect\n- agent\n- start\n# why\n- -q  # which\n- x\n", 3, 5),
        ("run:\n- prefect\n- agent\n- start\n# why\n- --hide-welcome\n# last\n- x\n", 3, 4),
    ],
)
def test_no_comment_and_no_list_goes_with_a_word(text: str, first: int, stop: int) -> None:
    with pytest.raises(NotEditable):
        delete_words(only("a.yaml", text), first, stop)


def test_a_comment_between_words_of_a_line_stays() -> None:
    text = "FROM x\nCMD prefect agent start \\\n  # why\n  --hide-welcome \\\n  -q x\n"
    with pytest.raises(NotEditable):
        delete_words(only("Dockerfile", text), 3, 4)


def test_a_list_of_one_item_shows_no_style() -> None:
    command = only("a.yaml", "entrypoint: [prefect]\ncommand: agent start\n")
    assert command.dialect == "sh"
    lone = Command(command.words[:1], dialect="argv")
    with pytest.raises(NotEditable):
        insert_words(lone, 1, ["x"])
    assert insert_words(lone, 1, []) == []


def test_words_that_stand_elsewhere() -> None:
    command = only("a.yaml", "image: prefect\nargs: [agent, start]\n")
    with pytest.raises(NotEditable):
        replace_word(command, 0, "other")
    text = "image: prefect\ncommand: agent start\n"
    command = only("a.yaml", text)
    edits = insert_words(command, 1, ["--no-prompt"])
    assert apply_edits(text, edits) == "image: prefect\ncommand: --no-prompt agent start\n"


def test_an_option_is_an_item_or_two() -> None:
    text = '{"command": ["prefect", "agent", "start", "--limit", "3", "-q", "x"]}'
    command = only("task.json", text)
    parsed = parse(command, load_tree(2))
    limit = parsed.last("--limit")
    assert limit is not None
    assert apply_edits(text, delete_option(command, limit)) == text.replace('"--limit", "3", ', "")


@pytest.mark.parametrize(
    ("path", "text", "value", "spelled"),
    [
        ("a.yaml", "run: [prefect, agent, start]", "a-b", "a-b"),
        ("a.yaml", "run: [prefect, agent, start]", "5", "'5'"),
        ("a.yaml", "run: [prefect, agent, start]", "no", "'no'"),
        ("a.yaml", "run: ['prefect', \"agent\", start]", "a b", "'a b'"),
        ("task.json", '{"command": ["prefect", "agent", "start"]}', "a b", '"a b"'),
        ("a.yaml", "run: prefect agent start", "a b", "'a b'"),
        ("a.yaml", "run: 'prefect agent start'", "a b", '"a b"'),
        ("a.tf", 'x = "prefect agent start"', "a b", "'a b'"),
    ],
)
def test_a_value_is_spelled_as_its_neighbours(path: str, text: str, value: str, spelled: str) -> None:
    assert spell(only(path, text + "\n"), value) == spelled


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("a.yaml", "run: [prefect, agent, start]", "a$b"),
        ("a.yaml", "run: prefect agent start", "a: b"),
        ("a.yaml", "run: prefect agent start", "a #b"),
        ("a.yaml", 'run: "prefect agent start"', 'a"b'),
        ("a.tf", 'x = "prefect agent start"', "${b}"),
        ("package.json", '{"start": "prefect agent start"}', "a\\b"),
    ],
)
def test_a_value_that_can_not_be_spelled(path: str, text: str, value: str) -> None:
    with pytest.raises(CannotQuote):
        spell(only(path, text + "\n"), value)


@pytest.mark.parametrize(
    ("kind", "before", "after", "loads"),
    [
        ("yaml", "a: 1\nb: [x]\n", "a: 1\nb: [x, y]\n", True),
        ("yaml", "a: 1\n", "a: 1: 2\n", False),
        ("yaml", "a: b c\n", "a: b\nc: d\n", False),
        ("yaml", "a: [\n", "a: [1\n", True),
        ("json", '{"a": 1}', '{"a": 1,}', False),
        ("json", '{"a": ["x"]}', '{"a": ["x", "y"]}', True),
        ("json", '{"a": 1 // c\n}', "{", True),
        ("shell", "a", "'", True),
    ],
)
def test_the_file_says_the_same(kind: str, before: str, after: str, loads: bool) -> None:
    assert still_loads(kind, before, after) is loads
