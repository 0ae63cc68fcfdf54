"""The grammar of sh, also against the real one."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.commands.shell import read_commands
from tests.commands.lines import only, raws, spelled, values

START = ["prefect", "agent", "start"]


@pytest.mark.parametrize(
    "text",
    [
        "prefect agent start\n",
        "\tprefect agent start",
        "true && prefect agent start",
        "true||prefect agent start",
        "true;prefect agent start;true",
        "true | prefect agent start | tee log",
        "prefect agent start &",
        "prefect agent start&\ntrue",
        "prefect agent start >log 2>&1",
        "prefect agent start 2>/dev/null",
        "prefect agent start &> log &",
        "prefect agent start >| log",
        "prefect agent start < input",
        "(prefect agent start)",
        "( cd flows && prefect agent start )",
        "{ prefect agent start; }",
        "if true; then prefect agent start; fi",
        "if prefect agent start; then true; fi",
        "if ! prefect agent start; then true; fi",
        "while true; do prefect agent start; done",
        "for q in a b; do\n  prefect agent start\ndone",
        "until prefect agent start\ndo sleep 1; done",
        "case $1 in\n  run) prefect agent start ;;\nesac",
        "case $1 in run|start) prefect agent start;; *) exit 1;; esac",
        "case prefect in (prefect) prefect agent start;; esac",
        "case $1 in prefect) true;; esac; prefect agent start",
        "x=$(case $1 in a) echo b;; esac); prefect agent start",
        "case $1 in a) case $2 in b) true;; esac;; c) prefect agent start;; esac",
        "start() { prefect agent start; }",
        "function start {\n  prefect agent start\n}",
        "prefect agent start # in the foreground",
        "prefect agent start#",
        "x=$(prefect agent start)",
        'x="$(prefect agent start)"',
        "x=`prefect agent start`",
        "echo \"a $(echo ' )' && prefect agent start) b\"",
        "diff <(prefect agent start) /dev/null",
        "$(( 1 + $(prefect agent start) ))",
        "[[ -f x ]] && prefect agent start",
        "prefect \\\n  agent \\\n  start",
        "prefect \\\r\n  agent \\\r\n  start\r\n",
        "prefect agent start\\\n\n",
        "it's broken\nprefect agent start",
        'say "broken\nprefect agent start',
        "echo ${broken\nprefect agent start",
        "echo `broken\nprefect agent start",
        "echo $(broken\nprefect agent start",
        "a<<NOWHERE\nprefect agent start",
        "$ prefect agent start",
        "(venv) $ prefect agent start",
        "> prefect agent start",
        "!prefect agent start",
    ],
)
def test_finds_the_command(text: str) -> None:
    command = only(text)
    assert [value.rstrip("#") for value in values(command) if value] == START
    assert command.context == "command"
    assert command.editable
    assert command.wrapper == command.assignments == ()
    assert text[command.statement[0] : command.start].strip("!") == ""


@pytest.mark.parametrize(
    "text",
    [
        "cd prefect",
        "prefectagent start",
        "my-prefect agent start",
        "prefect.yaml agent start",
        "case $1 in prefect) true;; esac",
        "case $1 in\nprefect)\n exec $@ ;;\nesac",
        "cat prefect-agent.log",
        "# prefect agent start",
        "true # prefect agent start",
        "pip install 'prefect<3'",
        "docker pull prefecthq/prefect:2-latest",
        "import prefect",
        "from prefect import flow",
        "",
        "prefect_agent=1",
        "prefect() { true; }",
        "prefect ()\n{\n true\n}",
        "function prefect { true; }",
        "echo > prefect agent",
    ],
)
def test_finds_nothing(text: str) -> None:
    assert read_commands(text) == []


def test_redirections_are_no_words() -> None:
    text = "prefect agent start >> log 2>&1 -q etl < input &"
    command = only(text)
    assert values(command) == [*START, "-q", "etl"]
    assert text[command.start : command.end] == "prefect agent start >> log 2>&1 -q etl"
    assert text[slice(*command.statement)] == "prefect agent start >> log 2>&1 -q etl < input"


def test_redirection_to_nowhere() -> None:
    first, second = read_commands("prefect version >; prefect agent start >")
    assert (values(first), values(second)) == (["prefect", "version"], START)


def test_number_is_an_argument_unless_a_redirection_touches_it() -> None:
    assert values(only("prefect agent start -l 2 >log"))[-1] == "2"
    assert values(only("prefect agent start -l 2>log"))[-1] == "-l"


def test_operators_around() -> None:
    first, second, third = read_commands("prefect version && prefect version || prefect version\n")
    assert (first.before, first.after) == ("", "&&")
    assert (second.before, second.after) == ("&&", "||")
    assert (third.before, third.after) == ("||", "\n")


def test_assignments() -> None:
    text = "PREFECT_API_URL=http://x/api A='b c' prefect agent start"
    command = only(text)
    assert raws(command.assignments) == ["PREFECT_API_URL=http://x/api", "A='b c'"]
    assert text[slice(*command.statement)] == text


def test_array() -> None:
    command = only("cmd=(prefect agent start\n  -q 'my etl')\n")
    assert values(command) == [*START, "-q", "my etl"]
    assert command.context == "variable"


def test_spaces_hold_continuations() -> None:
    command = only("prefect agent start \\\n    -q etl  -p pool")
    assert [word.space for word in command.words] == ["", " ", " ", " \\\n    ", " ", "  ", " "]
    assert spelled(command) == "prefect agent start \\\n    -q etl  -p pool"


def test_continuation_without_a_blank_before_it() -> None:
    command = only("prefect agent start\\\n  -q etl")
    assert values(command) == [*START, "-q", "etl"]
    assert command.words[3].space == "\\\n  "


def test_quoted_operators_and_comments_are_text() -> None:
    command = only("prefect deployment build 'a && b' \"# c\" d\\;e")
    assert values(command)[3:] == ["a && b", "# c", "d;e"]


def test_find_exec_ends_at_its_semicolon() -> None:
    command = only(r"find . -name '*.yaml' -exec prefect deployment apply {} \; -print")
    assert values(command) == ["prefect", "deployment", "apply", "{}"]


def test_unclosed_constructs_do_not_hide_the_rest() -> None:
    text = "echo don't\nprefect agent start -q \"a\nprefect agent start -q b\n"
    assert [command.words[-1].text for command in read_commands(text)] == ['"a', "b"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ('"$QUEUE', ['"$QUEUE']),
        ("a$;b", ["a$"]),
        ("a$ b", ["a$", "b"]),
        ("${a;b", ["${a"]),
        ("a`;b", ["a`"]),
        ("'$X", ["'$X"]),
        ("a\\", ["a\\"]),
        ("{{ a;b", ["{{", "a"]),
    ],
)
def test_unclosed_is_one_character(arguments: str, found: list[str]) -> None:
    assert raws(only(f"prefect {arguments}").words[1:]) == found


def test_unclosed_quote_leaves_its_expansions() -> None:
    assert only('prefect "$QUEUE').words[1].dynamic


PIECES = ["a", "b-c", " ", "  ", "'x y'", "''", '"x y"', '""', "\\ ", "\\'", '\\"', '"\\""', "é", "=", ":", "/"]
PIECES += ["\\\\", '"\\\\"', "'\\'"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_words_are_those_of_shlex(pieces: str) -> None:
    text = f"prefect {pieces}"
    assert values(only(text)) == shlex.split(text)


LINES = [
    "a 'b c' \"d e\" f\\ g h'i'\"j\"",
    "'' \"\" a''b",
    r'"a\"b\\c\d" \a\\b',
    "a \\\n  b\\\nc \"d\\\ne\" 'f\\\ng'",
    "a;true",
    "a|cat",
    "a >/dev/null b",
    "a 2>&1 b",
    "a#b '#c' # d",
    "--x=y -- -z",
    "'it'\\''s'",
    '"it\'s"',
    "a\tb",
    r"\$HOME '$HOME' \`x\`",
    "'(b)' \"a;b\" c\\;d",
]


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh to ask")
@pytest.mark.parametrize("arguments", LINES)
def test_words_are_those_of_the_real_shell(arguments: str) -> None:
    script = f"prefect() {{ printf '%s\\0' \"$@\" >&3; }}\nprefect {arguments}\n"
    result = subprocess.run(["sh", "-c", f"exec 3>&1 >/dev/null\n{script}"], capture_output=True, check=True)
    assert values(only(script))[1:] == result.stdout.decode().split("\0")[:-1]
