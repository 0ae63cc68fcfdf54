"""Whatever a file holds: nothing is raised, places are right, and nothing but the edit changes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.commands.model import Command
from prefect_migrate.discovery import kinds
from prefect_migrate.findings import Edit
from prefect_migrate.hosts.edit import delete_words, insert_words, replace_word, spell
from prefect_migrate.hosts.fixes import merged
from prefect_migrate.hosts.reading import KINDS, read_text
from tests.hosts.helpers import check_spans, python_commands, said

SIGNS = """- : [ ] { } {{ }} ${ , | > &a *a !Sub # ' " \""" ` ``` ~~~ \\ % // /* = .. code:: %s"""
NAMES = """prefect "prefect" agent "agent" start "start" run command args CMD RUN ExecStart= source cells code é"""
BREAKS = ["\n", "\n  ", "\n\n    ", "\t", " ", "\\\n", "<<EOF\n", "EOF\n", "FROM x\n", "\r\n", "---\n", "{% x %}"]
PIECES = st.sampled_from([*SIGNS.split(), *NAMES.split(), *BREAKS, "prefect agent start -q etl"])


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=60)
def test_any_text_is_read(kind: str, text: str) -> None:
    for command in read_text(kind, f"prefect agent start {text}"):
        check_spans(command, f"prefect agent start {text}")


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_string_of_python_is_read(tmp_path: Path, text: str) -> None:
    for quoted in (repr(text), json.dumps(text), "f" + repr(text.replace("{", "{{").replace("}", "}}"))):
        python_commands(tmp_path, f"import os\nos.system('prefect agent start' {quoted})\nrun([{quoted}, 'prefect'])\n")


def worker(command: Command) -> list[Edit]:
    """The edits of PM201, with a pool of a fixed name."""
    edits = [replace_word(command, 1, "worker")]
    edits += insert_words(command, 3, [spell(command, "--pool"), spell(command, "p")])
    welcome = [index for index, word in enumerate(command.words) if word.text == "--hide-welcome"]
    for index in welcome:
        edits += delete_words(command, index, index + 1)
    return merged(edits)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(st.sampled_from("ab :#-'\"\\\n{}é"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=6,
)
ARGUMENTS = st.lists(
    st.sampled_from(["--hide-welcome", "-q", "etl", "it's", 'a "b"', "x: y", "$X", "é", "5", "no"]), max_size=6
)


@given(VALUES, ARGUMENTS, VALUES, st.integers(0, 3))
def test_json_around_a_list(before: Any, arguments: list[str], after: Any, indent: int) -> None:
    words = ["prefect", "agent", "start", *arguments]
    text = json.dumps({"a": before, "command": words, "b": after}, indent=indent or None, ensure_ascii=indent > 1)
    (command,) = [found for found in read_text(kinds.JSON, text) if found.words[0].text == "prefect"]
    check_spans(command, text)
    loaded = json.loads(apply_edits(text, worker(command)))
    expected = [word for word in arguments if word != "--hide-welcome"]
    assert loaded == {"a": before, "command": ["prefect", "worker", "start", "--pool", "p", *expected], "b": after}


@given(VALUES, ARGUMENTS, VALUES, st.booleans(), st.integers(30, 100))
def test_yaml_around_a_list(before: Any, arguments: list[str], after: Any, flow: bool, width: int) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.width = width
    words = ["prefect", "agent", "start", *arguments]
    stream = io.StringIO()
    yaml.dump({"a": before, "command": words, "z": after}, stream)
    text = stream.getvalue()
    (command,) = [found for found in read_text(kinds.YAML, text) if found.words[0].text == "prefect"]
    check_spans(command, text)
    assert [word.text for word in command.words] == words
    loaded = YAML(typ="safe", pure=True).load(apply_edits(text, worker(command)))
    expected = [word for word in arguments if word != "--hide-welcome"]
    assert loaded == {"a": before, "command": ["prefect", "worker", "start", "--pool", "p", *expected], "z": after}


@given(
    st.sampled_from(["|", ">", "|-", ">-", "|2", ""]), st.lists(st.sampled_from(["-q etl", "--hide-welcome", "-l 3"]))
)
def test_a_block_of_yaml(style: str, options: list[str]) -> None:
    pad = "    " if style != "|2" else "  "
    joiner = f" \\\n{pad}  " if style.startswith("|") else f"\n{pad}"
    line = joiner.join(["prefect agent start", *options])
    text = f"a: 1  # x\nrun: {style}\n{pad}{line}\nb: [2]\n" if style else f"run: {line}\nb: [2]\n"
    (command,) = read_text(kinds.YAML, text)
    check_spans(command, text)
    after = apply_edits(text, worker(command))
    (changed,) = read_text(kinds.YAML, after)
    kept = [word for option in options if option != "--hide-welcome" for word in option.split()]
    assert said(changed).split() == ["prefect", "worker", "start", "--pool", "p", *kept]
    assert YAML(typ="safe", pure=True).load(after)["b"] == [2]
