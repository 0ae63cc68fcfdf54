"""The forking `prefect`, with a stand-in for Prefect's command line that says what it was given."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect_migrate.verify.child import Done, Home, run_child
from prefect_migrate.verify.model import EngineInfo
from prefect_migrate.verify.quick_prefect import quick_prefect
from prefect_migrate.verify.servers import Engine

CLI = """
import json, os, sys, time

LOADED = time.time()
print("loading", file=sys.stderr)


def app():
    if "sleep" in sys.argv:
        open("started", "w").close()
        time.sleep(60)
    print(json.dumps({
        "arguments": sys.argv[1:], "cwd": os.getcwd(), "loaded": LOADED, "stage": os.environ.get("STAGE"),
        "gone": os.environ.get("GONE"), "input": sys.stdin.read(),
    }))
    return int(os.environ.get("CODE", "0"))
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An interpreter whose `prefect` is ours."""
    package, binaries = tmp_path / "lib" / "prefect" / "cli", tmp_path / "bin"
    package.mkdir(parents=True)
    binaries.mkdir()
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text(CLI)
    (binaries / "python").symlink_to(sys.executable)
    (binaries / "prefect").write_text("import sys\nfrom prefect.cli import app\nsys.exit(app())\n")
    return Engine(3, EngineInfo("3.0.0", "python"), binaries / "python", Home(tmp_path / "home").create(), "")


@pytest.fixture
def quick(engine: Engine, tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "lib"), "PREFECT_HOME": "a", "GONE": "1"}
    with quick_prefect(engine, environment) as changed:
        yield changed


def run(environment: dict[str, str], cwd: Path, *arguments: str, timeout: float = 30) -> Done:
    return run_child(["prefect", *arguments], cwd=cwd, environment=environment, timeout=timeout, input_text="words")


def said(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return found


def test_command_has_the_place_streams_and_environment_of_who_asks(quick: dict[str, str], tmp_path: Path) -> None:
    mine = {name: value for name, value in quick.items() if name != "GONE"} | {"STAGE": "prod", "CODE": "3"}
    done = run(mine, tmp_path, "deploy", "--name", "a b")
    assert done.code == 3
    answer = said(done)
    del answer["loaded"]
    assert answer == {
        "arguments": ["deploy", "--name", "a b"],
        "cwd": str(tmp_path),
        "stage": "prod",
        "gone": None,
        "input": "words",
    }


def test_it_is_loaded_once(quick: dict[str, str], tmp_path: Path) -> None:
    first, second = run(quick, tmp_path, "a"), run(quick, tmp_path, "b")
    assert "loading" not in first.output + second.output
    assert said(first)["loaded"] == said(second)["loaded"]


def test_other_settings_of_prefect_load_it_anew(quick: dict[str, str], tmp_path: Path) -> None:
    first, second = run(quick, tmp_path, "a"), run(quick | {"PREFECT_HOME": "b"}, tmp_path, "b")
    assert "loading" in second.output
    assert said(first)["loaded"] < said(second)["loaded"]


def test_command_ends_with_who_asked(quick: dict[str, str], tmp_path: Path) -> None:
    done = run(quick, tmp_path, "sleep", timeout=5)
    assert done.code is None
    assert (tmp_path / "started").exists()
    assert said(run(quick, tmp_path, "next"))["arguments"] == ["next"]


def test_nothing_is_left_running(engine: Engine, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "lib")}
    with quick_prefect(engine, environment) as quick:
        assert run(quick, tmp_path, "a").ok
    started = time.monotonic()
    done = run(quick, tmp_path, "b")
    # the server is gone, so the command is loaded as usual
    assert "loading" in done.output
    assert done.ok
    assert time.monotonic() - started < 20


def test_without_a_script_nothing_changes(engine: Engine) -> None:
    engine.python.with_name("prefect").unlink()
    with quick_prefect(engine, {"PATH": "x"}) as quick:
        assert quick == {"PATH": "x"}
