"""`python -m tools.ecosystem FOLDER...`: try the tool on every checkout below some folders.

Prints a table and all that went wrong; exit code 1 if anything did.  Nothing of the repositories is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tools.ecosystem.trial import Trial, try_out

_FAMILIES = {"deployments": ("PM1",), "pools, agents": ("PM2",), "names": ("PM3",), "project": ("PM5",)}
_TIERS = ("safe", "review", "manual")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.ecosystem", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders that hold one checkout each")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--json", type=Path, help="write all reports to this file")
    parser.add_argument("--steps", action="store_true", help="also apply the tiers one after the other")
    options = parser.parse_args()
    trials = []
    for root in _checkouts(options.folders, options.only):
        trials.append(try_out(root, steps=options.steps))
        print(_row(trials[-1]), flush=True)
        for problem in trials[-1].problems:
            print(f"    ! {problem}", flush=True)
    if options.json:
        content = [{"name": t.name, "scan": t.scan, "applied": t.applied, "problems": t.problems} for t in trials]
        options.json.write_text(json.dumps(content), "utf-8")
    failed = sum(bool(trial.problems) for trial in trials)
    print(f"{len(trials)} repositories, {failed} with problems; safe/review/manual by family: {', '.join(_FAMILIES)}")
    return 1 if failed else 0


def _checkouts(folders: list[Path], only: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.iterdir() if path.is_dir() and only in path.name)


def _row(trial: Trial) -> str:
    counts = [trial.count(codes) for codes in _FAMILIES.values()]
    cells = ["/".join(str(count.get(tier, 0)) for tier in _TIERS) for count in counts]
    return f"{trial.name:55} {trial.seconds:5.1f} s  " + "  ".join(f"{cell:>11}" for cell in cells)


if __name__ == "__main__":
    raise SystemExit(main())
