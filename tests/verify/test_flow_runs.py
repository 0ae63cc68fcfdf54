"""Where the flow of a deployment is run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prefect_migrate.verify import flow_runs


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["flows", "."], "flows"),
        (["."], "."),
        ([".", "flows"], "flows"),
        (["/srv/app", "."], "."),
        (["../other", "flows"], "flows"),
    ],
)
def test_first_folder_that_has_the_file(tmp_path: Path, folders: list[str], expected: str) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/etl.py").touch()
    assert flow_runs._working_directory(tmp_path, folders, "etl.py:etl") == tmp_path / expected


def test_folder_where_serve_is_run() -> None:
    served = {"flow": "etl", "name": "daily", "working_directory": "flows"}
    others = [{"flow": "etl", "name": "weekly", "working_directory": "jobs"}, {"flow": "etl", "name": "daily"}]
    project: Any = SimpleNamespace(inventories={3: {"deployments": [*others, served]}})
    assert flow_runs._registered_in(project, 3, "etl/daily") == ["flows"]
