"""Time `scan` and `--help` against what they are measured by; see README.md."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

WHEEL = "homeassistant==2025.4.4"
RUNS = 7
SCAN_BOUND = 1.0
HELP_BOUND = 0.15
BIN = Path(sys.executable).parent


def main() -> int:
    tree = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_tree()
    files = sum(1 for _ in tree.rglob("*.py"))
    scan, ruff = paired(
        [str(BIN / "prefect-migrate"), "scan", str(tree)],
        [str(BIN / "ruff"), "check", "--isolated", "--no-cache", "--select", "F401", "--quiet", str(tree)],
    )
    print(f"scan of {files} files: {scan:.3f} s, ruff F401: {ruff:.3f} s, ratio {scan / ruff:.2f} (bound {SCAN_BOUND})")
    help_time, nothing = paired([str(BIN / "prefect-migrate"), "--help"], [sys.executable, "-c", "pass"])
    more = help_time - nothing
    print(f"--help: {help_time:.3f} s, python -c pass: {nothing:.3f} s, {more:.3f} s more (bound {HELP_BOUND})")
    return int(scan / ruff > SCAN_BOUND or more > HELP_BOUND)


def fetch_tree() -> Path:
    """The unpacked wheel in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prefect-migrate" / "benchmarks"
    tree = cache / "homeassistant-2025.4.4"
    if not tree.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--only-binary=:all:"]
        subprocess.run([*command, "--python-version", "3.13", "--dest", str(cache), WHEEL], check=True)
        wheel = next(cache.glob("homeassistant-2025.4.4*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tree)
    return tree


def paired(first: list[str], second: list[str]) -> tuple[float, float]:
    """The median seconds of two commands, run in turn after a warm-up."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(RUNS + 1):
        for command, found in zip((first, second), times, strict=True):
            seconds = timed(command)
            if turn:
                found.append(seconds)
    return statistics.median(times[0]), statistics.median(times[1])


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} failed: {done.stderr.decode()}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
