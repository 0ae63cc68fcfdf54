from __future__ import annotations

import pytest

from prefect_migrate.commands.argv import list_word, read_argv
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.words import Word
from tests.commands.lines import check_spans, raws, values


def items(*raw_items: str) -> tuple[list[Word], str]:
    """The words of a list of JSON strings or plain items, and the text they stand in."""
    text, words = "[", []
    for raw in raw_items:
        value = raw[1:-1].replace('\\"', '"').replace("''", "'") if raw[:1] in "\"'" else raw
        words.append(list_word(value, len(text), raw, " "))
        text += f"{raw}, "
    return words, f"{text}]"


def read(*raw_items: str) -> list[Command]:
    words, text = items(*raw_items)
    commands = read_argv(words, text)
    for command in commands:
        check_spans(command, text)
    return commands


def test_list() -> None:
    (command,) = read('"prefect"', "agent", "'start'", '"-q"', '"my etl"')
    assert values(command) == ["prefect", "agent", "start", "-q", "my etl"]
    assert raws(command.words) == ['"prefect"', "agent", "'start'", '"-q"', '"my etl"']
    assert command.dialect == "argv"
    assert command.context == "command"


@pytest.mark.parametrize(
    ("wrapper", "count"),
    [(["poetry", "run"], 2), (["python", "-m"], 2), (["tini", "--"], 2), (["docker", "run", "image"], 3), ([], 0)],
)
def test_wrapper(wrapper: list[str], count: int) -> None:
    (command,) = read(*wrapper, "prefect", "agent", "start")
    assert len(command.wrapper) == count


@pytest.mark.parametrize("shell", [["sh", "-c"], ["/bin/bash", "-lc"], ["docker", "exec", "x", "sh", "-c"]])
def test_script(shell: list[str]) -> None:
    (command,) = read(*shell, '"cd flows && prefect agent start -q etl"')
    assert values(command) == ["prefect", "agent", "start", "-q", "etl"]
    assert command.dialect == "sh"
    assert command.editable
    assert command.enclosing == '"'


def test_script_with_escapes() -> None:
    (command,) = read("sh", "-c", '"prefect agent start -q \\"my etl\\""')
    assert values(command)[-1] == "my etl"
    assert not command.editable


@pytest.mark.parametrize(
    "value", ["$(QUEUE)", "${QUEUE}", "$QUEUE", "{{ .Values.queue }}", "${{ inputs.q }}", "a-${Q}"]
)
def test_expansions(value: str) -> None:
    (command,) = read("prefect", "agent", "start", "-q", f'"{value}"')
    assert command.words[-1].dynamic
    assert not command.words[-1].splits
    assert command.words[-1].text == value


def test_value_of_an_option_has_a_place() -> None:
    (command,) = read("prefect", "agent", "start", '"--pool=my pool"')
    value = command.words[-1].after(7)
    assert (value.raw, value.inside, value.exact) == ("my pool", '"', True)


def test_item_with_escapes_is_one_piece() -> None:
    (command,) = read("prefect", "agent", "start", '"--pool=my \\"pool\\""')
    value = command.words[-1].after(7)
    assert value.text == 'my "pool"'
    assert not value.exact


@pytest.mark.parametrize("words", [[], ["python", "flow.py"], ["echo", "hello"], ["pip", "install", "prefect"]])
def test_nothing(words: list[str]) -> None:
    assert read(*words) == []


def test_semicolon_is_an_argument_in_a_list() -> None:
    (command,) = read("prefect", "agent", "start", "&&", "true")
    assert values(command)[-2:] == ["&&", "true"]
