"""Compare the scan of repositories with what the target's interpreter says.  Exit code 1: they disagree."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.oracle.sources import sources
from tools.oracle.uses import Use, uses

#: Rules whose findings must be uses that fail; PM9xx answer for a whole file.
JUDGED = ("PM301", "PM302", "PM303", "PM304", "PM311", "PM312", "PM321", "PM322")
_WHOLE_FILE = ("PM902", "PM903", "PM904")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.oracle", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the target's Prefect")
    parser.add_argument("--findings", type=Path, help="a folder of <repository>.json, in place of scanning")
    given = parser.parse_args(arguments)
    wrong = 0
    for root, found in zip(given.repositories, _failing(given.repositories, given.python), strict=True):
        report = _findings(root, given.findings)
        for line in [*_missed(found, report), *_false(found, report)]:
            print(f"{root.name}: {line}")
            wrong += 1
    print(f"{wrong} disagreements in {len(given.repositories)} repositories")
    return int(wrong > 0)


def _failing(roots: list[Path], python: str) -> list[list[tuple[Use, str]]]:
    """For each repository, the uses that fail and why; all are asked of one process."""
    found = [list(uses(list(sources(root)))) for root in roots]
    asked = [use.expression for group in found for use in group]
    print(f"{len(asked)} uses", file=sys.stderr)
    with tempfile.TemporaryDirectory() as home:
        quiet = {"PREFECT_HOME": home, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        done = subprocess.run(
            [python, str(Path(__file__).with_name("answer.py"))],
            input=json.dumps(asked), capture_output=True, text=True, check=True, env=os.environ | quiet,
        )  # fmt: skip
    answers = iter(json.loads(done.stdout))
    return [[(use, why) for use in group if (why := next(answers))] for group in found]


def _findings(root: Path, folder: Path | None) -> list[dict[str, Any]]:
    if folder is not None:
        text = (folder / f"{root.name}.json").read_text()
    else:
        command = [sys.executable, "-m", "prefect_migrate", "scan", "--format", "json", str(root)]
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: list[dict[str, Any]] = json.loads(text)["findings"]
    return found


def _missed(failing: list[tuple[Use, str]], findings: list[dict[str, Any]]) -> list[str]:
    """Uses that fail without a finding about code on one of their lines."""
    missed: dict[str, None] = {}
    for use, why in failing:
        first, last = use.lines
        if not any(
            finding["path"] == use.path
            and (finding["code"] in _WHOLE_FILE or (first <= finding["end_line"] and finding["line"] <= last))
            for finding in findings
        ):
            missed[f"MISSED {use.path}:{first} {use.text}: {why}"] = None
    return list(missed)


def _false(failing: list[tuple[Use, str]], findings: list[dict[str, Any]]) -> list[str]:
    """Findings about names that no failing use explains."""
    return [
        f"FALSE {finding['code']} {finding['path']}:{finding['line']} {finding['message']}"
        for finding in findings
        if finding["code"] in JUDGED
        and finding["path"].endswith((".py", ".ipynb"))
        and not any(
            use.path == finding["path"] and use.lines[0] <= finding["end_line"] and finding["line"] <= use.lines[1]
            for use, _ in failing
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
