"""What strings say, checked against the real parsers; every character has its place."""

from __future__ import annotations

import ast
import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from prefect_migrate.commands.decoded import Decoded
from prefect_migrate.hosts.literal_strings import decode_literal, string_end
from prefect_migrate.hosts.nodes import Listing, Node, Scalar, Table
from prefect_migrate.hosts.python_strings import decode_python
from prefect_migrate.hosts.yaml_files import read_yaml

TEXT = st.text(st.sampled_from("ab -\t\\\"'#:{}$%é\n|>&*![],"), max_size=40)
WORDS = st.lists(
    st.sampled_from(["prefect", "agent", "-q", "it's", 'a"b', "x: y", "#no", "\\n", "é", "  "]), max_size=8
)


def check(decoded: Decoded, text: str) -> None:
    """Each character has a place, and they follow each other."""
    assert len(decoded.value) == len(decoded.spans)
    for character, (start, end) in zip(decoded.value, decoded.spans, strict=True):
        assert 0 <= start < end <= len(text)
        if end == start + 1:
            assert text[start] == character or not text[start].isalnum()
    starts = [start for start, _ in decoded.spans]
    assert starts == sorted(starts)


def scalars(node: Node) -> list[Decoded]:
    if isinstance(node, Scalar):
        decoded = node.decode()
        return [decoded] if decoded else []
    if isinstance(node, Table):
        return [found for _, value in node.pairs for found in scalars(value)]
    return [found for item in node.items for found in scalars(item)] if isinstance(node, Listing) else []


@given(TEXT)
def test_json(value: str) -> None:
    for ascii_only in (True, False):
        text = " " + json.dumps(value, ensure_ascii=ascii_only) + " "
        assert string_end(text, 1, len(text), False) == len(text) - 1
        decoded = decode_literal(text, 1, len(text) - 1, '"', False)
        assert decoded.value == value
        check(decoded, text)


@given(TEXT, TEXT)
@example("", "")
def test_python(first: str, second: str) -> None:
    for text in (repr(first), json.dumps(first), f"{first!r}  # x\n  {second!r}", f"(r'ab'\n{second!r})"):
        found = decode_python(text, 0, len(text))
        assert found is not None
        assert found.decoded.value == ast.literal_eval(f"({text})")
        check(found.decoded, text)


def test_python_escapes() -> None:
    text = r"""'\x41\u00e9\U0001F600\101\'\
\q'"""
    found = decode_python(text, 0, len(text))
    assert found is not None
    assert found.decoded.value == "Aé😀A'\\q"
    assert decode_python("b'x'", 0, 4) is None
    assert decode_python("'a' + 'b'", 0, 9) is None


@pytest.mark.parametrize(
    "style", [str, DoubleQuotedScalarString, SingleQuotedScalarString, FoldedScalarString, LiteralScalarString]
)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=5), st.integers(20, 80))
def test_yaml(style: Any, lines: list[str], width: int) -> None:
    value = "\n".join(lines)
    yaml = YAML()
    yaml.width = width
    stream = io.StringIO()
    yaml.dump({"a": {"b": [style(value)]}, "c": 1}, stream)
    text = stream.getvalue()
    loaded = YAML(typ="safe", pure=True).load(text)["a"]["b"][0]
    (document,) = read_yaml(text)
    decoded = scalars(document)[0]
    assert decoded.value.rstrip() == str(loaded).rstrip()
    check(decoded, text)
    visible = [span for character, span in zip(decoded.value, decoded.spans, strict=True) if not character.isspace()]
    assert len(set(visible)) == len(visible)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: |2\n   x\n  y\n", " x\ny"),
        ("a: >\n  x\n  y\n\n  z\n   w\n  v\n", "x y\nz\n w\nv"),
        ('a: "x\\\n  y \\u00e9"\n', "xy é"),
        ("a: x\n  y\n\n  z\n", "x y\nz"),
        ("a: 'it''s\n  x'\n", "it's x"),
        ("a: !Sub &b 'x'\n", "x"),
        ("a: |\r\n  x\r\n  y\r\n", "x\ny"),
        ("a: >-\n\n  x\n", "\nx"),
    ],
)
def test_yaml_forms(text: str, value: str) -> None:
    (document,) = read_yaml(text)
    (decoded,) = scalars(document)
    assert decoded.value.rstrip("\n") == value.rstrip("\n")
    check(decoded, text)


def test_templates_of_yaml_load_with_places() -> None:
    lines = [
        "{{- if x }}",
        "a: {{ .Values.a }}",
        "b:",
        '  labels: {{- include "l" . | nindent 4 }}',
        "    c: d-{{ e }}-f",
    ]
    text = "\n".join([*lines, "{{- end }}\n"])
    (document,) = read_yaml(text)
    assert [decoded.value for decoded in scalars(document)] == ["{{ .Values.a }}", "d-{{ e }}-f"]
