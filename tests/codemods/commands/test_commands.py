"""PM21x: commands and options that Prefect 3 lacks."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.commands.tree import load_tree
from tests.conftest import apply_folder, scan_folder, texts

MakeProject = Callable[..., Path]

gone_command: Any = import_module("prefect_migrate.codemods.commands.gone_command")
gone_option: Any = import_module("prefect_migrate.codemods.commands.gone_option")
renamed_command: Any = import_module("prefect_migrate.codemods.commands.renamed_command")

RENAMED = [
    ("prefect orion start &", "prefect server start &"),
    ("prefect orion database reset -y", "prefect server database reset -y"),
    ("prefect projects init --name x", "prefect init --name x"),
    ("exec prefect --profile p orion start --port 4200", "exec prefect --profile p server start --port 4200"),
]


@pytest.mark.parametrize(("before", "after"), RENAMED)
def test_the_new_name(make_project: MakeProject, before: str, after: str) -> None:
    folder = make_project({"a.sh": before, "a.ps1": before})
    assert texts(apply_folder(folder, select=("PM210",))) == {"a.sh": after, "a.ps1": after}


def test_a_word_of_a_list_goes(make_project: MakeProject) -> None:
    folder = make_project(
        {"a.yaml": "run:\n- prefect\n- project\n- init\n", "task.json": '["prefect","orion","start"]'}
    )
    assert texts(apply_folder(folder, select=("PM210",))) == {
        "a.yaml": "run:\n- prefect\n- init\n",
        "task.json": '["prefect","server","start"]',
    }


OPTIONS = [
    ("prefect deploy --ci", "prefect --no-prompt deploy"),
    ("prefect deploy a.py:f --variable 'x=y' --ci", "prefect --no-prompt deploy a.py:f --job-variable 'x=y'"),
    ("prefect deploy --variable=x=y", "prefect deploy --job-variable=x=y"),
    ("prefect deploy -v x=$Y", "prefect deploy --job-variable x=$Y"),
]


@pytest.mark.parametrize(("before", "after"), OPTIONS)
def test_the_new_option(make_project: MakeProject, before: str, after: str) -> None:
    folder = make_project({"a.sh": before + "\n"})
    assert texts(apply_folder(folder, select=("PM212",))) == {"a.sh": after + "\n"}


def test_an_option_that_shares_its_word(make_project: MakeProject) -> None:
    folder = make_project({"a.sh": "prefect deploy -vx=y\n"})
    result = apply_folder(folder, select=("PM212",))
    assert not result.changes
    assert [finding.code for finding in result.remaining.findings] == ["PM212"]


NO_SUCH_OPTION = ["prefect dev start --no-agent", "prefect work-queue create a -t b", "prefect deploy -f flow"]


@pytest.mark.parametrize("command", NO_SUCH_OPTION)
def test_an_option_without_a_successor(make_project: MakeProject, command: str) -> None:
    (finding,) = scan_folder(make_project({"a.sh": command}), select=("PM212",)).findings
    assert finding.fix is None


STILL_THERE = [
    "prefect deployment ls --flow-name x",
    "prefect deploy --help",
    "prefect -p x deploy --all",
    "prefect server start --host 0.0.0.0 --no-scheduler",
    "prefect config view --hide-sources",
    "prefect deployment run a/b -p x=1",
]


@pytest.mark.parametrize("command", STILL_THERE)
def test_what_prefect_3_takes(make_project: MakeProject, command: str) -> None:
    assert not scan_folder(make_project({"a.sh": command}), select=("PM21",)).findings


GONE = [
    "prefect kubernetes manifest orion",
    "prefect dev agent",
    "prefect agent $X",
    "prefect project recipe ls",
]


@pytest.mark.parametrize("command", GONE)
def test_a_command_that_is_gone(make_project: MakeProject, command: str) -> None:
    (finding,) = scan_folder(make_project({"Makefile": f"a:\n\t{command}\n"}), select=("PM21",)).findings
    assert finding.code == "PM211"
    assert finding.next_step != "Remove it."


def test_every_command_that_is_gone_is_taken_care_of() -> None:
    for path in load_tree(2).commands:
        if not gone_command.is_gone(path):
            continue
        renamed = any(path[: len(key)] == key for key in renamed_command._RENAMED)
        assert path in gone_command._ELSEWHERE or renamed or gone_command.advice(path) != "Remove it.", path
    assert all(gone_command.is_gone(tuple(path.split())) for path in gone_command._advice())


def test_every_renamed_command_is_there() -> None:
    for path in load_tree(2).commands:
        key = next((key for key in renamed_command._RENAMED if path[: len(key)] == key), None)
        if key is not None:
            renamed = tuple(filter(None, (renamed_command._RENAMED[key].get(part, part) for part in path)))
            assert load_tree(3).resolve(renamed) == renamed
            gone = set(load_tree(2).commands[path].options) - set(load_tree(3).commands[renamed].options)
            assert not gone - {"--help", "-h"}, path


def test_every_option_that_is_gone_is_known() -> None:
    """A new one needs a look: whether Prefect 3 takes it after all, and what to do."""
    gone = set()
    for path, spec in load_tree(2).commands.items():
        resolved = load_tree(3).resolve(path)
        if resolved and resolved[0] != "dev":
            known = load_tree(3).commands[resolved].options
            gone |= {(*path, option.name) for name, option in spec.options.items() if name not in known}
    assert gone == {*gone_option._ADVICE, *gone_option._STILL_TAKEN}


@pytest.mark.parametrize(("pin", "count"), [("prefect>=3.1\n", 0), ("prefect==2.10.13\n", 3), ("s3fs\n", 3)])
def test_a_text_may_tell_of_the_past_in_a_repository_on_3(make_project: MakeProject, pin: str, count: int) -> None:
    text = "Not `prefect agent start -q a`, `prefect deployment build x.py:f` or `prefect orion start` any more.\n"
    found = scan_folder(make_project({"README.md": text, "requirements.txt": pin})).findings
    assert len([finding for finding in found if finding.path == "README.md"]) == count


@pytest.mark.parametrize(
    "command", ["prefect storage create", "prefect register -p flow.py", "prefect auth login -k x"]
)
def test_commands_from_before_2(make_project: MakeProject, command: str) -> None:
    folder = make_project({"a.sh": f"set -e\n{command}\n", "README.md": f"Once there was `{command}`.\n"})
    assert [(finding.path, finding.code) for finding in scan_folder(folder).findings] == [("a.sh", "PM211")]


@pytest.mark.parametrize("command", ["prefect --help", "prefect version", "prefect $COMMAND", "prefect flow-run ls"])
def test_other_commands_are_none_of_those(make_project: MakeProject, command: str) -> None:
    assert not scan_folder(make_project({"a.sh": f"{command}\n"})).findings


UNKNOWN = [
    ("prefect flow test", "`prefect flow test`: Prefect 3.8 has no such command", "It has `ls`, `serve`."),
    ("poetry run prefect deployments list", "`prefect deployment list`: ", "`ls` may be meant."),
    ("prefect deployment pause a/b", "`prefect deployment pause`", "`prefect deployment schedule pause` may be meant."),
    ("prefect deploy --nonsense=$X", "`prefect deploy --nonsense`: Prefect 3.8 has no such option", "Remove it"),
    ("prefect deploy --work-pool p", "`prefect deploy --work-pool`: ", "`--pool` may be meant."),
]


@pytest.mark.parametrize(("line", "message", "step"), UNKNOWN)
def test_what_no_prefect_had(make_project: MakeProject, line: str, message: str, step: str) -> None:
    folder = make_project({"a.sh": f"{line}\n", "b.md": f"Use `{line}`.\n\n```sh\n$ {line}\n```\n"})
    found = scan_folder(folder, select=("PM213",)).findings
    assert [(finding.path, finding.place.line) for finding in found] == [("a.sh", 1), ("b.md", 4)]
    assert all(finding.message.startswith(message) and finding.next_step.startswith(step) for finding in found)


@pytest.mark.parametrize(
    "line",
    [
        "prefect work-pool ls --profile x",
        "prefect config --profile x view",
        "prefect --no-prompt deploy --all",
        "prefect deploy --no-prompt --all",
        "prefect COMMAND",
        "prefect <command> --help",
        "prefect $COMMAND nonsense",
        "prefect deploy $OPTIONS nonsense.py:flow",
        "prefect ${{ matrix.command }}",
        "prefect variable set a -1",
        "X='prefect is what we use'",
        "echo prefect flow test",
        "# prefect flow test",
        "prefect deployment build --nonsense",
        "prefect orion nonsense",
        "prefect register --project x",
        "prefect deploy --ci",
    ],
)
def test_what_may_be_a_command_or_is_another_rules(make_project: MakeProject, line: str) -> None:
    assert not scan_folder(make_project({"a.sh": f"{line}\n"}), select=("PM213",)).findings


def test_an_underscore_is_taken_later(make_project: MakeProject) -> None:
    folder = make_project({"a.sh": "prefect work_pool ls\n"})
    (finding,) = scan_folder(folder, select=("PM213",)).findings
    assert finding.next_step == "`work-pool` may be meant."
    assert not scan_folder(folder, select=("PM213",), target=(3, 9)).findings


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Dockerfile", 'FROM python\nCMD ["prefect", "flow", "test"]\n', 2),
        ("compose.yaml", "services:\n  a:\n    command: prefect flow test\n", 3),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          prefect flow test\n", 5),
        ("a.py", "import subprocess\n\nsubprocess.run(['prefect', 'flow', 'test'])\n", 3),
        ("Makefile", "test:\n\t@prefect flow test\n", 2),
    ],
)
def test_where_it_runs(make_project: MakeProject, path: str, text: str, line: int) -> None:
    (finding,) = scan_folder(make_project({path: text}), select=("PM213",)).findings
    assert finding.place.line == line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "description: prefect flow orchestrates the work\nname: prefect server extra\n"),
        ("a.py", 'print("prefect flow runs are shown")\nX = "prefect flow runs"\n"""prefect flow test"""\n'),
        ("a.md", "prefect flow runs are shown\n\n    prefect flow runs are shown\n\n```\nprefect flow runs\n```\n"),
        ("pyproject.toml", '[project]\ndescription = "prefect flow runs are shown"\n'),
    ],
)
def test_sentences_are_no_commands(make_project: MakeProject, path: str, text: str) -> None:
    assert not scan_folder(make_project({path: text}), select=("PM213",)).findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('prefect block register --module="prefect_gcp.cloud_run"', 'prefect block register --module="prefect_gcp"'),
        ("poetry run prefect block register -m prefect_aws.ecs && ls", None),
        ("prefect block register -m $MODULE", None),
        ("prefect block register -m prefect_hightouch.credentials", None),
        ("prefect block register -f blocks.py", None),
        ("prefect block register -m prefect_aws", None),
    ],
)
def test_the_package_of_a_module_that_is_gone(make_project: MakeProject, before: str, after: str | None) -> None:
    wanted = after or before.replace("prefect_aws.ecs", "prefect_aws")
    changed = texts(apply_folder(make_project({"a.sh": before}), select=("PM214",), unsafe=True))
    assert changed == ({"a.sh": wanted} if wanted != before else {})


def test_a_module_of_prefect_itself_has_no_package(make_project: MakeProject) -> None:
    folder = make_project({"a.sh": "prefect block register -m prefect.orion.blocks\n"})
    assert [(f.code, f.fix) for f in scan_folder(folder).findings] == [("PM214", None)]
