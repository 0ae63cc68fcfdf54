"""Strings and here-documents that another shell reads."""

from __future__ import annotations

import pytest

from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.shell import read_commands
from tests.commands.lines import check_spans, only, raws, values

START = ["prefect", "agent", "start"]


@pytest.mark.parametrize(
    "runner",
    [
        "sh -c",
        "bash -c",
        "bash -lc",
        "bash -l -c",
        "/bin/sh -ec",
        "@sh -c",
        "exec bash -c",
        "sudo -u prefect bash -c",
        "docker run --rm image sh -c",
        "docker compose exec -T svc bash -lc",
        "kubectl exec pod -- bash -c",
        "ssh host",
        "ssh -i key user@host",
        "sudo ssh host",
        "docker exec box ssh host",
        "su prefect -c",
        "su - prefect -c",
        "eval",
        "watch -n 5",
        "tmux new -d -s agent",
        "gcloud compute ssh vm --command",
        "flock lock -c",
        "nohup sh -c",
        "A=b sh -c",
    ],
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_string_that_is_run(runner: str, quote: str) -> None:
    text = f"{runner} {quote}cd flows && prefect agent start{quote} > log &\n"
    command = only(text)
    assert values(command) == START
    assert command.context == "command"
    assert command.editable
    assert command.enclosing == quote
    words = raws((*command.assignments, *command.wrapper))
    assert [word.lstrip("@") for word in words] == runner.lstrip("@").split()


def test_value_of_an_option_that_is_run() -> None:
    command = only('gcloud compute ssh vm --command="prefect agent start" --zone x')
    assert values(command) == START
    assert command.enclosing == '"'


def test_alias_and_trap() -> None:
    assert only("alias agent='prefect agent start'").context == "command"
    assert only('trap "prefect agent start" EXIT').context == "command"


def test_shell_inside_a_shell() -> None:
    text = """ssh host "docker exec svc bash -c 'prefect agent start'" """
    command = only(text)
    assert values(command) == START
    assert command.enclosing == "'\""
    assert command.editable
    assert raws(command.wrapper) == ["ssh", "host", "docker", "exec", "svc", "bash", "-c"]


def test_wrapper_inside_a_string() -> None:
    assert raws(only("bash -c 'A=b poetry run prefect version'").wrapper) == ["bash", "-c", "poetry", "run"]


def test_escapes_in_the_command_make_it_one_piece() -> None:
    text = r'bash -c "prefect agent start -q \"my queue\" -p pool"'
    command = only(text)
    assert values(command) == [*START, "-q", "my queue", "-p", "pool"]
    assert command.words[4].raw == r"\"my queue\""
    assert not command.editable


def test_escapes_elsewhere_do_not() -> None:
    text = r'bash -c "echo \"hello\"; prefect agent start -q etl; echo \"bye\""'
    command = only(text)
    assert values(command) == [*START, "-q", "etl"]
    assert command.editable
    assert text[command.start : command.end] == "prefect agent start -q etl"


def test_expansions_of_the_outer_shell() -> None:
    command = only('bash -c "prefect agent start -q $QUEUE"')
    assert command.words[-1].dynamic
    assert command.editable


def test_string_inside_parts() -> None:
    command = only("""bash -c 'prefect agent start -q '"$QUEUE" """)
    assert command.words[-1].dynamic
    assert not command.editable


@pytest.mark.parametrize(
    ("text", "dialect", "inner"),
    [
        ('cmd /c "prefect agent start -q %Q%"', "bat", "bat"),
        ('powershell -Command "prefect agent start -q $env:Q"', "bat", "powershell"),
        ("pwsh -c 'prefect agent start -q $env:Q'", "sh", "powershell"),
        ("bash -c 'prefect agent start -q $Q'", "powershell", "sh"),
        ('powershell -ExecutionPolicy Bypass -Command "prefect agent start -q $env:Q"', "bat", "powershell"),
        ("wsl bash -c 'prefect agent start -q $Q'", "powershell", "sh"),
    ],
)
def test_inner_dialect(text: str, dialect: Dialect, inner: Dialect) -> None:
    command = only(text, dialect)
    assert command.dialect == inner
    assert values(command) == [*START, "-q", None]


@pytest.mark.parametrize(
    "text",
    [
        "bash run.sh 'prefect agent start'",
        "bash run.sh -c 'prefect agent start'",
        "python -c 'prefect agent start'",
        "notify 'prefect agent start'",
        "notify 'RUN=prefect agent start'",
        'echo "run prefect agent start now"',
        "git commit -m 'Use prefect agent start'",
        'docker run -e CMD="use prefect agent start" x',
    ],
)
def test_string_that_nobody_runs_is_text(text: str) -> None:
    command = only(text)
    assert values(command)[:3] == START
    assert command.context == "text"


@pytest.mark.parametrize(
    "text",
    [
        "RUN='prefect agent start'",
        'export RUN="cd x; prefect agent start"',
        "docker run -e RUN='prefect agent start' x",
    ],
)
def test_value_of_a_variable(text: str) -> None:
    command = only(text)
    assert values(command) == START
    assert command.context == "variable"


@pytest.mark.parametrize(
    "opening",
    [
        "bash <<EOF",
        "bash -s <<'EOF'",
        "sudo bash <<-EOF",
        "ssh user@host <<EOF",
        "docker exec -i svc sh <<EOF",
        "cat <<EOF | bash",
        "cat <<EOF | ssh host",
        "cat <<EOF > start.sh",
        'cat > /usr/local/bin/start-agent <<"EOF"',
        "cat <<EOF | sudo tee -a start.sh",
        "tee start.sh >/dev/null <<EOF",
        "cat > ~/.bashrc <<EOF",
        "cat > start <<EOF\n#!/bin/bash",
        "cat > start <<EOF\n#!/usr/bin/env bash",
    ],
)
def test_document_that_is_a_script(opening: str) -> None:
    text = f"{opening}\ncd flows && prefect agent start\nEOF\necho done\n"
    command = only(text)
    assert values(command) == START
    assert command.context == "command"
    assert command.editable


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        ("cat <<EOF > agent.service", "ExecStart=/usr/bin/prefect agent start"),
        ("cat > Dockerfile <<EOF", "CMD prefect agent start"),
        ("cat > compose.yaml <<EOF", "    command: prefect agent start"),
        ("cat > notes.txt <<'EOF'", "Now run prefect agent start"),
        ("cat <<EOF", "It's time: `prefect agent start`"),
        ("python - <<EOF", "os.system('prefect agent start')"),
        ("tee README.md <<EOF", "    - prefect agent start"),
    ],
)
def test_document_that_is_something_else(opening: str, line: str) -> None:
    text = f"{opening}\nfirst 'line\n{line}\nlast line\nEOF\nprefect version\n"
    inside, after = read_commands(text)
    check_spans(inside, text)
    assert [word.text.rsplit("/")[-1] for word in inside.words[:3]] == START
    assert inside.context == "heredoc"
    assert values(after) == ["prefect", "version"]


def test_document_in_which_dollars_have_a_meaning() -> None:
    text = "cat > a.sh <<EOF\nprefect agent start -q \\$QUEUE\nprefect agent start -p $POOL\nEOF\n"
    escaped, plain = read_commands(text)
    assert (escaped.editable, plain.editable) == (False, True)
    assert escaped.words[-1].raw == "\\$QUEUE"
    assert escaped.words[-1].dynamic
    assert escaped.enclosing == plain.enclosing == "<"


def test_continued_line_of_a_document_stays_editable() -> None:
    command = only("cat > a.sh <<EOF\necho \\$x\nprefect agent start \\\n  -q etl\nEOF\n")
    assert command.editable
    assert values(command) == [*START, "-q", "etl"]


def test_literal_document() -> None:
    (command,) = read_commands("cat > a.sh <<'EOF'\nprefect agent start -q \\$QUEUE\nEOF\n")
    assert command.enclosing == ""
    assert command.words[-1].value == "$QUEUE"


def test_documents_one_after_the_other() -> None:
    text = "cat <<A > a.sh; cat <<B > b.sh\nprefect version\nA\nprefect profile ls\nB\nprefect agent start\n"
    assert [raws(command.words)[1] for command in read_commands(text)] == ["version", "profile", "agent"]


def test_indented_end_of_a_document() -> None:
    text = "    cat <<EOF > a.txt\n    it's\n    EOF\n    prefect agent start\n"
    assert only(text).context == "command"


def test_here_string() -> None:
    assert only("bash <<< 'prefect agent start'").context == "command"
    assert only('ssh host <<<"prefect agent start"').context == "command"


def test_empty_here_string() -> None:
    assert values(only("bash <<< ''; bash <<< \"\"; sh -c ''; prefect version")) == ["prefect", "version"]


def nested(depth: int) -> str:
    text = "prefect version"
    for _ in range(depth):
        text = "eval '" + text.replace("'", "'\\''") + "'"
    return text


def test_strings_are_read_to_a_depth() -> None:
    assert values(only(nested(3))) == ["prefect", "version"]
    assert read_commands(nested(7)) == []
