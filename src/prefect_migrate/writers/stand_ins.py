"""Writer: what stays of a script that others run, when prefect.yaml or a work pool has all that it did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from prefect_migrate.findings import Changes
from prefect_migrate.plan.model import Plan
from prefect_migrate.writers.cli_deploy import deploy_name
from prefect_migrate.writers.work_pools import SCRIPT


def stand_in(plan: Plan, path: str, changes: Sequence[Changes], before: bytes) -> str:
    """A script that registers, with the commands of Prefect 3, what the one at `path` did; `before` is what it was."""
    names: dict[str, list[str]] = {}
    for deployment in (deployment for change in changes for deployment in change.to_yaml):
        known = names.setdefault(deployment.working_directory, [])
        name = deploy_name(plan, deployment)
        known += [name] if name not in known else []
    what = ["prefect.yaml has its deployments"] if names else []
    runs = [_deploy(found, folder) for folder, found in names.items()]
    if any(change.pools for change in changes):
        what.append(f"{SCRIPT} makes its work pools")
        runs.insert(0, f'subprocess.run(["bash", ROOT / "{SCRIPT}"], check=True)')
    text = _SCRIPT.format(what=" and ".join(what), up=_up(path), runs="\n".join(f"    {run}" for run in runs))
    return _interpreter(before) + (text if names else text.replace("import sys\n", ""))


def _interpreter(script: bytes) -> str:
    """The line that tells what runs a script, "" if it has none."""
    first = script.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
    return f"{first}\n" if first.startswith("#!") else ""


#: The longest line, inside the guard.
_WIDTH = 84
_SCRIPT = '''\
"""Other files name this script: {what}."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().{up}

if __name__ == "__main__":
{runs}
'''


def _up(path: str) -> str:
    depth = len(PurePosixPath(path).parent.parts)
    return "parent" if depth == 0 else f"parents[{depth}]"


def _deploy(names: Sequence[str], folder: str) -> str:
    parts = [
        'sys.executable, "-m", "prefect", "--no-prompt", "deploy"',
        *(f'"--name", {_text(name)}' for name in names),
    ]
    cwd = "ROOT" if folder == "." else f"ROOT / {_text(folder)}"
    line = f"subprocess.run([{', '.join(parts)}], cwd={cwd}, check=True)"
    if len(line) <= _WIDTH:
        return line
    items = "".join(f"            {part},\n" for part in parts)
    return f"subprocess.run(\n        [\n{items}        ],\n        cwd={cwd},\n        check=True,\n    )"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
