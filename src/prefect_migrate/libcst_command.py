"""Rules as LibCST codemod commands, for those who run their codemods with `libcst.tool`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import libcst as cst
from libcst.codemod import CodemodCommand, SkipFile

from prefect_migrate.apply import apply
from prefect_migrate.config import Config
from prefect_migrate.project import Project
from prefect_migrate.rules import Rule, rule_by_code


def command_for(code: str) -> type[CodemodCommand]:
    """The command of one rule.  It sees one file at a time, so what needs the whole repository is left alone.

    Raises AttributeError for a code that no Python rule has.
    """
    rule = rule_by_code(code)
    if rule is None or "python" not in rule.kinds:
        raise AttributeError(f"no Python rule has the code {code}")
    return type(code, (_RuleCommand,), {"DESCRIPTION": rule.title(), "rule": rule})


class _RuleCommand(CodemodCommand):
    rule: type[Rule]

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        name = Path(self.context.filename or "module.py").name
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(tree.bytes)
            result = apply(Project(Path(folder)), Config(select=(self.rule.code,)))
        change = next((change for change in result.changes if change.path == name), None)
        if len(result.changes) > 1:
            raise SkipFile(f"{self.rule.code} needs files beside this one; use `prefect-migrate apply`")
        return tree if change is None or change.after is None else cst.parse_module(change.after)
