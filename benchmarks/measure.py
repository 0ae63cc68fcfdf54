"""Run a program and say what it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent


class Cost(NamedTuple):
    """Seconds of the clock, seconds of all processors, and the peak of memory in MB of the largest process."""

    wall: float
    cpu: float
    memory: float


#: What slows every Python program down, and nobody has set where the tool is installed.
_UNUSUAL = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"})


def cost_of(command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None) -> Cost:
    """What one run costs; exit codes 0 and 1 are both fine."""
    usual = {name: value for name, value in os.environ.items() if name not in _UNUSUAL}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**usual, **(environment or {})}, cwd=folder
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command[0]} failed with exit code {process.returncode}")
    kilobytes = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss
    return Cost(wall, used.ru_utime + used.ru_stime, kilobytes / 1024)


def in_turn(commands: list[list[str]], runs: int) -> list[Cost]:
    """The median cost of each, run in turn after a warm-up, so that a busy machine slows all of them alike."""
    found: list[list[Cost]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for command, costs in zip(commands, found, strict=True):
            cost = cost_of(command)
            if turn:
                costs.append(cost)
    return [Cost(*(statistics.median(values) for values in zip(*costs, strict=True))) for costs in found]


def cache_directory() -> Path:
    """Where the trees are kept that are measured."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prefect-migrate" / "benchmarks"
