"""Options as the CLI itself would read them."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prefect_migrate.commands.argv import list_word, read_argv
from prefect_migrate.commands.model import Command
from prefect_migrate.commands.parse import Invocation, Option, parse
from prefect_migrate.commands.tree import CommandSpec, OptionSpec, load_tree
from tests.commands.lines import only, raws

BUILD = ("deployment", "build")


def parsed(text: str, major: int = 2) -> Invocation:
    return parse(only(text), load_tree(2 if major == 2 else 3))


def pairs(invocation: Invocation) -> list[tuple[str, str | None]]:
    return [(option.name, option.value.text if option.value else None) for option in invocation.options]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-q etl", [("--work-queue", "etl")]),
        ("-qetl", [("--work-queue", "etl")]),
        ("--work-queue etl", [("--work-queue", "etl")]),
        ("--work-queue=etl", [("--work-queue", "etl")]),
        ("--work-queue='my etl'", [("--work-queue", "my etl")]),
        ('"--work-queue=my etl"', [("--work-queue", "my etl")]),
        ("-q'my etl'", [("--work-queue", "my etl")]),
        ("-q=etl", [("--work-queue", "=etl")]),
        ("-q a -q b", [("--work-queue", "a"), ("--work-queue", "b")]),
        ("-q -x", [("--work-queue", "-x")]),
        ("-q ''", [("--work-queue", "")]),
        ("--run-once", [("--run-once", None)]),
        ("--no-run-once", [("--run-once", None)]),
        ("-p pool -l 5", [("--pool", "pool"), ("--limit", "5")]),
        ("-q $QUEUE", [("--work-queue", "$QUEUE")]),
        ('-q"$QUEUE"', [("--work-queue", "$QUEUE")]),
        ('--work-queue="$QUEUE"', [("--work-queue", "$QUEUE")]),
        ("--work-queue=", [("--work-queue", "")]),
        ("-m dev -t a -r 'dev-.*'", [("--match", "dev"), ("--tag", "a"), ("--regex", "dev-.*")]),
        ("-h", [("--help", None)]),
        ("-q", [("--work-queue", None)]),
    ],
)
def test_options_of_agent_start(arguments: str, expected: list[tuple[str, str | None]]) -> None:
    invocation = parsed(f"prefect agent start {arguments}")
    assert invocation.path == ("agent", "start")
    assert pairs(invocation) == expected
    assert not invocation.unknown
    assert invocation.certain


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("f.py:f -a", [("--apply", None)]),
        ("f.py:f -an dev", [("--apply", None), ("--name", "dev")]),
        ("f.py:f -andev", [("--apply", None), ("--name", "dev")]),
        ("-ib process/dev f.py:f", [("--infra-block", "process/dev")]),
        ("-ib=process/dev f.py:f", [("--infra-block", "process/dev")]),
        ("-i process f.py:f", [("--infra", "process")]),
        ("-iprocess f.py:f", [("--infra", "process")]),
        ("-sb s3/dev --skip-upload f.py:f", [("--storage-block", "s3/dev"), ("--skip-upload", None)]),
        ("--override env.A=b --override c=d f.py:f", [("--override", "env.A=b"), ("--override", "c=d")]),
        ("--param a=1 --params '{\"b\": 2}' f.py:f", [("--param", "a=1"), ("--params", '{"b": 2}')]),
        ("--cron '0 9 * * *' f.py:f --timezone UTC", [("--cron", "0 9 * * *"), ("--timezone", "UTC")]),
    ],
)
def test_options_of_deployment_build(arguments: str, expected: list[tuple[str, str | None]]) -> None:
    invocation = parsed(f"prefect deployment build {arguments}")
    assert invocation.path == BUILD
    assert pairs(invocation) == expected
    assert raws(invocation.positionals) == ["f.py:f"]
    assert invocation.certain


def test_after_two_dashes_all_are_positionals() -> None:
    invocation = parsed("prefect agent start -q a -- -q --run-once")
    assert pairs(invocation) == [("--work-queue", "a")]
    assert raws(invocation.positionals) == ["-q", "--run-once"]


def test_a_single_dash_is_a_positional() -> None:
    assert raws(parsed("prefect deployment apply -").positionals) == ["-"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("prefect work-queues create x", ("work-queue", "create")),
        ("prefect --profile dev work-queue create x", ("work-queue", "create")),
        ("prefect -p dev work-queue --help", ("work-queue",)),
        ("prefect", ()),
        ("prefect --version", ()),
        ("prefect orion start", ("orion", "start")),
        ("prefect deployment schedule create x", ("deployment", "schedule", "create")),
    ],
)
def test_path(text: str, path: tuple[str, ...]) -> None:
    assert parsed(text).path == path


def test_options_before_the_sub_command_are_of_the_root() -> None:
    invocation = parsed("prefect --no-prompt -p dev agent start -p pool")
    assert [(option.name, option.off, option.of_root) for option in invocation.options] == [
        ("--prompt", True, True),
        ("--profile", False, True),
        ("--pool", False, False),
    ]
    assert raws(invocation.path_words) == ["agent", "start"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("prefect agent stop", ["stop"]),
        ("prefect nonsense", ["nonsense"]),
        ("prefect agent start --nonsense x", ["--nonsense"]),
        ("prefect agent start -zq x", ["-zq"]),
        ("prefect agent $COMMAND", ["$COMMAND"]),
        ("prefect agent start --$X", ["--$X"]),
    ],
)
def test_unknown(text: str, unknown: list[str]) -> None:
    invocation = parsed(text)
    assert raws(invocation.unknown) == unknown
    assert not invocation.certain


def test_unquoted_variable_may_hold_options() -> None:
    assert not parsed("prefect agent start $OPTIONS").certain
    assert parsed('prefect agent start "$QUEUE"').certain
    assert parsed("prefect agent start -q $QUEUE").certain


def test_words_of_an_option() -> None:
    command = only("prefect agent start -q a --pool=b --run-once")
    options = parse(command, load_tree(2)).options
    assert [(option.at, len(option.words)) for option in options] == [(3, 2), (5, 1), (6, 1)]
    for option in options:
        assert option.words == command.words[option.at : option.at + len(option.words)]


def test_lookup() -> None:
    invocation = parsed("prefect agent start -q a -q b -p c -p d")
    assert [option.value.text for option in invocation.all("--work-queue") if option.value] == ["a", "b"]
    last = invocation.last("--pool")
    assert last is not None
    assert last.value is not None
    assert last.value.text == "d"
    assert invocation.last("--limit") is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("-n=dev", [("--name", "dev", False)]),
        ("-jv image=x", [("--job-variable", "image=x", False)]),
        ("--no-all", [("--all", None, True)]),
        ("--empty-tag", [("--tag", None, True)]),
        ("--entrypoint f.py:f", [("--entrypoint", "f.py:f", False)]),
    ],
)
def test_options_of_3(arguments: str, expected: list[tuple[str, str | None, bool]]) -> None:
    invocation = parsed(f"prefect deploy {arguments}", 3)
    assert invocation.path == ("deploy",)
    found = [(option.name, option.value.text if option.value else None, option.off) for option in invocation.options]
    assert found == expected


def test_a_command_of_3_that_is_a_group_too() -> None:
    assert parsed("prefect deploy init", 3).path == ("deploy", "init")
    invocation = parsed("prefect deploy flow.py:init -n dev", 3)
    assert invocation.path == ("deploy",)
    assert raws(invocation.positionals) == ["flow.py:init"]
    assert not invocation.unknown


def test_agent_is_unknown_to_3() -> None:
    assert raws(parsed("prefect agent start", 3).unknown) == ["agent", "start"]


# What Prefect 2 itself would do: the same table as a real command line parser of click's.


def click_command(spec: CommandSpec) -> click.Command:
    params: list[click.Parameter] = [click.Argument(["rest"], nargs=-1)]
    for option in dict.fromkeys(spec.options.values()):
        names = [*option.short, option.name, *option.long]
        if option.takes_value:
            params.append(click.Option([f"p{len(params)}", *names], multiple=True))
        else:
            params.append(click.Option([f"p{len(params)}", *_switch(option, names)], multiple=False, is_flag=True))
    return click.Command("x", params=params, add_help_option=False)


def _switch(option: OptionSpec, names: list[str]) -> list[str]:
    return [f"{name}/{off}" for name, off in zip(names, option.off, strict=False)] or names


def by_click(spec: CommandSpec, arguments: Sequence[str]) -> tuple[dict[str, object], tuple[str, ...]] | None:
    command = click_command(spec)
    try:
        context = command.make_context("x", list(arguments))
    except click.UsageError:
        return None
    rest: tuple[str, ...] = context.params.pop("rest")
    by_name = {param.name: max(param.opts, key=len) for param in command.params}
    return {by_name[name]: value for name, value in context.params.items() if value not in ((), None, False)}, rest


def by_us(command: Command) -> tuple[dict[str, object], tuple[str, ...]]:
    invocation = parse(command, load_tree(2))
    found: dict[str, object] = {}
    for option in invocation.options:
        _record(found, option)
    values = {name: value for name, value in found.items() if value is not False}
    return values, tuple(word.text for word in invocation.positionals)


def _record(found: dict[str, object], option: Option) -> None:
    if option.value is None:
        found[option.name] = not option.off
    else:
        before = found.get(option.name, ())
        assert isinstance(before, tuple)
        found[option.name] = (*before, option.value.text)


def tokens(spec: CommandSpec) -> st.SearchStrategy[str]:
    values = st.sampled_from(["a", "b=c", "-1", "x y", "", "--", "-", "=z", "start"])
    spelled = st.sampled_from(sorted(spec.options))
    letters = st.sampled_from([name[1] for name in spec.options if len(name) == 2])
    bundle = st.lists(letters, min_size=1, max_size=3).map(lambda found: "-" + "".join(found))
    return st.one_of(
        spelled, values, bundle, st.builds("{}={}".format, spelled, values), st.builds("{}{}".format, bundle, values)
    )


@pytest.mark.parametrize("path", [BUILD, ("agent", "start"), ("deploy",), ("deployment", "run")])
@given(data=st.data())
def test_as_click_does(path: tuple[str, ...], data: st.DataObject) -> None:
    spec = load_tree(2).commands[path]
    arguments = data.draw(st.lists(tokens(spec), max_size=6))
    expected = by_click(spec, arguments)
    words = [list_word(value, 0, repr(value)) for value in ("prefect", *path, *arguments)]
    (command,) = read_argv(words, repr(arguments) * 9)
    assume(expected is not None and not {"-h", "--help"} & set(arguments))
    assert by_us(command) == expected
