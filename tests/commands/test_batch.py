from __future__ import annotations

import pytest

from prefect_migrate.commands.shell import read_commands, read_comment_commands
from tests.commands.lines import only, raws, spelled, values

START = ["prefect", "agent", "start"]


@pytest.mark.parametrize(
    "text",
    [
        "prefect agent start\r\n",
        "@prefect agent start",
        "@echo off\r\nprefect agent start\r\n",
        "cd flows && prefect agent start",
        "cd flows & prefect agent start",
        "call activate.bat && call prefect agent start",
        "if exist x (prefect agent start) else (echo no)",
        "if not defined X prefect agent start",
        "for %%i in (a b) do prefect agent start",
        'start "the agent" prefect agent start',
        'start "the agent" cmd /k "prefect agent start"',
        "cmd /c prefect agent start",
        'cmd.exe /C "cd flows && prefect agent start"',
        "prefect agent start > log 2>&1",
        "prefect ^\r\n  agent ^\r\n  start",
        "prefect agent st^\r\nart",
        "echo it's\r\nprefect agent start",
        'echo "broken\r\nprefect agent start',
    ],
)
def test_finds_the_command(text: str) -> None:
    command = only(text, "bat")
    assert values(command) == START
    assert command.context == "command"


@pytest.mark.parametrize(
    "text",
    ["REM prefect agent start", "rem\tprefect agent start", ":: prefect agent start", "@REM prefect agent start"],
)
def test_comments(text: str) -> None:
    assert read_commands(text, dialect="bat") == []
    (command,) = read_comment_commands(text, dialect="bat")
    assert values(command) == START


def test_remark_is_only_one_in_place_of_a_command() -> None:
    assert values(only("prefect work-queue create rem", "bat"))[-1] == "rem"


@pytest.mark.parametrize(
    "program",
    ["prefect.exe", r"C:\Python\Scripts\prefect.exe", r'"C:\Program Files\x\prefect"', r"%VENV%\Scripts\prefect.exe"],
)
def test_programs(program: str) -> None:
    assert raws(only(f"{program} agent start", "bat").words) == [program, "agent", "start"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ('"my queue"', "my queue"),
        ("a^&b", "a&b"),
        ('"a&b"', "a&b"),
        ('"a^b"', "a^b"),
        ("'a", "'a"),
        ('"50%%-x"', "50%-x"),
        ('"50%% "', "50% "),
        (r'"a \"b\" c"', 'a "b" c'),
        ('"a ""b"" c"', 'a "b" c'),
        ('""', ""),
        (r'"C:\dir\\"', "C:\\dir\\"),
        (r'"a\\\"b"', r"a\"b"),
        (r'"a\b"', r"a\b"),
        (r"C:\x\y.py:flow", r"C:\x\y.py:flow"),
        ("%QUEUE%", None),
        ('"%QUEUE%"', None),
        ("!QUEUE!", None),
        ("%1", None),
        ("%~dp0x", None),
        ("%%i", None),
        ("{{ queue }}", None),
    ],
)
def test_values(raw: str, value: str | None) -> None:
    word = only(f"prefect work-queue create {raw}", "bat").words[-1]
    assert word.raw == raw
    assert word.value == value


def test_set_is_a_variable() -> None:
    command = only("set RUN=prefect agent start", "bat")
    assert values(command) == START
    assert command.context == "variable"


def test_continuations_are_spaces() -> None:
    text = "prefect agent start ^\r\n    -q etl"
    assert spelled(only(text, "bat")) == text
