from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.changes.indent import has_multiline_string, reindent

CALL = dedent(
    """\
    f(
        # first
        a=1,  # one
        # about b
        b=[
            2,  # two
        ],
        c=3,
    )"""
)


def test_untouched_call_is_the_same() -> None:
    assert CallEditor(CALL).code("f") == CALL


def test_remove_keeps_the_comments_around() -> None:
    editor = CallEditor(CALL)
    editor.remove("a")
    assert editor.code("f") == dedent(
        """\
        f(
            # first
            # one
            # about b
            b=[
                2,  # two
            ],
            c=3,
        )"""
    )


def test_remove_the_last_keeps_the_trailing_comma() -> None:
    editor = CallEditor("f(\n    a=1,\n    b=2,\n)")
    editor.remove("b")
    assert editor.code("f") == "f(\n    a=1,\n)"


def test_remove_the_last_without_trailing_comma() -> None:
    editor = CallEditor("f(\n    a=1,\n    b=2\n)")
    editor.remove("b")
    assert editor.code("f") == "f(\n    a=1\n)"


def test_remove_the_last_keeps_its_comment() -> None:
    editor = CallEditor("f(\n    a=1,\n    b=2,  # why\n)")
    editor.remove("b")
    assert editor.code("f") == "f(\n    a=1,\n    # why\n)"


def test_remove_takes_comments_for_tools_along() -> None:
    editor = CallEditor("f(\n    a=1,\n    b=g(),  # type: ignore\n    c=h(),  # noqa: E501\n    d=2,  # why\n)")
    for name in ("b", "c", "d"):
        editor.remove(name)
    assert editor.code("f") == "f(\n    a=1,\n    # why\n)"


def test_remove_the_only_one() -> None:
    editor = CallEditor("f(a=1)")
    editor.remove("a")
    assert editor.code("g") == "g()"


def test_add_at_the_end_of_one_line() -> None:
    editor = CallEditor("f(a=1)")
    editor.add("b", "2")
    assert editor.code("f") == "f(a=1, b=2)"


@pytest.mark.parametrize("comma", ["", ","])
def test_add_at_the_end_of_many_lines(comma: str) -> None:
    editor = CallEditor(f"f(\n    a=1,\n    b=2{comma}\n)")
    editor.add("c", "3")
    assert editor.code("f") == f"f(\n    a=1,\n    b=2,\n    c=3{comma}\n)"


def test_add_behind_a_comment_at_the_end() -> None:
    editor = CallEditor("f(\n    a=1,  # one\n)")
    editor.add("b", "2")
    assert editor.code("f") == "f(\n    a=1,  # one\n    b=2,\n)"


def test_add_in_the_middle() -> None:
    editor = CallEditor("f(\n    a=1,\n    b=2,\n)")
    editor.add("x", "9", after="a")
    assert editor.code("f") == "f(\n    a=1,\n    x=9,\n    b=2,\n)"


def test_add_comes_before_splats() -> None:
    editor = CallEditor("f(a=1, **rest)")
    editor.add("b", "2")
    assert editor.code("f") == "f(a=1, b=2, **rest)"


def test_add_to_an_empty_call() -> None:
    editor = CallEditor("f()")
    editor.add("a", "1")
    assert editor.code("f") == "f(a=1)"


def test_a_line_too_long_is_broken() -> None:
    editor = CallEditor("f(a=1, b=2)", indent="  ", width=20)
    assert editor.code("function_name") == "function_name(\n      a=1,\n      b=2,\n  )"


def test_a_line_of_arguments_that_got_too_long_is_broken() -> None:
    call = "f(\n    a=1, b=2\n)"
    editor = CallEditor(call, width=16)
    assert editor.code("f") == call
    editor.add("c", "3")
    assert editor.code("f") == "f(\n    a=1,\n    b=2,\n    c=3,\n)"


def test_positional_arguments_get_their_names() -> None:
    editor = CallEditor("f(x, 'n', *more)")
    editor.name_positional(("flow", "name", "output"))
    assert editor.code("f") == "f(flow=x, name='n', *more)"


def test_lead_with_takes_the_comments_along() -> None:
    editor = CallEditor("S(\n    timezone='UTC',  # zone\n    # when\n    cron='* * * * *',  # always\n)")
    editor.lead_with("cron")
    assert editor.code("Cron") == "Cron(\n    # when\n    '* * * * *',  # always\n    timezone='UTC',  # zone\n)"


def test_lead_with_in_one_line() -> None:
    editor = CallEditor("S(timezone='UTC', cron='* * * * *')")
    editor.lead_with("cron")
    assert editor.code("Cron") == "Cron('* * * * *', timezone='UTC')"


def test_crlf_is_kept() -> None:
    editor = CallEditor("f(\r\n    a=1,\r\n)", newline="\r\n")
    editor.add("b", "2")
    assert editor.code("f") == "f(\r\n    a=1,\r\n    b=2,\r\n)"


def test_what_is_no_call_is_refused() -> None:
    with pytest.raises(ValueError, match="not a call"):
        CallEditor("a + b")


@pytest.mark.parametrize(
    ("code", "expected"), [("f('a\\n')", False), ("f('''a\nb''')", True), ("f(\n1)", False), ("f(", True)]
)
def test_has_multiline_string(code: str, expected: bool) -> None:
    assert has_multiline_string(code) is expected


def test_reindent_leaves_blank_lines() -> None:
    assert reindent("f(\n  a,\n\n  b)", "", "    ") == "f(\n      a,\n\n      b)"


_NAMES = st.sampled_from("abcdefgh")
_LAYOUTS = st.sampled_from([", ", ",\n    ", ",  # note\n    ", ",\n    # line\n    "])


@st.composite
def _calls(draw: st.DrawFn) -> tuple[str, list[str]]:
    names = draw(st.lists(_NAMES, min_size=1, max_size=6, unique=True))
    parts = [f"{name}={number}" for number, name in enumerate(names)]
    body = parts[0] + "".join(draw(_LAYOUTS) + part for part in parts[1:])
    opening, closing = draw(
        st.sampled_from([("(", ")"), ("(\n    ", "\n)"), ("(\n    ", ",\n)"), ("(\n    ", ",  # end\n)")])
    )
    return f"f{opening}{body}{closing}", names


@given(_calls(), st.data())
def test_edits_change_nothing_else(call: tuple[str, list[str]], data: st.DataObject) -> None:
    source, names = call
    removed = set(data.draw(st.lists(st.sampled_from(names), unique=True)))
    editor = CallEditor(source, width=10**6)
    for name in removed:
        editor.remove(name)
    editor.add("new", "99", after=data.draw(st.sampled_from([None, *names])))
    result = editor.code("f")
    tree = ast.parse(result, mode="eval").body
    assert isinstance(tree, ast.Call)
    assert {keyword.arg for keyword in tree.keywords} == set(names) - removed | {"new"}
    assert result.count("#") == source.count("#"), result
