"""Whatever the text, the lexer answers, and soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefect_migrate.commands.grammars import grammar
from prefect_migrate.commands.lexer import DEPTH, Lexer
from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.shell import read_commands
from tests.commands.lines import ALL_READERS, SHELLS, check_spans, only, values

FRAGMENTS = [
    *"'\"`$\\(){}<>|&;#=%^!@-+:*~",
    *("$(", "${", "$((", "$'", '$"', "<(", "<<", "<<-", "<<<", ">>", "2>&1", "&&", "||", ";;", "$$", "%%", "''", '""'),
    *("{{", "}}", "${{", "{{ x }}", "${{ x }}", "$[[", "]]", "{%", "%}", "<#", "#>", "@'\n", "\n'@", "<queue>"),
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\\\n", "\\\r\n", "^\r\n", "`\n", "\n\t", "\x00", "é", "\u2028", "\f"),
    *("prefect", "prefect agent start", "prefect deploy", "./prefect.exe", "-q", "--name=", "x", "EOF", "\nEOF\n"),
    *(
        "case",
        " in ",
        "esac",
        "if",
        "then",
        "fi",
        "do",
        "done",
        "sh -c ",
        "cmd /c ",
        "ssh h ",
        "eval ",
        "echo ",
        "bash <<<",
    ),
    *("A=b ", "CMD=", "a=(", "define X\n", "endef\n", "a: ; ", "V != ", "$(shell ", "REM ", ":: ", "poetry run "),
]
TANGLES = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


@pytest.mark.parametrize("dialect", SHELLS)
@given(text=TANGLES | st.text())
def test_never_raises_and_every_word_is_in_its_place(dialect: Dialect, text: str) -> None:
    for read in ALL_READERS:
        for command in read(text, dialect=dialect):
            check_spans(command, text)
            assert 1 <= command.line <= text.count("\n") + 1


@pytest.mark.parametrize("dialect", SHELLS)
@given(text=TANGLES)
def test_words_of_the_text_lie_in_order_and_do_not_overlap(dialect: Dialect, text: str) -> None:
    for command in read_commands(text, dialect=dialect):
        for word, following in zip(command.words, command.words[1:], strict=False):
            assert word.end <= following.start - len(following.space)


@pytest.mark.parametrize("dialect", SHELLS)
@given(before=TANGLES, after=TANGLES)
def test_a_line_of_its_own_is_found_whatever_stands_around(dialect: Dialect, before: str, after: str) -> None:
    """Not in an open quote or document: but a text without any of those hides nothing."""
    opening = "'\"`({<\\^=@|&%$"
    before = "".join(character for character in before if character not in opening).replace("define", "")
    tab = "\t" if dialect == "make" else ""
    text = f"{before}\n{tab}prefect agent start -q this-one\n{after}"
    found = [values(command) for command in read_commands(text, dialect=dialect)]
    assert ["prefect", "agent", "start", "-q", "this-one"] in found or "case" in before


UNITS = [
    *(
        "prefect agent start -q x\n",
        "prefect deploy ",
        "'",
        '"',
        "`",
        "$(",
        "${",
        "(",
        ")",
        "\\",
        "\\\n",
        "<<E\n",
        "<<",
    ),
    *("{{ ", "${{ ", "{{ {a", "$[[", "{%", "<a ", "a/", "a=b ", "2>", "''", '""', "$'", "<(", "x=(", "\\'", "\r"),
    *("'prefect agent start ", '"prefect agent start ', "`prefect agent start ", "sh -c '", "case x in a) ", "sh "),
    *(
        "# prefect agent start\n",
        "eval 'eval \"",
        "cat <<EOF\nprefect agent start\nEOF\n",
        "ssh h \"ssh h '",
        "-m prefect ",
    ),
    *("prefect ", "prefect --profile ", "python -m ", "echo 'prefect agent start' ", "x='prefect agent start' "),
]
OTHER_UNITS: dict[Dialect, list[str]] = {
    "make": [
        "$$(",
        "$(shell ",
        "$(",
        "${",
        "x: y ;",
        "\t@prefect agent start\n",
        "x != ",
        "define x\n",
        "'$$",
        "\\$$",
        "\\\n\t",
    ],
    "bat": ["^", "^\r\n", "%a ", "!a", '"', '""', '\\"', '"\\', "rem ", "prefect agent start &"],
    "powershell": ["<#", "@'\n", "'", "''", '"', "`", "`\n", "$(", "${", "$a.", "{", "{{ "],
}
CASES = [("sh", unit) for unit in UNITS] + [(dialect, unit) for dialect, units in OTHER_UNITS.items() for unit in units]


@pytest.mark.parametrize(("dialect", "unit"), CASES)
def test_time_is_linear(dialect: Dialect, unit: str) -> None:
    """A quadratic reader takes minutes for this; the bound leaves room for a slow machine."""
    text = "prefect\n" + unit * (20_000 // len(unit))
    start = time.process_time()
    for read in ALL_READERS:
        read(text, dialect=dialect)
    assert time.process_time() - start < 5


def test_a_big_script_is_soon_read() -> None:
    text = "echo some ordinary line of 'a script' with \"$VARIABLES\" > file || exit 1\n" * 5_000 + "prefect version\n"
    start = time.process_time()
    assert len(read_commands(text)) == 1
    assert time.process_time() - start < 5


def test_a_text_that_mentions_no_prefect_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lexer, "read", lambda self: pytest.fail("there is nothing to find"))
    for dialect in SHELLS:
        for read in ALL_READERS:
            assert read("agent start\n" * 10, dialect=dialect) == []


def test_depth_is_bounded() -> None:
    deep = "$(" * (2 * DEPTH) + "prefect version" + ")" * (2 * DEPTH)
    assert values(only(deep)) == ["prefect", "version"]


def test_a_part_of_a_text() -> None:
    text = "'prefect version'"
    lexer = Lexer(text, grammar("sh"), 1, len(text) - 1).read()
    assert [word.raw for word in lexer.simples[0].words] == ["prefect", "version"]


def test_patience_ends() -> None:
    lexer = Lexer('prefect "agent start', grammar("sh"))
    lexer.patience = 0
    (simple,) = lexer.read().simples
    assert [word.text for word in simple.words] == ["prefect", "agent start"]


@settings(max_examples=30)
@given(TANGLES)
def test_reading_twice_says_the_same(text: str) -> None:
    assert read_commands(text) == read_commands(text)
