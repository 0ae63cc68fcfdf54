from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.pins.toml import TomlProblem, strings
from tests.codemods.project.helpers import tomllib

EVERYTHING = """\
# [not.a.table]
title = "a # b"  # comment
date = 2020-01-01T10:00:00Z
[project]
name = 'x'
dependencies = [
  "prefect>=2,<3",  # one ]
  'a "b"',
  # "no"
]
a.b = {c = "d", e = [1, "f", {g = 'h'}], "i.j" = "k"}
[[tool.x]]
k = "1"
sub.deep = "2"
[[tool.x]]
k = "3"
[tool.x.sub]
"quoted.key" = \"\"\"multi
line\"\"\"
raw = '''it's'''
[[tool.x.y]]
z = "esc\\"aped"
"""


def walk(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], str]:
    if isinstance(value, dict):
        return {key: text for name, part in value.items() for key, text in walk(part, (*path, name)).items()}
    if isinstance(value, list):
        return {key: text for index, part in enumerate(value) for key, text in walk(part, (*path, index)).items()}
    return {path: value} if isinstance(value, str) else {}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_string_has_its_place(newline: str) -> None:
    text = EVERYTHING.replace("\n", newline)
    found = {value.path: value.value for value in strings(text)}
    assert found == walk(tomllib.loads(text))
    for value in strings(text):
        assert not value.plain or text[value.start : value.end] == value.value


def test_escapes_are_not_plain() -> None:
    plain = {value.path[-1]: value.plain for value in strings(EVERYTHING)}
    assert not plain["z"]
    assert plain["name"]


@pytest.mark.parametrize("text", ["[a", "a = ", "= 1", "a = [1", 'a = "'])
def test_no_toml(text: str) -> None:
    with pytest.raises(TomlProblem):
        strings(text)


KEYS = st.text("abcXYZ-_ .\"'#=[]", min_size=1, max_size=5)
VALUES = st.recursive(
    st.text("ab #\"'\\[]{},=\n", max_size=8) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {written(part)},  # note\n" for part in value) + "]" if value else "[]"
    return json.dumps(value)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_sees_what_tomllib_sees(data: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key)} = {written(part)}\n" for key, part in data.items())
    try:
        expected = walk(tomllib.loads(text))
    except tomllib.TOMLDecodeError:  # a line break in an inline table
        return
    assert {value.path: value.value for value in strings(text)} == expected
