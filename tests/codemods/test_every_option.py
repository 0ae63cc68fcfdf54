"""Every option that a command of Prefect 2 had is carried over, reported, or known to mean nothing any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prefect_migrate.commands.tree import OptionSpec, load_tree
from tests.conftest import MakeProject, apply_folder, scan_folder

FLOWS = "from prefect import flow\n\n\n@flow\ndef etl(a: int = 1):\n    pass\n"
_BUILD = "prefect deployment build flows.py:etl -n nightly"
#: Command -> the line that its options are added to.
LINES = {
    "deployment build": _BUILD,
    "deployment apply": f"{_BUILD}\nprefect deployment apply etl-deployment.yaml",
    "agent start": f"{_BUILD} -q etl -a\nprefect agent start -q etl",
    "work-queue create": "prefect work-queue create etl",
    "work-pool create": "prefect work-pool create etl",
    "deployment set-schedule": "prefect deployment set-schedule etl/nightly",
}
#: What an option is given, and what must be seen of it afterwards; the value itself where nothing else is said.
VALUES: dict[str, str | tuple[str, str]] = {
    "--cron": "7 3 * * *",
    "--interval": "4321",
    "--rrule": "FREQ=DAILY;COUNT=43",
    "--anchor-date": "2023-04-03T00:00:00+00:00",
    "--timezone": "Asia/Tokyo",
    "--limit": "43",
    "--priority": "43",
    "--prefetch-seconds": "43",
    "--day_or": ("false", "--no-day_or"),
    "--infra": ("docker-container", "--type docker"),
    "--infra-block": ("docker-container/seen-block", "seen-block"),
    "--storage-block": ("s3/seen-block", "seen-block"),
    "--override": ("image=seen-image", "seen-image"),
    "--param": ("a=4321", "4321"),
    "--params": ('{"a": 4321}', "4321"),
    "--type": ("prefect-agent", "process"),
    "--api": "http://seen:4200/api",
    "--regex": "seen-.*",
}
#: Options that go without a word, and why.
SILENT = {
    ("deployment build", "--apply"): "prefect deploy always registers",
    ("deployment build", "--skip-upload"): "prefect deploy uploads nothing",
    ("deployment build", "--output"): "there is no manifest any more",
    ("deployment build", "--no-schedule"): "a deployment without a schedule has none",
    ("deployment apply", "--upload"): "prefect deploy uploads nothing",
    ("agent start", "--hide-welcome"): "a worker prints no welcome",
}
#: What must be seen of options without a value that are not seen themselves.
SEEN = {("deployment set-schedule", "--no-schedule"): "deployment schedule clear etl/nightly"}
#: Options that need another beside them.
WITH = {"--anchor-date": " --interval 60", "--timezone": " --cron '0 0 * * *'", "--day_or": " --cron '0 0 * * *'"}


CASES = [(command, spelled) for command in LINES for spelled in load_tree(2).commands[tuple(command.split())].options]


def _given(command: str, spelled: str, spec: OptionSpec) -> tuple[str, str]:
    """The line with the option, and what must be seen of it."""
    value = VALUES.get(spec.name, "seen-value")
    value, seen = value if isinstance(value, tuple) else (value, value)
    given = f"{spelled} '{value}'" if spec.takes_value else spelled
    seen = seen if spec.takes_value else SEEN.get((command, spelled), spelled)
    return f"{LINES[command]} {given}{WITH.get(spec.name, '')}\n", seen


@pytest.mark.parametrize(("command", "spelled"), CASES)
def test_nothing_is_dropped_silently(make_project: MakeProject, command: str, spelled: str) -> None:
    spec = load_tree(2).commands[tuple(command.split())].options[spelled]
    line, seen = _given(command, spelled, spec)
    folder = make_project({"flows.py": FLOWS, "run.sh": line})
    said = [f"{f.message} {f.next_step} {f.reason}" for f in scan_folder(folder).findings]
    result = apply_folder(folder, unsafe=True)
    for change in result.changes:
        path = folder / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if change.after is None:
            path.unlink()
        else:
            path.write_bytes(change.after)
    after = [path.read_text("utf-8") for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    shown = re.search(rf"(?<![\w-]){re.escape(seen)}(?![\w-])", "\n".join([*said, *after])) is not None
    assert shown != ((command, spec.name) in SILENT), [*said, *after]
