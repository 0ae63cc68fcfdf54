from __future__ import annotations

import pytest

from prefect_migrate.commands.tree import load_tree


@pytest.mark.parametrize("major", [2, 3])
def test_every_alias_leads_to_a_command(major: int) -> None:
    tree = load_tree(2 if major == 2 else 3)
    for alias, path in tree.aliases.items():
        assert path in tree.commands
        assert alias not in tree.commands
        assert tree.resolve(alias) == path


@pytest.mark.parametrize("major", [2, 3])
def test_every_command_has_its_groups(major: int) -> None:
    tree = load_tree(2 if major == 2 else 3)
    for path in tree.commands:
        assert all(path[:length] in tree.commands for length in range(len(path))), path


def test_agent_start() -> None:
    spec = load_tree(2).commands["agent", "start"]
    queue = spec.options["-q"]
    assert queue.name == "--work-queue"
    assert queue is spec.options["--work-queue"]
    assert (queue.takes_value, queue.multiple) == (True, True)
    assert not spec.options["--run-once"].takes_value
    assert not spec.options["--pool"].multiple
    assert spec.options["--no-run-once"].off == ("--no-run-once",)
    assert [positional.name for positional in spec.positionals] == ["work_queue"]
    assert ("agent", "start") not in load_tree(3).commands


@pytest.mark.parametrize(
    ("path", "spelled", "takes_value"),
    [
        ("deployment build", "-ib", True),
        ("deployment build", "-sb", True),
        ("deployment build", "-a", False),
        ("deployment apply", "--upload", False),
        ("deploy", "--flow", True),
        ("deploy", "--ci", False),
        ("deploy", "-jv", True),
        ("agent start", "-r", True),
        ("orion start", "--host", True),
        ("orion database reset", "-y", False),
        ("project init", "--recipe", True),
        ("kubernetes manifest orion", "--image-tag", True),
        ("", "--no-prompt", False),
        ("", "-p", True),
    ],
)
def test_options_of_2(path: str, spelled: str, takes_value: bool) -> None:
    assert load_tree(2).commands[tuple(path.split())].options[spelled].takes_value is takes_value


@pytest.mark.parametrize(
    ("path", "spelled", "takes_value"),
    [
        ("deploy", "-jv", True),
        ("deploy", "--empty-tag", True),
        ("deploy", "-cl", True),
        ("deploy", "--entrypoint", True),
        ("worker start", "--no-with-healthcheck", False),
        ("", "--profile", True),
    ],
)
def test_options_of_3(path: str, spelled: str, takes_value: bool) -> None:
    assert load_tree(3).commands[tuple(path.split())].options[spelled].takes_value is takes_value


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("agent start -q x", ("agent", "start")),
        ("deploy --all", ("deploy",)),
        ("work-queues create x", ("work-queue", "create")),
        ("projects recipes ls", ("project", "recipe", "ls")),
        ("agent", None),
        ("agent stop", None),
        ("", None),
    ],
)
def test_leaf(words: str, path: tuple[str, ...] | None) -> None:
    assert load_tree(2).leaf(words.split()) == path


def test_trees_are_read_once() -> None:
    assert load_tree(2) is load_tree(2)
