"""Run the examples of rules: the test kit for the catalogue, and for rules of your own."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from prefect_migrate.apply import apply
from prefect_migrate.config import Config, parse_target
from prefect_migrate.findings import Finding
from prefect_migrate.project import Project
from prefect_migrate.rules import Example, Rule
from prefect_migrate.scan import scan


class ExampleFailed(AssertionError):
    """The rule did not do what its example shows; the text says what it did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule did with an example: its findings, and every file that changed (None: deleted)."""

    findings: list[Finding]
    files: dict[str, str | None]


def run_example(rule: type[Rule], example: Example, folder: Path) -> Outcome:
    """Scan and apply one rule on an example in an empty folder; nothing but that folder is touched."""
    for path, text in ((example.path, dedent(example.before)), *example.others):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    config = Config(select=(rule.code,), target=parse_target(example.target) if example.target else Config().target)
    findings = scan(Project(folder), config).findings
    result = apply(Project(folder), config, unsafe=example.unsafe)
    files = {change.path: None if change.after is None else change.after.decode() for change in result.changes}
    return Outcome(findings, files)


def check_example(rule: type[Rule], example: Example, folder: Path) -> None:
    """Assert that an example holds: found, rewritten as shown, parsable, and not rewritten twice."""
    outcome = run_example(rule, example, folder)
    found = [finding for finding in outcome.findings if finding.code == rule.code]
    if example.clean:
        _expect(not found, f"{rule.code} reports what it should leave alone", found)
        return
    _expect(bool(found), f"{rule.code} does not see its own example", example.before)
    if example.after is None and not example.deletes:
        _expect(
            example.path not in outcome.files,
            f"{rule.code} rewrites what it should only report",
            outcome.files.get(example.path),
        )
        return
    _check_rewritten(rule, example, outcome, folder)


def _check_rewritten(rule: type[Rule], example: Example, outcome: Outcome, folder: Path) -> None:
    after = outcome.files.get(example.path, "(unchanged)")
    wanted = None if example.deletes else dedent(example.after or "")
    _expect(after == wanted, f"{rule.code} wrote", after)
    for path, part in example.creates:
        text = outcome.files.get(path) or ""
        _expect(dedent(part) in text, f"{rule.code} wrote {path}", text)
    _write(folder, outcome)
    if after is not None and example.path.endswith(".py"):
        ast.parse(after)
    second = apply(Project(folder), Config(select=(rule.code,)), unsafe=example.unsafe)
    _expect(not second.changes, f"{rule.code} changes its own result", [(c.path, c.after) for c in second.changes])


def _write(folder: Path, outcome: Outcome) -> None:
    for path, text in outcome.files.items():
        target = folder / path
        if text is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())


def _expect(holds: bool, message: str, seen: object) -> None:
    if not holds:
        raise ExampleFailed(f"{message}:\n{seen}")
