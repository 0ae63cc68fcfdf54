"""A child sees nothing of the caller's world, and ends when it should."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from prefect_migrate.verify.child import Home, child_environment, harmless, in_parallel, run_child

PYTHON = Path(sys.executable)
CALLER = {
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "LC_TIME": "C",
    "HOME": "/home/me",
    "PREFECT_API_URL": "https://api.prefect.test",
    "PREFECT_HOME": "/home/me/.prefect",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "XDG_CONFIG_HOME": "/home/me/.config",
    "DATABASE": "postgres://prod",
}


def environment(home: Path, **options: object) -> dict[str, str]:
    return child_environment(PYTHON, Home(home), "http://127.0.0.1:1/api", caller=CALLER, **options)  # type: ignore[arg-type]


def test_only_harmless_variables_of_the_caller_remain(tmp_path: Path) -> None:
    found = environment(tmp_path)
    assert found["LANG"] == "C.UTF-8"
    assert found["LC_TIME"] == "C"
    assert found["PATH"].split(os.pathsep) == [str(PYTHON.parent), "/usr/bin"]
    assert not {"AWS_SECRET_ACCESS_KEY", "XDG_CONFIG_HOME", "DATABASE"} & found.keys()
    assert "/home/me" not in " ".join(found.values())


def test_prefect_lives_in_the_throw_away_home(tmp_path: Path) -> None:
    found = environment(tmp_path)
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert Path(found["PREFECT_HOME"]).is_relative_to(tmp_path)
    assert Path(found["HOME"]).is_relative_to(tmp_path)


def test_variables_can_be_let_through_but_not_prefects(tmp_path: Path) -> None:
    passed = ("DATABASE", "TOKEN=abc", "UNSET", "PREFECT_API_URL", "HOME=/x", "PREFECT_API_KEY=k")
    found = environment(tmp_path, pass_env=passed)
    assert found["DATABASE"] == "postgres://prod"
    assert found["TOKEN"] == "abc"
    assert "UNSET" not in found
    assert "PREFECT_API_KEY" not in found
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert Path(found["HOME"]).is_relative_to(tmp_path)


def test_environment_of_a_deployment_can_not_lead_away(tmp_path: Path) -> None:
    given = {"A": "1", "PREFECT_API_URL": "https://prod", "PREFECT_LOGGING_LEVEL": "DEBUG", "PYTHONPATH": "/opt/flows"}
    assert harmless(given) == {"A": "1", "PREFECT_LOGGING_LEVEL": "DEBUG"}
    found = environment(tmp_path, extra=given)
    assert found["A"] == "1"
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert found["PYTHONPATH"].endswith(f"{os.pathsep}/opt/flows")


def test_child_that_ends(tmp_path: Path) -> None:
    done = run_child(
        [sys.executable, "-c", "print(input())"], cwd=tmp_path, environment={}, timeout=30, input_text="hello\n"
    )
    assert done.ok
    assert done.output == "hello\n"


def test_child_that_fails(tmp_path: Path) -> None:
    code = "import sys; print('one'); sys.exit('two')"
    done = run_child([sys.executable, "-c", code], cwd=tmp_path, environment={"PYTHONUNBUFFERED": "1"}, timeout=30)
    assert done.code == 1
    assert done.what_happened() == "ended with exit code 1: two"
    assert done.last_lines(1) == "two"


def test_child_that_hangs_is_ended_with_its_own_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); time.sleep(60)"
    )
    started = time.monotonic()
    done = run_child([sys.executable, "-c", code], cwd=tmp_path, environment={}, timeout=1.5)
    assert time.monotonic() - started < 20
    assert done.code is None
    assert done.what_happened() == f"did not end within {done.seconds:.0f} s"
    assert _is_gone(int(done.output.split()[0]))


def test_interruption_ends_the_children_of_all_threads(tmp_path: Path) -> None:
    codes: list[int | None] = []

    def work(key: int) -> None:
        if key == 0:
            time.sleep(0.5)
            raise KeyboardInterrupt
        for _ in range(2):
            code = "import time; time.sleep(60)"
            codes.append(run_child([sys.executable, "-c", code], cwd=tmp_path, environment={}, timeout=50).code)

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        in_parallel(work, (0, 1))
    assert time.monotonic() - started < 20
    assert codes == [-9, -9]
    assert in_parallel(lambda key: key * 2, (1, 2)) == {1: 2, 2: 4}


def _is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("name", ["serve", "run_flow", "import_module", "canonical"])
def test_runners_are_found(name: str) -> None:
    from prefect_migrate.verify.child import runner

    assert runner(name).is_file()
