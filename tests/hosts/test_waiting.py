"""A command stays with the image, or the Python, that runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder, texts
from tests.hosts.helpers import FLOWS

MakeProject = Callable[..., Path]
DOCKERFILE = "FROM {}\nCMD prefect agent start -q etl\n"
COMPOSE = "services:\n  agent:\n    image: {}\n    command: prefect agent start -q etl\n"
CI = "jobs:\n  a:\n    steps:\n    - uses: actions/setup-python@v5\n      with:\n        python-version: {}\n" + (
    "    - run: prefect agent start -q etl\n"
)
WAITING = [
    ("Dockerfile", DOCKERFILE, "prefecthq/prefect:2.10-python3.8"),
    ("Dockerfile", DOCKERFILE, "prefecthq/prefect:2-latest"),
    ("Dockerfile", DOCKERFILE, "ghcr.io/prefecthq/prefect:2.10-python3.11"),
    ("Dockerfile", DOCKERFILE, "python:3.9-slim"),
    ("compose.yaml", COMPOSE, "prefecthq/prefect:2.10"),
    ("ci.yml", CI, '"3.8"'),
]
MOVING = [
    ("Dockerfile", DOCKERFILE, "prefecthq/prefect:2.10-python3.11"),
    ("Dockerfile", DOCKERFILE, "python:3.11"),
    ("Dockerfile", DOCKERFILE, "ours:latest"),
    ("compose.yaml", COMPOSE, "prefecthq/prefect:2.10.1-python3.10"),
    ("ci.yml", CI, '"3.11"'),
]


@pytest.mark.parametrize(("path", "text", "image"), WAITING)
def test_it_waits(make_project: MakeProject, path: str, text: str, image: str) -> None:
    folder = make_project({"flows.py": FLOWS, path: text.format(image)})
    (finding,) = scan_folder(folder, select=("PM201",)).findings
    assert (finding.reason or "").endswith("which may run it, is not replaced without review")
    assert path not in texts(apply_folder(folder))
    after = texts(apply_folder(folder, unsafe=True))[path] or ""
    assert "worker start --pool process-pool -q etl" in after


@pytest.mark.parametrize(("path", "text", "image"), MOVING)
def test_it_moves(make_project: MakeProject, path: str, text: str, image: str) -> None:
    folder = make_project({"flows.py": FLOWS, path: text.format(image)})
    assert "worker start --pool process-pool -q etl" in (texts(apply_folder(folder))[path] or "")
