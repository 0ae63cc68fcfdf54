"""The Prefect that is installed beside the tests, asked once in processes of its own."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate import reference
from prefect_migrate.reference.tables import Target
from tools.reference.dumps import Dump
from tools.reference.releases import PROBES


@pytest.fixture(scope="session")
def target() -> Target:
    """The minor of the installed Prefect."""
    try:
        version = importlib.metadata.version("prefect")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("no Prefect is installed")
    major, minor, *_ = version.split(".")
    if (int(major), int(minor)) not in reference.targets():
        pytest.skip(f"the data does not know Prefect {version}")
    return int(major), int(minor)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


def probe(home: Path, script: str, *arguments: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment = {**clean, "PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-W", "ignore", str(PROBES / script), *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def installed(target: Target, home: Path) -> Dump:
    """What the installed Prefect has."""
    probe(home, "api.py", "prefect", str(home / "dump.json"))
    return Dump(home / "dump.json")


@pytest.fixture(scope="session")
def statuses(target: Target, home: Path, installed: Dump) -> dict[str, str]:
    """Dotted name -> what importing it does, for all old and new names of the tables and all names of the index."""
    from prefect_migrate.reference.lines import lines

    facts = [fact for facts in reference.name_facts().values() for fact in facts]
    names = {name for fact in facts for name in (fact.old, fact.new) if name}
    for module in lines("target_index"):
        if module.startswith("prefect.") and not any(part.startswith("_") for part in module.split(".")):
            names.update(f"{module}.{name}" for name in reference.names_of(module, target) or ())
    paths = {_path(name, installed): name for name in names}
    (home / "names.json").write_text(json.dumps(sorted(paths)), "utf-8")
    probe(home, "check.py", str(home / "names.json"), str(home / "answers.json"))
    answers: dict[str, Any] = json.loads((home / "answers.json").read_text("utf-8"))
    return {paths[path]: answer[0] for path, answer in answers.items()}


def _path(name: str, installed: Dump) -> str:
    """`module:name`, split after the longest module that there is; a name of no module stays whole."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in installed.modules:
            return ":".join(filter(None, (".".join(parts[:length]), ".".join(parts[length:]))))
    return name
