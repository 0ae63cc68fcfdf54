from __future__ import annotations

import pytest

from prefect_migrate.commands.words import Word
from tests.commands.lines import only


def word(raw: str) -> Word:
    return only(f"prefect {raw}").words[1]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("etl", "etl"),
        ("'my etl'", "my etl"),
        ('"my etl"', "my etl"),
        (r"my\ etl", "my etl"),
        ("my' 'e\"t\"l", "my etl"),
        ("''", ""),
        ('""', ""),
        (r'"a \"b\" \\ \$c \d"', r'a "b" \ $c \d'),
        (r"'a \"b'", r"a \"b"),
        (r"$'a\tb\'c'", "a\tb'c"),
        ('$"locale"', "locale"),
        ("a\\\nb", "ab"),
        ('"a\\\nb"', "ab"),
        ("'a\\\nb'", "a\\\nb"),
        ("{a,b}", "{a,b}"),
        ("a#b", "a#b"),
        ("--x=1", "--x=1"),
        ("ü'ß é'", "üß é"),
    ],
)
def test_value_is_what_the_shell_makes_of_it(raw: str, value: str) -> None:
    assert word(raw).value == value
    assert word(raw).text == value
    assert word(raw).raw == raw


@pytest.mark.parametrize(
    "raw",
    [
        "$QUEUE",
        '"$QUEUE"',
        "pre-${QUEUE:-de fault}",
        "$(cat queue)",
        '"$(cat "my queue")"',
        "`cat queue`",
        "$((1 + 2))",
        "${{ inputs.queue }}",
        "'${{ inputs.queue }}'",
        "{{ queue }}",
        "'{{ queue | default(\"x\") }}'",
        "$[[ inputs.queue ]]",
        "$1",
        '"$@"',
        "<(cat queue)",
        "<queue-name>",
        r"$'\x41'",
    ],
)
def test_value_is_unknown_with_an_expansion(raw: str) -> None:
    assert word(raw).value is None
    assert word(raw).dynamic
    assert word(raw).raw == raw


def test_text_spells_expansions() -> None:
    assert word('"my-$QUEUE"').text == "my-$QUEUE"
    assert word("'a b'${X}").text == "a b${X}"


@pytest.mark.parametrize(
    ("raw", "splits"), [("$X", True), ("a$X", True), ('"$X"', False), ("$'a'", False), ("a", False)]
)
def test_unquoted_expansion_may_split(raw: str, splits: bool) -> None:
    assert word(raw).splits is splits


@pytest.mark.parametrize(("raw", "globs"), [("*.yaml", True), ("a[12]", True), ("'*.yaml'", False), ("a.yaml", False)])
def test_glob(raw: str, globs: bool) -> None:
    assert word(raw).globs is globs


@pytest.mark.parametrize(
    ("raw", "quote"), [("a", ""), ("'a'", "'"), ('"a"', '"'), ('"a"b', ""), ("''", "'"), ('""', '"'), ('"a$X"', '"')]
)
def test_quote_is_the_one_around_all(raw: str, quote: str) -> None:
    assert word(raw).quote == quote


@pytest.mark.parametrize(
    ("raw", "rest", "inside"),
    [
        ("--name=etl", "etl", ""),
        ("--name='my etl'", "'my etl'", ""),
        ('--name="my $X"', '"my $X"', ""),
        ('"--name=my etl"', "my etl", '"'),
        ("'--name=my etl'", "my etl", "'"),
        ('"--name="etl', "etl", ""),
        ("\"--name=\"'etl'", "'etl'", ""),
        ("--name=", "", ""),
        ('--name=""', '""', ""),
        ('"--name="', "", '"'),
        ("--name=a'b'", "a'b'", ""),
        ('"--name=$X"', "$X", '"'),
        ("--name=$X", "$X", ""),
        (r"--name=a\ b", r"a\ b", ""),
    ],
)
def test_after_finds_the_place_of_the_rest(raw: str, rest: str, inside: str) -> None:
    value = word(raw).after(len("--name="))
    assert value.raw == rest
    assert value.inside == inside
    assert value.exact
    assert value.end <= word(raw).end
    assert f"prefect {raw}"[value.start : value.end] == rest


def test_after_keeps_what_is_dynamic() -> None:
    value = word('--name="a-$X"').after(7)
    assert value.text == "a-$X"
    assert value.value is None


@pytest.mark.parametrize("raw", ['"--name=a"b', "\"--name=a\"'b'", r'"--name=\"a"'])
def test_after_is_one_piece_without_a_place(raw: str) -> None:
    whole = word(raw)
    value = whole.after(len("--name="))
    if raw.startswith(r'"--name=\"'):
        assert value.exact
        return
    assert not value.exact
    assert value.raw == whole.raw
    assert value.text == whole.text.removeprefix("--name=")


def test_after_of_one_piece_stays_one() -> None:
    piece = word('"--name=a"b').after(3)
    assert not piece.after(2).exact


def test_after_a_part_of_an_expansion_has_no_place() -> None:
    assert not word("$QUEUE").after(1).exact


def test_after_twice_stays_inside() -> None:
    value = word('"--param=a=$X"').after(8).after(2)
    assert (value.raw, value.inside, value.exact) == ("$X", '"', True)


def test_quote_of_what_stands_inside() -> None:
    assert word('"--name=etl"').after(7).quote == '"'


def test_after_nothing_is_the_word() -> None:
    assert word("'a b'").after(0)[:4] == word("'a b'")[:4]


def test_moved() -> None:
    moved = word("'a'$X").moved(5)
    assert (moved.start, moved.end) == (13, 18)
    assert [(part.start, part.end) for part in moved.parts] == [(14, 15), (16, 18)]
