"""Time `scan` and `apply --dry-run` of Prefect's own source, which mentions Prefect everywhere; see README.md."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import BIN, cache_directory, cost_of, in_turn

VERSION = "2.20.0"
REPOSITORY = "https://github.com/PrefectHQ/prefect"
RUNS = 3
#: So many files are enough to know what LibCST's tool takes for a byte.
SAMPLE = 60
PARSE_ALL = """
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except SyntaxError:
        pass
"""
SCAN_BOUND, APPLY_BOUND, AGAIN_BOUND, MEMORY_BOUND = 1.0, 0.1, 0.3, 150


def main() -> int:
    tree = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_tree()
    program = str(BIN / "prefect-migrate")
    parse, scan = in_turn(
        [[sys.executable, "-c", PARSE_ALL, str(tree)], [program, "scan", "--no-cache", str(tree)]], RUNS
    )
    with tempfile.TemporaryDirectory() as cache:
        own = {"XDG_CACHE_HOME": cache}
        cost_of([program, "scan", str(tree)], own)
        again = min(cost_of([program, "scan", str(tree)], own) for _ in range(RUNS))
    applied = cost_of([program, "apply", "--dry-run", str(tree)])
    codemod = libcst_codemod(tree)
    print(f"scan: {scan.cpu:.2f} s of CPU, ast.parse of all files: {parse.cpu:.2f} s")
    results = [
        ("scan / ast.parse, CPU", scan.cpu / parse.cpu, SCAN_BOUND),
        ("second scan, seconds", again.wall, AGAIN_BOUND),
        ("apply --dry-run / LibCST's no-op codemod, CPU", applied.cpu / codemod, APPLY_BOUND),
        ("peak memory of scan, MB", scan.memory, MEMORY_BOUND),
    ]
    for name, value, bound in results:
        print(f"{'broken' if value > bound else 'kept':<6}  {name}: {value:.2f} (bound {bound})")
    return int(any(value > bound for _, value, bound in results))


def libcst_codemod(tree: Path) -> float:
    """The CPU seconds that LibCST's tool would need to change nothing in all files, from a sample of them."""
    files = sorted(tree.rglob("*.py"))
    sample = files[:: max(len(files) // SAMPLE, 1)]
    with tempfile.TemporaryDirectory() as folder:
        copies = [shutil.copy(path, Path(folder) / f"file_{number}.py") for number, path in enumerate(sample)]
        tool = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", "noop.NOOPCommand"]
        start = cost_of([*tool, str(copies[0])], folder=Path(folder)).cpu
        cost = cost_of([*tool, *map(str, copies)], folder=Path(folder)).cpu - start
    return start + cost * sum(path.stat().st_size for path in files) / sum(path.stat().st_size for path in sample)


def fetch_tree() -> Path:
    """Prefect's repository at the tag, in the user's cache."""
    tree = cache_directory() / f"prefect-{VERSION}"
    if not tree.exists():
        tree.parent.mkdir(parents=True, exist_ok=True)
        command = ["git", "clone", "--quiet", "--depth", "1", "--branch", VERSION, REPOSITORY, str(tree)]
        subprocess.run(command, check=True)
    return tree


if __name__ == "__main__":
    sys.exit(main())
