from __future__ import annotations

import pytest

from prefect_migrate.commands.decoded import decode_parts
from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.shell import read_commands, read_comment_commands, read_decoded
from prefect_migrate.commands.words import Part
from tests.commands.lines import SHELLS, check_spans, only, raws, spelled, values


def test_base_moves_every_place() -> None:
    whole = "run: |\n  A=b poetry run prefect agent start -q 'my etl' > log\n"
    base = whole.index("  A=b")
    (command,) = read_commands(whole[base:], base=base)
    check_spans(command, whole)
    assert whole[command.start : command.end] == "prefect agent start -q 'my etl'"
    assert whole[slice(*command.statement)] == whole[base + 2 : -1]
    assert command.line == 1


def test_lines() -> None:
    text = "\nprefect version\n\nsh -c '\nprefect profile ls'; prefect agent start\n"
    assert [command.line for command in read_commands(text)] == [2, 5, 5]


def test_order_is_that_of_the_text() -> None:
    text = 'prefect deployment build "$(prefect version)" && prefect agent start\n'
    assert [raws(command.words)[1] for command in read_commands(text)] == ["deployment", "version", "agent"]


def test_each_place_once() -> None:
    text = 'bash -c "x $(prefect version) y"; echo "run $(prefect profile ls)"\n'
    assert [command.context for command in read_commands(text)] == ["command", "command"]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("# prefect agent start -q etl\n", "sh"),
        ("true # then prefect agent start -q etl\n", "sh"),
        ("#prefect agent start -q etl", "sh"),
        ("# it's `prefect agent start -q etl`, don't forget\n", "sh"),
        ("# prefect agent \\\n#   start \\\n#   -q etl\n", "sh"),
        ("  # prefect agent start \\\n  #   -q etl\n", "sh"),
        ("# $ poetry run prefect agent start -q etl\n", "sh"),
        ("REM prefect agent start ^\r\nREM  -q etl\r\n", "bat"),
        ("# prefect agent start `\n#  -q etl\n", "powershell"),
        ("<# first\n prefect agent start -q etl #>\n", "powershell"),
        ("# prefect agent start -q etl\nx:\n\ttrue\n", "make"),
    ],
)
def test_comments(text: str, dialect: Dialect) -> None:
    assert read_commands(text, dialect=dialect) == []
    (command,) = read_comment_commands(text, dialect=dialect)
    check_spans(command, text)
    assert values(command)[:5] == ["prefect", "agent", "start", "-q", "etl"]
    assert command.context == "comment"
    assert spelled(command) in text


def test_comments_of_blocks_apart() -> None:
    text = "# prefect version --a\n\n# prefect deploy --all\ntrue\n# prefect agent start\n"
    assert [command.line for command in read_comment_commands(text)] == [3, 5]


@pytest.mark.parametrize(
    "text", ["echo '# prefect agent start'", "x=a#prefect agent start", 'echo "\n# prefect agent start"']
)
def test_what_is_no_comment(text: str) -> None:
    assert read_comment_commands(text) == []


def test_comment_base() -> None:
    whole = "run: |\n  # prefect agent start\n"
    (command,) = read_comment_commands(whole[7:], base=7)
    check_spans(command, whole)


@pytest.mark.parametrize("dialect", SHELLS)
def test_line_ends(dialect: Dialect) -> None:
    tab = "\t" if dialect == "make" else ""
    for end in ("\n", "\r\n", ""):
        assert values(only(f"x:{end}{tab}" * bool(end and tab) + f"{tab}prefect version{end}", dialect)) == [
            "prefect",
            "version",
        ]


def test_decoded() -> None:
    text = r'{"source": ["!prefect deployment \"build\"\n", "x"]}'
    start = text.index("!")
    parts, at = [], start
    for raw, said in (("!prefect deployment ", None), ('\\"', '"'), ("build", None), ('\\"', '"'), ("\\n", "\n")):
        parts.append(Part(at, at + len(raw), said or raw))
        at += len(raw)
    (command,) = read_decoded(decode_parts(parts), text)
    check_spans(command, text)
    assert values(command) == ["prefect", "deployment", "build"]
    assert command.words[2].raw == r"\"build\""
    assert not command.editable


def test_decoded_one_to_one_is_editable() -> None:
    text = 'key: "prefect version"'
    (command,) = read_decoded(decode_parts([Part(6, 21, "prefect version")]), text)
    assert command.editable
    assert text[command.start : command.end] == "prefect version"


def test_decoded_nothing() -> None:
    assert read_decoded(decode_parts([]), "") == []
