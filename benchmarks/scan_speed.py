"""Time `scan` and `--help` against what they are measured by; see README.md."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from measure import BIN, cache_directory, in_turn

WHEEL = "homeassistant==2025.4.4"
RUNS = 7
SCAN_BOUND = 1.0
HELP_BOUND = 0.15


def main() -> int:
    tree = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_tree()
    files = sum(1 for _ in tree.rglob("*.py"))
    program = str(BIN / "prefect-migrate")
    lint = [str(BIN / "ruff"), "check", "--isolated", "--no-cache", "--select", "F401", "--quiet", str(tree)]
    scan, ruff = (cost.wall for cost in in_turn([[program, "scan", "--no-cache", str(tree)], lint], RUNS))
    print(f"scan of {files} files: {scan:.3f} s, ruff F401: {ruff:.3f} s, ratio {scan / ruff:.2f} (bound {SCAN_BOUND})")
    help_, nothing = (cost.wall for cost in in_turn([[program, "--help"], [sys.executable, "-c", "pass"]], RUNS))
    more = help_ - nothing
    print(f"--help: {help_:.3f} s, python -c pass: {nothing:.3f} s, {more:.3f} s more (bound {HELP_BOUND})")
    return int(scan / ruff > SCAN_BOUND or more > HELP_BOUND)


def fetch_tree() -> Path:
    """The unpacked wheel in the user's cache."""
    cache = cache_directory()
    tree = cache / "homeassistant-2025.4.4"
    if not tree.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--only-binary=:all:"]
        subprocess.run([*command, "--python-version", "3.13", "--dest", str(cache), WHEEL], check=True)
        wheel = next(cache.glob("homeassistant-2025.4.4*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tree)
    return tree


if __name__ == "__main__":
    sys.exit(main())
