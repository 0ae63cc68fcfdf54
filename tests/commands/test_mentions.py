"""Commands in prose."""

from __future__ import annotations

import pytest

from prefect_migrate.commands.shell import read_text_commands
from tests.commands.lines import check_spans, raws


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Run `prefect agent start -q etl` now.", "prefect agent start -q etl"),
        ("Run 'prefect agent start -q etl' now.", "prefect agent start -q etl"),
        ("```bash\nprefect agent start -q etl\n```", "prefect agent start -q etl"),
        ("$ prefect agent start -q 'my etl'; exit", "prefect agent start -q 'my etl'"),
        ("1. prefect deploy --all", "prefect deploy --all"),
        ("`prefect init`", "prefect init"),
        ("then ./venv/bin/prefect deployment apply x.yaml", "./venv/bin/prefect deployment apply x.yaml"),
        ("prefect --no-prompt deploy flow.py:f", "prefect --no-prompt deploy flow.py:f"),
        ("prefect --profile x agent start", "prefect --profile x agent start"),
        ("prefect agent start -q <queue>", "prefect agent start -q <queue>"),
        ("prefect agent start \\\n  -q etl\nmore", "prefect agent start \\\n  -q etl"),
        ("prefect agent start > log", "prefect agent start"),
        ('"source": ["!poetry run prefect agent start"]', "prefect agent start"),
        ("It's: `prefect agent start`, isn't it", "prefect agent start"),
        ('He said "prefect agent start -q etl", then left', "prefect agent start -q etl"),
        ("first\n  prefect deploy\nlast", "prefect deploy"),
        ("$ prefect version\n", "prefect version"),
        ("(venv) $ prefect init", "prefect init"),
        ("1. prefect deploy", "prefect deploy"),
        ("PS C:\\flows> prefect deploy", "prefect deploy"),
        ("Use `prefect version`.", "prefect version"),
        ("Use ``prefect orion start``.", "prefect orion start"),
    ],
)
def test_mention(text: str, found: str) -> None:
    (command,) = read_text_commands(text)
    check_spans(command, text)
    assert text[command.start : command.end] == found
    assert command.context == "text"


@pytest.mark.parametrize(
    "text",
    [
        "The prefect agent is running.",
        "We use prefect deployment files.",
        "requires prefect version 2.20 or later",
        "how to prefect deploy a flow",
        "prefect deploy a flow",
        "the old\nprefect version was",
        "Use the `new prefect version`",
        "see prefect.io/agent start",
        "the prefect server",
        "my-prefect agent start",
        "prefect",
        "prefect ",
    ],
)
def test_sentence(text: str) -> None:
    assert read_text_commands(text) == []


def test_quote_that_encloses() -> None:
    (command,) = read_text_commands("(`prefect agent start`)")
    assert command.enclosing == "`"
    assert raws(command.words) == ["prefect", "agent", "start"]


def test_several_on_a_line() -> None:
    text = "prefect agent start && prefect version; prefect deploy --all | tee `prefect profile ls`"
    assert [command.words[1].raw for command in read_text_commands(text)] == ["agent", "deploy", "profile"]
