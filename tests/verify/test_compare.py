"""Differences are named by their field, and expected ones can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.verify.compare import compare
from prefect_migrate.verify.model import MISSING

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "x y"]), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a: 1 -> 2"]),
        ({"a": 1}, {}, ["a: 1 -> nothing"]),
        ({}, {"a": None}, ["a: nothing -> None"]),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}]}}, ["a.b[0].c: 1 -> 2"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, ["a[1]: nothing -> {'b': 2}"]),
        ({"tags": ["a", "b"]}, {"tags": ["a"]}, ["tags: ['a', 'b'] -> ['a']"]),
        ({"two words": 1}, {"two words": 2}, ["['two words']: 1 -> 2"]),
        ({"a": True}, {"a": 1}, ["a: True -> 1"]),
        ({"a": [1]}, {"a": [1.0]}, ["a: [1] -> [1.0]"]),
        (1, 2, ["value: 1 -> 2"]),
    ],
)
def test_difference_is_named(before: Any, after: Any, expected: list[str]) -> None:
    assert [str(item) for item in compare(before, after).differences] == expected


def test_long_values_are_cut() -> None:
    text = str(compare({"a": "x" * 1000}, {"a": "y"}).differences[0])
    assert len(text) < 250
    assert text.startswith("a: 'xxx")


@given(JSON, JSON)
def test_equal_values_have_no_difference_and_others_have(before: Any, after: Any) -> None:
    assert compare(before, before).differences == []
    assert bool(compare(before, after).differences) == (repr(before) != repr(after) and not _alike(before, after))


@given(JSON, JSON)
def test_taking_all_differences_back_gives_the_before_side(before: Any, after: Any) -> None:
    found = compare(before, after, lambda *_: "expected")
    assert found.equal
    assert compare(before, found.folded).differences == []


def _alike(before: Any, after: Any) -> bool:
    """Equality that looks at types, and not at the order of a mapping."""
    import json

    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


def test_only_expected_differences_are_taken_back() -> None:
    found = compare({"a": 1, "b": 1}, {"a": 2, "c": 2}, lambda keys, *_: "why" if keys[0] != "a" else None)
    assert found.folded == {"a": 2, "b": 1}
    assert not found.equal
    assert [(item.field, item.reason) for item in found.differences] == [("a", None), ("b", "why"), ("c", "why")]
    assert found.differences[2].before is MISSING
