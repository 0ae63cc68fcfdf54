"""What a script lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.verify.missing import missing_package


def output(root: Path, name: str) -> str:
    return (
        f'Traceback (most recent call last):\n  File "{root}/deploy.py", line 1, in <module>\n    import flows.etl\n'
        f'  File "{root}/flows/etl.py", line 3, in <module>\n    import {name}\n'
        f"ModuleNotFoundError: No module named '{name}'\n\n"
    )


@pytest.mark.parametrize("name", ["praw", "dask_kubernetes.classic"])
def test_package_that_is_missing(tmp_path: Path, name: str) -> None:
    told = missing_package(output(tmp_path, name), ["/elsewhere", str(tmp_path)])
    assert told is not None
    assert told.startswith(f"flows/etl.py:3 imports {name}, which is not installed; ")
    assert told.count("\n") == 0


def test_what_is_no_missing_package(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/own.py").touch()
    roots = [str(tmp_path)]
    assert missing_package(output(tmp_path, "prefect.orion"), roots) is None
    assert missing_package(output(tmp_path, "own.part"), roots) is None
    assert missing_package(output(Path("/elsewhere"), "praw"), roots) is None
    assert missing_package("ValueError: no\n", roots) is None
    assert missing_package("", roots) is None
