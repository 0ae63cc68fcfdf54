from __future__ import annotations

import pytest

from prefect_migrate.commands.parse import parse
from prefect_migrate.commands.shell import read_commands, read_comment_commands
from prefect_migrate.commands.tree import load_tree
from tests.commands.lines import only, raws, spelled, values

START = ["prefect", "agent", "start"]


@pytest.mark.parametrize(
    "text",
    [
        "prefect agent start\r\n",
        "Set-Location flows; prefect agent start",
        "& prefect agent start",
        "if ($x) { prefect agent start } else { exit 1 }",
        "try {prefect agent start} catch {}",
        "try{prefect agent start}catch{}",
        "$out = prefect agent start",
        "$out = $(prefect agent start)",
        '$out = "x $(prefect agent start)"',
        "prefect agent start | Out-File log",
        "prefect agent start *> log",
        "prefect agent start 2>&1",
        "prefect `\r\n  agent `\r\n  start",
        'powershell -NoProfile -Command "prefect agent start"',
        "pwsh -c 'prefect agent start'",
        "ForEach ($q in $qs) { prefect agent start }",
        'Write-Host "don\'t"\nprefect agent start',
        "Write-Host 'broken\nprefect agent start",
        'Write-Host "broken\nprefect agent start',
        "$x = @'\nbroken\nprefect agent start",
    ],
)
def test_finds_the_command(text: str) -> None:
    command = only(text, "powershell")
    assert values(command) == START
    assert command.context == "command"


@pytest.mark.parametrize(
    "text", ["# prefect agent start", "<# prefect agent start #>", "<#\n  prefect agent start\n#>"]
)
def test_comments(text: str) -> None:
    assert read_commands(text, dialect="powershell") == []
    (command,) = read_comment_commands(text, dialect="powershell")
    assert values(command)[:3] == START


def test_unclosed_comment_hides_nothing() -> None:
    assert values(only("<# broken\nprefect agent start", "powershell")) == START


@pytest.mark.parametrize(
    "program",
    ["prefect.exe", r"C:\Scripts\prefect.exe", r"'C:\Program Files\x\prefect.exe'", r"$env:VENV\Scripts\prefect"],
)
def test_programs(program: str) -> None:
    assert raws(only(f"& {program} agent start", "powershell").words) == [program, "agent", "start"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("'my queue'", "my queue"),
        ("'it''s'", "it's"),
        ("'a $x `n'", "a $x `n"),
        ('"my queue"', "my queue"),
        ('"a `"b`" `$c"', 'a "b" $c'),
        ('"a ""b"""', 'a "b"'),
        ('"a`tb"', "a\tb"),
        ("a`;b", "a;b"),
        ("''", ""),
        ("a@b", "a@b"),
        ("@'\nit's \"x\"\n'@", 'it\'s "x"'),
        ("$env:QUEUE", None),
        ('"$env:QUEUE-x"', None),
        ("${env:QUEUE}", None),
        ("$config.Queue", None),
        ("$queues[0]", None),
        ('"$(Get-Queue)"', None),
        ("{{ queue }}", None),
        ("x{{ queue }}", None),
        ("${{ inputs.queue }}", None),
    ],
)
def test_values(raw: str, value: str | None) -> None:
    word = only(f"prefect work-queue create {raw}", "powershell").words[-1]
    assert word.raw == raw
    assert word.value == value


def test_continuations_are_spaces() -> None:
    text = "prefect agent start `\n    -q etl"
    assert spelled(only(text, "powershell")) == text


@pytest.mark.parametrize("starter", ["Start-Process", "saps -NoNewWindow", "start"])
@pytest.mark.parametrize("program", ["prefect", "-FilePath prefect.exe"])
@pytest.mark.parametrize("option", ["-ArgumentList ", "-Args ", ""])
@pytest.mark.parametrize("arguments", ["'agent start -q x'", "'agent','start','-q','x'", "'agent', 'start', \"-q\", x"])
def test_a_started_process(starter: str, program: str, option: str, arguments: str) -> None:
    command = only(f"{starter} {program} {option}{arguments} -NoNewWindow", "powershell")
    assert [word.text for word in command.words[1:]] == ["agent", "start", "-q", "x"]
    assert parse(command, load_tree(2)).path == ("agent", "start")
    assert not command.editable


def test_a_process_whose_arguments_a_variable_holds() -> None:
    command = only("Start-Process prefect -ArgumentList $arguments", "powershell")
    assert raws(command.words) == ["prefect", "-ArgumentList", "$arguments"]


def test_characters_that_open_nothing() -> None:
    assert raws(only("prefect version a$;b", "powershell").words) == ["prefect", "version", "a$"]
    assert only("prefect version @$env:X", "powershell").words[-1].dynamic


def test_unclosed_template() -> None:
    assert raws(only("prefect agent {{ start", "powershell").words) == ["prefect", "agent", "{"]


def test_printed_command_is_text() -> None:
    assert only('Write-Host "run prefect agent start"', "powershell").context == "text"
