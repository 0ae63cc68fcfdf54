"""One repository: scan, apply, apply again, and what is wrong with the result."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.ecosystem.sound import why_broken
from tools.ecosystem.trees import Tree, changed, layout_problems, read_tree

Report = dict[str, Any]


@dataclass(slots=True)
class Trial:
    """What came of a repository; `problems` are failures of the tool, `seconds` the time of the first scan."""

    name: str
    scan: Report = field(default_factory=dict)
    applied: Report = field(default_factory=dict)
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.scan.get("findings", [])
        return found

    def count(self, codes: tuple[str, ...]) -> dict[str, int]:
        """tier -> number of findings of some families."""
        return Counter(finding["applicability"] for finding in self.findings if finding["code"].startswith(codes))


def try_out(root: Path, *, steps: bool = False) -> Trial:
    """Run the tool on a copy of a repository and look at what it left.

    With `steps` also as a careful team would: the safe fixes, a scan, then those that want review.
    """
    trial = Trial(root.name)
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(root, Path(folder) / "project")
        before = read_tree(copy)
        started = time.monotonic()
        trial.scan = _run(trial, "scan", copy)
        trial.seconds = time.monotonic() - started
        if changed(before, read_tree(copy)):
            trial.problems.append("scan changed files")
        trial.applied = _run(trial, "apply", copy, "--unsafe", "--allow-dirty")
        after = read_tree(copy)
        _judge(trial, before, after)
        again = _run(trial, "apply", copy, "--unsafe", "--allow-dirty")
        more = changed(after, read_tree(copy))
        if more or again.get("changes"):
            trial.problems.append(f"the second apply changed {', '.join(more[:3])}")
        if steps:
            _in_steps(trial, _copy(root, Path(folder) / "steps" / "project"), after)
    return trial


def _copy(root: Path, copy: Path) -> Path:
    shutil.copytree(root, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    return copy


def _in_steps(trial: Trial, copy: Path, at_once: Tree) -> None:
    """What apply says is left is what a scan finds then, and the order of the tiers makes no difference."""
    left = _places(_run(trial, "apply", copy, "--allow-dirty").get("remaining", []))
    found = _places(_run(trial, "scan", copy).get("findings", []))
    for what, places in (("not found later", left - found), ("not left by apply", found - left)):
        trial.problems += [f"{path}:{line} {code} is {what}" for path, line, code in sorted(places)]
    _run(trial, "apply", copy, "--unsafe", "--allow-dirty")
    other = changed(_lines(at_once), _lines(read_tree(copy)))
    if other:
        trial.problems.append(f"in two steps other results: {', '.join(other[:5])}")


def _lines(tree: Tree) -> Tree:
    """What stands in the files, whichever was added first to those that the tool writes."""
    return {path: _entries(path, content) or b"\n".join(sorted(content.splitlines())) for path, content in tree.items()}


def _entries(path: str, content: bytes) -> bytes:
    """What a prefect.yaml says, whether its entries share parts under `definitions:` or not."""
    try:
        data = yaml.safe_load(content) if path.endswith("prefect.yaml") else None
    except yaml.YAMLError:
        return b""
    if not isinstance(data, dict):
        return b""
    data.pop("definitions", None)
    entries = data.get("deployments")
    data["deployments"] = sorted(map(repr, entries)) if isinstance(entries, list) else entries
    return repr(sorted(data.items(), key=repr)).encode()


def _places(findings: list[dict[str, Any]]) -> set[tuple[str, int, str]]:
    return {(finding["path"], finding["line"], finding["code"]) for finding in findings}


def _run(trial: Trial, command: str, folder: Path, *options: str) -> Report:
    line = [sys.executable, "-m", "prefect_migrate", command, str(folder), "--format", "json", *options]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        trial.problems.append(f"{command} ended with {done.returncode}: {last}")
        return {}
    report: Report = json.loads(done.stdout)
    found = [*report.get("findings", []), *report.get("remaining", [])]
    trial.problems += [f"{finding['path']}: {finding['message']}" for finding in found if finding["code"] == "PM905"]
    return report


def _judge(trial: Trial, before: Tree, after: Tree) -> None:
    reported = {change["path"] for change in trial.applied.get("changes", [])}
    paths = changed(before, after)
    trial.problems += [f"{path} changed unreported" for path in paths if path not in reported]
    for path in paths:
        old, new = before.get(path), after.get(path)
        if new is None:
            continue
        broken = why_broken(path, new)
        if broken is not None and (old is None or why_broken(path, old) is None):
            trial.problems.append(f"{path} is broken: {broken}")
        if old is not None:
            trial.problems += [f"{path}: {problem}" for problem in layout_problems(old, new)]
