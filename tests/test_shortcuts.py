"""What makes a scan fast changes nothing that it finds: reports with and without are the same."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from prefect_migrate.apply import apply
from prefect_migrate.config import Config
from prefect_migrate.project import Project
from prefect_migrate.reports.json import apply_report, scan_report
from prefect_migrate.rule_set import RuleSet
from prefect_migrate.rules import Example, catalogue
from prefect_migrate.scan import scan
from tests.conftest import FIXTURES

#: The cheap tests that come before the dear ones.
GATES = (
    "prefect_migrate.pins.code.may_hold_code_pins",
    "prefect_migrate.codemods.project.version_variables.may_use_variables",
    "prefect_migrate.hosts.markdown.mentions_command",
    "prefect_migrate.hosts.python_files.names_a_command",
    "prefect_migrate.hosts.reading.mentions_command",
    "prefect_migrate.hosts.sites.bytes_mention_command",
    "prefect_migrate.names.types.may_be_prefect",
    "prefect_migrate.pins.texts.may_hold_pins",
    "prefect_migrate.project.Project.may_hold_module",
    "prefect_migrate.readers.python_blocks.may_be_prefect",
    "prefect_migrate.readers.python_deployments.may_be_prefect",
    "prefect_migrate.readers.python_flows.may_be_prefect",
)
#: Texts in which a cheap test has it hardest.
HARD = (
    Example("x = 1  # prefect\nwanted = ('prefect'\n    '==2.10.13')\n"),
    Example("x = 'pip install \\x70refect==2.10'  # prefect\n"),
    Example("from prefect.infrastructure import *\n\nblock = DockerContainer(image='a')\n"),
    Example("import prefect\n\nd = prefect.deployments\nD = d.Deployment\nD.build_from_flow(None, 'a')\n"),
    Example("import os\n\nos.system('prefect --profile x agent start -q a')\n"),
    Example("import subprocess\n\nsubprocess.run(['prefect', 'agent', 'start', '-q', 'a'])\n"),
    Example("import os\n\nverb = 'agent'\nos.system(f'prefect {verb} start -q a')\n"),
    Example("PREFECT==2.10\nPrefect-AWS==0.2\n", path="requirements.txt"),
    Example("pip install 'prefect (==2.*)' prefect@^2.10 'prefect[aws]  ~= 2.1'\n", path="a.sh"),
    Example("dependencies:\n- prefect 2.10.*\n- prefect=2\n", path="environment.yml"),
    Example("export V=2.10.13\npip install prefect==$V\n", path="a.sh"),
    Example("prefectTag: 2.14-python3.11\n", path="values.yaml"),
    Example("args: ['prefect', 'work-queue', 'create', 'a']\n", path="pod.yaml"),
)  # fmt: skip


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The fixtures, and every example of every rule, each in a folder of its own of one tree."""
    root = tmp_path_factory.mktemp("examples")
    examples = [example for rule in catalogue() for example in rule.examples]
    for number, example in enumerate([*examples, *HARD]):
        for path, text in ((example.path, dedent(example.before)), *example.others):
            target = root / f"project_{number}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
    befores = sorted(path for path in FIXTURES.rglob("before") if path.is_dir())
    assert len(befores) > 1
    return [root, *befores]


def report(root: Path) -> object:
    return scan_report(scan(Project(root), Config()))


def test_the_cheap_tests_leave_nothing_out(trees: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [report(root) for root in trees]
    for gate in GATES:
        monkeypatch.setattr(gate, lambda *_: True)
    monkeypatch.setattr("prefect_migrate.symbols._reach", lambda *_: None)
    assert [report(root) for root in trees] == fast


def test_the_order_in_which_files_are_looked_at_does_not_matter(
    trees: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = [report(root) for root in trees]

    monkeypatch.setattr(RuleSet, "check_early", lambda rules, context, _: rules.askers(context))
    assert [report(root) for root in trees] == fast


def test_trees_that_were_dropped_are_parsed_again(trees: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [report(root) for root in trees]
    monkeypatch.setattr("prefect_migrate.source.parsed.KEPT", 0)
    assert [report(root) for root in trees] == fast


def test_without_fixes_the_same_is_found(trees: list[Path]) -> None:
    for root in trees:
        described = scan_report(scan(Project(root), Config(), fixes=False))
        assert described == report(root)


def test_files_that_nothing_changed_for_are_as_they_were(trees: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [applied(root) for root in trees]
    monkeypatch.setattr("prefect_migrate.memory.Memory.get", lambda *_: None)
    assert [applied(root) for root in trees] == fast


def applied(root: Path) -> object:
    return apply_report(apply(Project(root), Config(), unsafe=True), dry_run=True)
