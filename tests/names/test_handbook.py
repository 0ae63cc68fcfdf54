"""Machine-written Prefect 3 code: its true parts are clean, its mistakes are found."""

from __future__ import annotations

import re
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from tests.conftest import scan_folder

HANDBOOK = Path(__file__).with_name("handbook.md")
_BLOCK = re.compile(r"```\w+ name=(\S+)\n(.*?)```", re.DOTALL)
#: A piece of each line with a mistake.
MISTAKES = {
    "runners.py": ["import DaskTaskRunner, RayTaskRunner", "import DaskTaskRunner, RayTaskRunner"],
    "states.py": ["state.is_success()", "fetch=True"],
    "deployments.py": ["timezone=", "max_concurrency=", "report.run("],
    "artifacts.py": ["prefect.caching", 'cache_policy="task_input_hash"', "title=", "max_retries=2"],
    "commands.sh": ["agent start"],
}


def write_blocks(folder: Path) -> dict[str, list[str]]:
    blocks = dict(_BLOCK.findall(HANDBOOK.read_text("utf-8")))
    for name, text in blocks.items():
        (folder / name).write_text(text, "utf-8")
    return {name: text.splitlines() for name, text in blocks.items()}


def test_every_mistake_and_nothing_else(tmp_path: Path) -> None:
    lines = write_blocks(tmp_path)
    found: dict[str, list[str]] = {}
    for finding in scan_folder(tmp_path).findings:
        found.setdefault(finding.path, []).append(lines[finding.path][finding.place.line - 1])
    assert {name: len(texts) for name, texts in found.items()} == {name: len(them) for name, them in MISTAKES.items()}
    for name, pieces in MISTAKES.items():
        assert all(piece in text for piece, text in zip(pieces, found[name], strict=True)), found[name]


def test_what_is_said(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    write_blocks(tmp_path)
    findings = scan_folder(tmp_path).findings
    assert [f"{f.path}:{f.place.line} {f.code} {f.message} -> {f.next_step}" for f in findings] == snapshot
