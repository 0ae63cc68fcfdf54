"""Makefiles, also against the real make."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from prefect_migrate.commands.shell import read_commands, read_comment_commands
from tests.commands.lines import check_spans, only, raws, spelled, values

START = ["prefect", "agent", "start"]


def recipe(line: str) -> str:
    return f"agent:\n\t{line}\n"


@pytest.mark.parametrize(
    "text",
    [
        recipe("prefect agent start"),
        recipe("@prefect agent start"),
        recipe("-prefect agent start"),
        recipe("+@- prefect agent start"),
        recipe("@ prefect agent start"),
        recipe("cd flows && prefect agent start"),
        recipe("@if true; then \\\n\t  prefect agent start; \\\n\tfi"),
        recipe("@sh -c 'prefect agent start'"),
        "agent: deps ; prefect agent start\n",
        "agent: deps ; @prefect agent start\n",
        "agent:: ; @prefect agent start\n",
        "VERSION != prefect agent start\n",
        "OUT := $(shell prefect agent start)\n",
        "agent:\r\n\tprefect agent start\r\n",
        "x = it's\nagent:\n\techo don't\n\tprefect agent start\n",
    ],
)
def test_recipe(text: str) -> None:
    command = only(text, "make")
    assert values(command) == START
    assert command.context == "command"
    assert command.editable


@pytest.mark.parametrize(
    "text",
    [
        "agent: prefect agent start\n",
        "# prefect agent start\n",
        ".PHONY: prefect\n",
        "ifeq (prefect agent start, x)\nendif\n",
        "include prefect.mk\n",
        recipe("# prefect agent start"),
    ],
)
def test_no_recipe(text: str) -> None:
    assert read_commands(text, dialect="make") == []


@pytest.mark.parametrize(
    "text",
    [
        "RUN = prefect agent start\n",
        "RUN := prefect agent start\n",
        "RUN ?= prefect agent start\n",
        "export RUN ::= prefect agent start\n",
        "RUN += && prefect agent start\n",
        "RUN = cd x && \\\n  prefect agent start\n",
        "define RUN\nprefect agent start\nendef\n",
        'RUN = sh -c "prefect agent start"\n',
    ],
)
def test_variable(text: str) -> None:
    command = only(text, "make")
    assert values(command) == START
    assert command.context == "variable"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("$(QUEUE)", "$(QUEUE)"),
        ("${QUEUE}", "${QUEUE}"),
        ("$@", "$@"),
        ("a-$(patsubst %,x(%),$(QUEUE))", "a-$(patsubst %,x(%),$(QUEUE))"),
        ('"$$QUEUE"', "$$QUEUE"),
        ("$${QUEUE:-x}", "$${QUEUE:-x}"),
        ("$$(cat queue)", "$$(cat queue)"),
        ("'$(QUEUE)'", "$(QUEUE)"),
        ("'x-{{ q }}'", "x-{{ q }}"),
        ("$(or $(A),b c)", "$(or $(A),b c)"),
        ("${{ inputs.queue }}", "${{ inputs.queue }}"),
        ("\\$(QUEUE)", "\\$(QUEUE)"),
    ],
)
def test_expansions(raw: str, text: str) -> None:
    command = only(recipe(f"prefect agent start -q {raw}"), "make")
    assert command.words[-1].raw == raw
    assert command.words[-1].text == text
    assert command.words[-1].dynamic


@pytest.mark.parametrize(
    ("raw", "value"), [("'5$$'", "5$"), ('"5\\$$"', "5$"), ("'it'\\''s'", "it's"), ("a\\ b", "a b"), ("5$$", "5$")]
)
def test_escaped_dollar_is_one(raw: str, value: str) -> None:
    assert only(recipe(f"prefect agent start -q {raw}"), "make").words[-1].value == value


def test_unclosed_variable_is_a_dollar() -> None:
    assert only(recipe("prefect version x$(a;b"), "make").words[-1].raw == "x$"


def test_variable_that_holds_the_program() -> None:
    command = only("PREFECT := poetry run prefect\n" + recipe("$(PREFECT) agent start -q x"), "make")
    assert raws(command.words) == ["$(PREFECT)", "agent", "start", "-q", "x"]
    assert read_commands(recipe("$(PREFECT) something else"), dialect="make") == []


def test_inner_script_stays_editable_with_shell_variables() -> None:
    command = only(recipe("sh -c 'prefect agent start -q $$QUEUE'"), "make")
    assert command.editable
    assert command.words[-1].raw == "$$QUEUE"
    assert command.words[-1].dynamic


def test_continued_recipe() -> None:
    text = recipe("prefect agent start \\\n\t\t-q etl \\\n\t\t-p pool")
    command = only(text, "make")
    assert spelled(command) in text
    assert values(command) == [*START, "-q", "etl", "-p", "pool"]


def test_comments() -> None:
    text = "# prefect agent start -q a\nx = it's\n" + recipe("true # prefect agent start -q b")
    found = read_comment_commands(text, dialect="make")
    assert [command.words[-1].text for command in found] == ["a", "b"]
    for command in found:
        check_spans(command, text)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make to ask")
def test_words_are_those_of_the_real_make(tmp_path: Path) -> None:
    lines = ["a '$$x' \"\\$$y\"", "'a b' \\\n\t  c", "a\\\n\tb", "'$$$$'", "#x", "x#y"]
    text = "all:\n" + "".join(f"\t@prefect {line}\n" for line in lines)
    helper = tmp_path / "prefect"
    helper.write_text("#!/bin/sh\nfor word; do printf '%s|' \"$word\"; done; echo\n")
    helper.chmod(0o755)
    (tmp_path / "Makefile").write_text(text.replace("prefect", "./prefect"))
    result = subprocess.run(["make", "-s"], cwd=tmp_path, capture_output=True, check=True, text=True)
    found = read_commands(text, dialect="make")
    assert ["".join(f"{word.text}|" for word in command.words[1:]) for command in found] == result.stdout.splitlines()
