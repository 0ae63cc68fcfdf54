from __future__ import annotations

import json
import shlex
import shutil
import subprocess

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prefect_migrate.commands.model import Dialect
from prefect_migrate.commands.quoting import CannotQuote, quote
from tests.commands.lines import SHELLS, only, values


def word_like(raw: str, dialect: Dialect = "sh") -> str:
    tab = "x:\n\t" if dialect == "make" else ""
    return f"{tab}prefect work-queue create {raw}"


@pytest.mark.parametrize(
    ("value", "like", "expected"),
    [
        ("etl", None, "etl"),
        ("etl", "x", "etl"),
        ("etl", "'x'", "'etl'"),
        ("etl", '"x"', '"etl"'),
        ("my etl", None, "'my etl'"),
        ("my etl", '"x"', '"my etl"'),
        ("it's", None, "'it'\\''s'"),
        ("it's", '"x"', '"it\'s"'),
        ('say "hi" $x `y` \\', '"x"', '"say \\"hi\\" \\$x \\`y\\` \\\\"'),
        ("$x", None, "'$x'"),
        ("", None, "''"),
        ("", '"x"', '""'),
        ("a=b", None, "a=b"),
        ("*.yaml", None, "'*.yaml'"),
        ("~/x", None, "'~/x'"),
        ("flows/a.py:flow", None, "flows/a.py:flow"),
        ("0 9 * * *", None, "'0 9 * * *'"),
    ],
)
def test_sh(value: str, like: str | None, expected: str) -> None:
    assert quote(value, "sh", only(word_like(like)).words[-1] if like else None) == expected


@pytest.mark.parametrize(
    ("dialect", "value", "like", "expected"),
    [
        ("make", "$x", None, "'$$x'"),
        ("make", "$x", '"x"', '"\\$$x"'),
        ("bat", "my etl", None, '"my etl"'),
        ("bat", "50% x", None, '"50%% x"'),
        ("bat", "a\\b c\\", None, '"a\\b c\\\\"'),
        ("bat", "etl", '"x"', '"etl"'),
        ("powershell", "my etl", None, "'my etl'"),
        ("powershell", "it's", None, "'it''s'"),
        ("powershell", "it's $x", '"x"', '"it\'s `$x"'),
        ("powershell", "--pool", None, "--pool"),
        ("powershell", "-", None, "'-'"),
    ],
)
def test_dialects(dialect: Dialect, value: str, like: str | None, expected: str) -> None:
    word = only(word_like(like, dialect), dialect).words[-1] if like else None
    assert quote(value, dialect, word) == expected


@pytest.mark.parametrize(
    ("value", "like", "expected"),
    [
        ("etl", "x", "etl"),
        ("etl", '"x"', '"etl"'),
        ("etl", "'x'", "'etl'"),
        ("true", "x", "'true'"),
        ("5", "x", "'5'"),
        ("--pool", "x", "--pool"),
        ("a b", "x", "'a b'"),
        ('a "b"\n', '"x"', '"a \\"b\\"\\n"'),
        ("it's", "'x'", "'it''s'"),
    ],
)
def test_items_of_a_list(value: str, like: str, expected: str) -> None:
    assert quote(value, "argv", only(word_like(like)).words[-1]) == expected


def test_items_in_double_quotes_are_json() -> None:
    like = only(word_like('"x"')).words[-1]
    assert json.loads(quote('a "b" \\ é\t', "argv", like)) == 'a "b" \\ é\t'


@pytest.mark.parametrize(
    ("value", "enclosing", "expected"),
    [
        ("etl", '"', "etl"),
        ("my etl", '"', "'my etl'"),
        ("my etl", "'", '"my etl"'),
        ("my etl", "`", "'my etl'"),
        ("my etl", "<", "'my etl'"),
    ],
)
def test_inside_a_string(value: str, enclosing: str, expected: str) -> None:
    assert quote(value, "sh", None, enclosing) == expected


@pytest.mark.parametrize(
    ("value", "dialect", "enclosing"),
    [
        ("it's", "sh", "\"'"),
        ("$x y", "sh", '"'),
        ("$x", "sh", "<"),
        ("my etl", "sh", "'\""),
        ("`x`", "sh", "`"),
        ("a\nb", "make", ""),
        ('a "b"', "bat", ""),
        ("a\nb", "bat", ""),
        ("a!b c", "bat", ""),
    ],
)
def test_refuses_what_cannot_be_said(value: str, dialect: Dialect, enclosing: str) -> None:
    with pytest.raises(CannotQuote):
        quote(value, dialect, None, enclosing)


def test_inside_the_quotes_of_a_neighbour() -> None:
    double = only(word_like('"--name=my etl"')).words[-1].after(7)
    assert quote('a "b"', "sh", double) == 'a \\"b\\"'
    single = only(word_like("'--name=my etl'")).words[-1].after(7)
    assert quote('a "b"', "sh", single) == 'a "b"'
    with pytest.raises(CannotQuote):
        quote("it's", "sh", single)
    with pytest.raises(CannotQuote):
        quote('a "b"', "sh", double, "'\"")


#: Without what a template language would read, which no quoting hides.
SAYABLE = st.text(max_size=20).filter(lambda value: not {"{", "$[", "\0"} & {*value, value[:2]} and "\r" not in value)
LIKE = st.sampled_from(["x", "'x'", '"x"'])


@pytest.mark.parametrize("dialect", SHELLS)
@given(wanted=st.lists(SAYABLE, max_size=5), like=LIKE)
def test_quoted_words_are_read_back(dialect: Dialect, wanted: list[str], like: str) -> None:
    # a word that names a command itself is read as one more
    wanted = [value for value in wanted if not {"[", "%", "<", "!"} & set(value) and "prefect" not in value]
    neighbour = only(word_like(like, dialect), dialect).words[-1]
    raws = []
    for value in wanted:
        try:
            raws.append(quote(value, dialect, neighbour))
        except CannotQuote:
            assume(False)
    text = word_like(" ".join(raws), dialect).rstrip()
    command = only(text, dialect)
    assert [word.raw for word in command.words[3:]] == [raw for raw in raws if raw]
    assert values(command)[3:] == wanted


@given(st.lists(st.text(max_size=12), max_size=6), LIKE)
def test_quoted_words_are_those_of_shlex(wanted: list[str], like: str) -> None:
    """Which leaves `\\$` in double quotes as it is, against the standard."""
    assume(like != '"x"' or not set("".join(wanted)) & set("$`"))
    neighbour = only(word_like(like)).words[-1]
    assert shlex.split(" ".join(quote(value, "sh", neighbour) for value in wanted)) == wanted


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh to ask")
@pytest.mark.parametrize("like", ["x", "'x'", '"x"'])
def test_quoted_words_are_those_of_the_real_shell(like: str) -> None:
    wanted = [
        "a",
        "",
        "it's",
        'say "x"',
        "$HOME `id` \\$x \\\\",
        "*",
        "~",
        "a\nb",
        "#x",
        "!",
        "a;b&c|d>e",
        "{a,b}",
        "-",
    ]
    neighbour = only(word_like(like)).words[-1]
    line = " ".join(quote(value, "sh", neighbour) for value in wanted)
    result = subprocess.run(["sh", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    assert result.stdout.decode().split("\0")[:-1] == wanted
