from __future__ import annotations

import random
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.commands.argv import list_word, read_argv
from prefect_migrate.commands.edit import (
    NotEditable,
    append_words,
    delete_option,
    delete_words,
    insert_words,
    replace_command,
    replace_value,
    replace_word,
    replace_words,
)
from prefect_migrate.commands.model import Command, Dialect
from prefect_migrate.commands.parse import parse
from prefect_migrate.commands.quoting import quote
from prefect_migrate.commands.shell import read_commands, read_comment_commands
from prefect_migrate.commands.tree import load_tree
from tests.commands.lines import SHELLS, only, raws, values


def without(text: str, name: str, dialect: Dialect = "sh") -> str:
    command = only(text, dialect)
    options = parse(command, load_tree(2)).all(name)
    return apply_edits(text, [edit for option in options for edit in delete_option(command, option)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("prefect agent start -l 5", "prefect agent start"),
        ("prefect agent start -l 5 -q etl", "prefect agent start -q etl"),
        ("prefect agent start -q etl -l5 # x\n", "prefect agent start -q etl # x\n"),
        ("prefect agent start  -l  5  -q etl", "prefect agent start  -q etl"),
        ("prefect agent start --limit=5>log", "prefect agent start>log"),
        ("prefect agent start -l 5 && true", "prefect agent start && true"),
        ("(prefect agent start -l 5)", "(prefect agent start)"),
        ("prefect agent start \\\n  -l 5 \\\n  -q etl\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start \\\n  -q etl \\\n  -l 5\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start \\\n  -l 5\ntrue\n", "prefect agent start\ntrue\n"),
        ("prefect agent start \\\n  -l 5 -q etl\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start \\\n  -q etl -l 5\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start -l 5 \\\n  -q etl\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start \\\n  -l \\\n  5 \\\n  -q etl\n", "prefect agent start \\\n  -q etl\n"),
        ("prefect agent start \\\n  -l 5 \\\n  > log\n", "prefect agent start \\\n  > log\n"),
        ("prefect agent start \\\n  -l 5 > log\n", "prefect agent start > log\n"),
        ("prefect agent start \\\n  -l 5 \\\n\ntrue\n", "prefect agent start \\\n\ntrue\n"),
        ("prefect agent start > log -l 5 -q etl\n", "prefect agent start > log -q etl\n"),
        ("prefect agent start -l > log 5 -q etl\n", "prefect agent start > log -q etl\n"),
        ("prefect agent start -l 5 > log -q etl\n", "prefect agent start > log -q etl\n"),
        ("prefect agent start -l 1 -q etl -l 2\n", "prefect agent start -q etl\n"),
        ("prefect agent start \\\r\n  -l 5 \\\r\n  -q etl\r\n", "prefect agent start \\\r\n  -q etl\r\n"),
        ("sh -c 'prefect agent start -l 5'", "sh -c 'prefect agent start'"),
        ("prefect agent start \\\n\t-l $LIMIT \\\n\t-q etl", "prefect agent start \\\n\t-q etl"),
    ],
)
def test_delete_option(before: str, after: str) -> None:
    assert without(before, "--limit") == after


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("prefect deployment build f:f -an dev", "--apply", "prefect deployment build f:f -n dev"),
        ("prefect deployment build f:f -an dev", "--name", "prefect deployment build f:f -a"),
        ("prefect deployment build f:f -andev", "--name", "prefect deployment build f:f -a"),
        ("prefect deployment build f:f -andev", "--apply", "prefect deployment build f:f -ndev"),
        ("prefect deployment build f:f -a", "--apply", "prefect deployment build f:f"),
        ("prefect deployment build f:f -ndev", "--name", "prefect deployment build f:f"),
    ],
)
def test_delete_from_a_bundle(before: str, name: str, after: str) -> None:
    assert without(before, name) == after


def test_quoted_bundle_is_left_alone() -> None:
    with pytest.raises(NotEditable):
        without("prefect deployment build f:f '-an' dev", "--apply")


@pytest.mark.parametrize(
    ("dialect", "before", "after"),
    [
        ("bat", "prefect agent start ^\r\n  -l 5 ^\r\n  -q etl", "prefect agent start ^\r\n  -q etl"),
        ("bat", "prefect agent start ^\r\n  -q etl ^\r\n  -l 5\r\n", "prefect agent start ^\r\n  -q etl\r\n"),
        ("powershell", "prefect agent start `\n  -l 5 `\n  -q etl", "prefect agent start `\n  -q etl"),
        ("make", "x:\n\tprefect agent start \\\n\t  -l 5\n", "x:\n\tprefect agent start\n"),
    ],
)
def test_delete_in_dialects(dialect: Dialect, before: str, after: str) -> None:
    assert without(before, "--limit", dialect) == after


def test_delete_in_a_comment() -> None:
    text = "# prefect agent start \\\n#   -l 5 \\\n#   -q etl\n"
    (command,) = read_comment_commands(text)
    option = parse(command, load_tree(2)).options[0]
    assert apply_edits(text, delete_option(command, option)) == "# prefect agent start \\\n#   -q etl\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prefect agent start", "prefect agent start --pool p -t x"),
        ("prefect agent start > log &", "prefect agent start --pool p -t x > log &"),
        ("prefect agent start # why", "prefect agent start --pool p -t x # why"),
        ("prefect agent start; true", "prefect agent start --pool p -t x; true"),
        ("prefect agent start \\\n  -q etl\n", "prefect agent start \\\n  -q etl \\\n  --pool p \\\n  -t x\n"),
        (
            "prefect agent start \\\r\n  -q etl\r\n",
            "prefect agent start \\\r\n  -q etl \\\r\n  --pool p \\\r\n  -t x\r\n",
        ),
        ("bash -c 'prefect agent start'", "bash -c 'prefect agent start --pool p -t x'"),
    ],
)
def test_append(text: str, expected: str) -> None:
    assert apply_edits(text, [append_words(only(text), ["--pool", "p"], [], ["-t", "x"])]) == expected


def test_insert() -> None:
    text = "prefect agent start -q etl\n"
    command = only(text)
    assert apply_edits(text, [insert_words(command, 1, ["--no-prompt"])]) == "prefect --no-prompt agent start -q etl\n"
    assert apply_edits(text, [insert_words(command, 5, ["-p", "x"])]) == "prefect agent start -q etl -p x\n"


def test_replace() -> None:
    text = "nohup prefect agent start > log -q 'my etl' &\n"
    command = only(text)
    assert apply_edits(text, [replace_word(command, 1, "worker")]) == text.replace("agent", "worker")
    assert apply_edits(text, replace_words(command, 1, 3, ["deploy"])) == text.replace("agent start", "deploy")
    assert apply_edits(text, replace_words(command, 1, 3, [])) == "nohup prefect > log -q 'my etl' &\n"
    assert apply_edits(text, replace_command(command, ["prefect", "version"])) == "nohup prefect version > log &\n"


def test_delete_words() -> None:
    text = "prefect agent start -q etl -l 5"
    assert apply_edits(text, delete_words(only(text), 3, 5)) == "prefect agent start -l 5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prefect agent start -q etl", "prefect agent start -q 'my queue'"),
        ("prefect agent start -qetl", "prefect agent start -q'my queue'"),
        ('prefect agent start -q "etl"', 'prefect agent start -q "my queue"'),
        ('prefect agent start --work-queue="etl" -l 5', 'prefect agent start --work-queue="my queue" -l 5'),
        ('prefect agent start "--work-queue=etl" -l 5', 'prefect agent start "--work-queue=my queue" -l 5'),
        ("prefect agent start --work-queue= -l 5", "prefect agent start --work-queue='my queue' -l 5"),
        ('sh -c "prefect agent start -q etl"', "sh -c \"prefect agent start -q 'my queue'\""),
    ],
)
def test_replace_value(text: str, expected: str) -> None:
    command = only(text)
    option = parse(command, load_tree(2)).options[0]
    raw = quote("my queue", command.dialect, option.value, command.enclosing)
    assert apply_edits(text, [replace_value(command, option, raw)]) == expected


def test_value_without_a_place_is_not_replaced() -> None:
    command = only('prefect agent start "--work-queue=a"b --run-once')
    first, second = parse(command, load_tree(2)).options
    for option in (first, second):
        with pytest.raises(NotEditable):
            replace_value(command, option, "x")


def test_command_in_escapes_is_not_edited() -> None:
    command = only(r'bash -c "prefect agent start -q \"a\""')
    with pytest.raises(NotEditable):
        replace_word(command, 1, "worker")
    with pytest.raises(NotEditable):
        append_words(command, ["x"])
    with pytest.raises(NotEditable):
        replace_command(command, ["x"])


def test_items_of_a_list_are_replaced_and_nothing_else() -> None:
    text = '["prefect", "agent", "start"]'
    (command,) = read_argv(
        [list_word(raw, text.index(raw) - 1, f'"{raw}"') for raw in ("prefect", "agent", "start")], text
    )
    assert apply_edits(text, [replace_word(command, 1, '"worker"')]) == text.replace("agent", "worker")
    for edit in (lambda: delete_words(command, 1, 2), lambda: append_words(command, ["x"])):
        with pytest.raises(NotEditable):
            edit()


GAPS: dict[Dialect, list[str]] = {
    "sh": [" ", "  ", " \\\n    ", " \\\r\n\t", "\\\n "],
    "make": [" ", " \\\n\t\t", " \\\n\t  "],
    "bat": [" ", " ^\r\n  ", "^\r\n "],
    "powershell": [" ", " `\n  ", "`\n  "],
}
USES = [
    ["-q", "etl"],
    ["--work-queue=my-etl"],
    ["-qx"],
    ["-l", "5"],
    ["--run-once"],
    ["-p", '"my pool"'],
    ['--tag="a b"'],
    ["--api", '"http://x/api"'],
]
BEFORE = ["", "echo one\n", "# a comment\n", "cd flows && ", "if true; then\n"]
AFTER = ["", "\n", " > log 2>&1\n", " && echo done\n", "\n# a comment\nprefect version\n"]


@pytest.mark.parametrize("dialect", SHELLS)
@given(data=st.data())
def test_text_around_an_edit_is_unchanged_and_the_rest_of_the_command_too(
    dialect: Dialect, data: st.DataObject
) -> None:
    uses = data.draw(st.lists(st.sampled_from(USES), min_size=1, max_size=6))
    gap = st.sampled_from(GAPS[dialect])
    line = "prefect" + "".join(data.draw(gap) + word for word in ["agent", "start", *chain.from_iterable(uses)])
    tab = "x:\n\t" if dialect == "make" else ""
    before = tab if tab else data.draw(st.sampled_from(BEFORE if dialect == "sh" else BEFORE[:2]))
    after = data.draw(st.sampled_from(AFTER if dialect == "sh" else AFTER[:2]))
    text = before + line + after
    command = next(found for found in read(text, dialect) if len(found.words) > 2)
    assert text[command.start : command.end] == line
    chosen = random.Random(len(text)).choice(parse(command, load_tree(2)).options)
    edited = apply_edits(text, delete_option(command, chosen))
    assert edited.startswith(before)
    assert edited.endswith(after)
    again = next(found for found in read(edited, dialect) if len(found.words) > 2)
    left = [word for at, word in enumerate(command.words) if not chosen.at <= at < chosen.at + len(chosen.words)]
    assert raws(again.words) == [word.raw for word in left]
    assert edited[again.end :] == after


def read(text: str, dialect: Dialect) -> list[Command]:
    return read_commands(text, dialect=dialect)


@given(st.lists(st.sampled_from(USES), max_size=4), st.sampled_from(GAPS["sh"]))
def test_append_then_delete_is_the_text_before(uses: list[list[str]], gap: str) -> None:
    text = "prefect" + "".join(gap + word for word in ["agent", "start", *chain.from_iterable(uses)]) + " > log\n"
    appended = apply_edits(text, [append_words(only(text), ["--prefetch-seconds", "5"])])
    assert values(only(appended))[-2:] == ["--prefetch-seconds", "5"]
    assert without(appended, "--prefetch-seconds") == text
