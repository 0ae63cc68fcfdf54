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
#: Names that a module only imported for itself are many, and all alike: the slower forms try every tenth.
SOME = [old for number, old in enumerate(PROPER) if number % 10 == 0 or not name_facts()[old][0].incidental]


def _from(module: str, name: str) -> str:
    return f"from {module} import {name}\n\nkeep({name})\n"


def _from_as(module: str, name: str) -> str:
    return f"from {module} import {name} as it\n\nkeep(it)\n"


def _among_others(module: str, name: str) -> str:
    first = "from prefect import (\n    flow,  # the decorator\n)\n"
    return f"{first}from {module} import (\n    {name},\n)\n\nkeep(flow, {name})\n"


def _attribute(module: str, name: str) -> str:
    return f"import {module}\n\nkeep({module}.{name})\n"


def _module_as(module: str, name: str) -> str:
    return f"import {module} as it\n\nkeep(it.{name})\n"


def _star(module: str, name: str) -> str:
    return f"from {module} import *\n\nkeep = id\nkeep({name})\n"


def _string(module: str, name: str) -> str:
    return f'import_string("{module}.{name}")\n'


FORMS: list[Callable[[str, str], str]] = [_from, _from_as, _among_others, _attribute, _module_as, _star, _string]


def _run(files: dict[str, str]) -> dict[str, str]:
    """path -> error, of the files that Prefect 3 does not run."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(files), capture_output=True, text=True, check=True
    )
    failed: dict[str, str] = json.loads(done.stdout)
    return failed


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__.strip("_"))
def test_rewritten(form: Callable[[str, str], str], tmp_path: Path) -> None:
    names = PROPER if form is _from else SOME
    for number, old in enumerate(names):
        module, _, name = old.rpartition(".")
        (tmp_path / f"case_{number}.py").write_text(form(module, name))
    config = Config(select=("PM302", "PM306"))
    found = {finding.path for finding in scan(Project(tmp_path), config).findings}
    missing = [old for number, old in enumerate(names) if f"case_{number}.py" not in found]
    assert not missing, f"not found: {missing[:10]}"
    result = apply(Project(tmp_path), config)
    for change in result.changes:
        assert change.after is not None
        ast.parse(change.after)
        (tmp_path / change.path).write_bytes(change.after)
    unchanged = [old for n, old in enumerate(names) if f"case_{n}.py" not in {c.path for c in result.changes}]
    assert not unchanged, f"not rewritten: {len(unchanged)} {unchanged[:10]}"
    assert not apply(Project(tmp_path), config).changes
    failed = _run({path.name: path.read_text() for path in tmp_path.glob("*.py")})
    assert not failed, f"{len(failed)} do not run:\n" + "\n".join(list(failed.values())[:10])


def test_handed_on(tmp_path: Path) -> None:
    """A module of the repository hands the name on: it keeps it under the old name, and the other stays as it was."""
    for number, old in enumerate(SOME):
        module, _, name = old.rpartition(".")
        (tmp_path / f"hands_{number}.py").write_text(f"from {module} import {name}\n")
        (tmp_path / f"takes_{number}.py").write_text(f"from hands_{number} import {name}  # not of prefect itself\n")
    config = Config(select=("PM302", "PM306"))
    before = {finding.path for finding in scan(Project(tmp_path), config).findings}
    result = apply(Project(tmp_path), config)
    changed = {change.path: (change.after or b"").decode() for change in result.changes}
    for number, old in enumerate(SOME):
        if MOVED[old].endswith("Variable.get"):
            continue
        assert f"takes_{number}.py" in before
        assert f"takes_{number}.py" not in changed
        names = [alias for node in ast.parse(changed[f"hands_{number}.py"]).body for alias in node.names]  # type: ignore[attr-defined]
        assert old.rpartition(".")[2] in [alias.asname or alias.name for alias in names]
