"""Every name that has a new place is rewritten in each way to write it, and the result runs under real Prefect 3."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prefect_migrate.apply import apply
from prefect_migrate.config import DEFAULT_TARGET, Config
from prefect_migrate.names.verdicts import judge
from prefect_migrate.project import Project
from prefect_migrate.reference import name_facts
from prefect_migrate.scan import scan

RUNNER = """
import io, json, sys, warnings
warnings.simplefilter("ignore")

def import_string(name):
    import importlib
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)

# The server's modules import each other in circles; this one begins at the right place.
import prefect.server.api.server

failed = {}
for path, text in json.load(sys.stdin).items():
    try:
        exec(compile(text, path, "exec"), {"keep": lambda *it: None, "import_string": import_string})
    except BaseException as error:
        failed[path] = f"{type(error).__name__}: {error}\\n{text}"
json.dump(failed, sys.stdout)
"""


def _moved() -> dict[str, str]:
    """Old name -> new, of all that are known to be the same thing."""
    rows = {}
    for old in name_facts():
        verdict = judge(old, DEFAULT_TARGET)
        if verdict is not None and verdict.kind in ("moved", "deprecated") and verdict.trust == "same" and verdict.new:
            rows[old] = verdict.new
    return rows


MOVED = _moved()
PROPER = [old for old in MOVED if name_facts()[old][0].kind != "module"]
#: Names in one file; a file of its own for each takes longer.
_SIZE = 40


def _groups(size: int = _SIZE) -> list[list[str]]:
    """The names, as many to a group as go into one file: no two are called alike."""
    groups: list[dict[str, str]] = []
    for old in PROPER:
        name = old.rpartition(".")[2]
        group = next((group for group in reversed(groups) if name not in group and len(group) < size), None)
        if group is None:
            groups.append(group := {})
        group[name] = old
    return [list(group.values()) for group in groups]


def _from(module: str, name: str, number: int) -> str:
    return f"from {module} import {name}\n\nkeep({name})\n"


def _from_as(module: str, name: str, number: int) -> str:
    return f"from {module} import {name} as it{number}\n\nkeep(it{number})\n"


def _among_others(module: str, name: str, number: int) -> str:
    first = "from prefect import (\n    flow,  # the decorator\n)\n"
    return f"{first}from {module} import (\n    {name},\n)\n\nkeep(flow, {name})\n"


def _attribute(module: str, name: str, number: int) -> str:
    return f"import {module}\n\nkeep({module}.{name})\n"


def _module_as(module: str, name: str, number: int) -> str:
    return f"import {module} as it{number}\n\nkeep(it{number}.{name})\n"


def _star(module: str, name: str, number: int) -> str:
    return f"from {module} import *\n\nkeep = id\nkeep({name})\n"


def _string(module: str, name: str, number: int) -> str:
    return f'import_string("{module}.{name}")\n'


FORMS: list[Callable[[str, str, int], str]] = [
    _from, _from_as, _among_others, _attribute, _module_as, _star, _string
]  # fmt: skip


def _run(files: dict[str, str]) -> dict[str, str]:
    """path -> error, of the files that Prefect 3 does not run."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(files), capture_output=True, text=True, check=True
    )
    failed: dict[str, str] = json.loads(done.stdout)
    return failed


def _text(form: Callable[[str, str, int], str], group: list[str]) -> str:
    return "".join(form(*old.rpartition(".")[::2], number) for number, old in enumerate(group))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__.strip("_"))
def test_rewritten(form: Callable[[str, str, int], str], tmp_path: Path) -> None:
    # An import of a module that is gone leaves with the last use of its root, and stars may not hide one another.
    groups = _groups(1 if form in (_attribute, _star) else _SIZE)
    for number, group in enumerate(groups):
        (tmp_path / f"case_{number}.py").write_text(_text(form, group))
    config = Config(select=("PM302", "PM306"))
    found: dict[str, str] = {}
    for finding in scan(Project(tmp_path), config).findings:
        found[finding.path] = found.get(finding.path, "") + finding.message
    missing = [old for n, group in enumerate(groups) for old in group if f"`{old}`" not in found[f"case_{n}.py"]]
    assert not missing, f"not found: {missing[:10]}"
    result = apply(Project(tmp_path), config)
    for change in result.changes:
        assert change.after is not None
        ast.parse(change.after)
        (tmp_path / change.path).write_bytes(change.after)
    left = scan(Project(tmp_path), config).findings
    assert not left, f"not rewritten: {len(left)} {[finding.message for finding in left][:10]}"
    assert not apply(Project(tmp_path), config).changes
    failed = _run({path.name: path.read_text() for path in tmp_path.glob("*.py")})
    assert not failed, f"{len(failed)} do not run:\n" + "\n".join(list(failed.values())[:10])


def test_handed_on(tmp_path: Path) -> None:
    """A module of the repository hands the name on: it keeps it under the old name, and the other stays as it was."""
    groups = _groups()
    for number, group in enumerate(groups):
        names = [old.rpartition(".") for old in group]
        (tmp_path / f"hands_{number}.py").write_text("".join(f"from {m} import {n}\n" for m, _, n in names))
        takes = "".join(f"from hands_{number} import {name}  # not of prefect itself\n" for _, _, name in names)
        (tmp_path / f"takes_{number}.py").write_text(takes)
    config = Config(select=("PM302", "PM306"))
    before = {finding.path for finding in scan(Project(tmp_path), config).findings}
    result = apply(Project(tmp_path), config)
    changed = {change.path: (change.after or b"").decode() for change in result.changes}
    for number, group in enumerate(groups):
        if any(MOVED[old].endswith("Variable.get") for old in group):
            continue
        assert f"takes_{number}.py" in before
        assert f"takes_{number}.py" not in changed
        tree = ast.parse(changed[f"hands_{number}.py"])
        kept = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        assert {old.rpartition(".")[2] for old in group} <= kept
