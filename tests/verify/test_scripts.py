"""How a deploying script is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect_migrate.verify.scripts import start_of


@pytest.mark.parametrize(
    ("relative", "code", "start"),
    [
        ("etl/deploy.py", "from .flows import daily\n", ("-m", "etl.deploy")),
        ("src/etl/deploy.py", "from ..flows import daily\n", ("-m", "src.etl.deploy")),
        ("etl/deploy.py", "def main():\n    from . import flows\n", ("-m", "etl.deploy")),
        ("etl/deploy.py", "from etl.flows import daily\n", ("etl/deploy.py",)),
        # It can't be started at all, from there.
        ("deploy.py", "from .flows import daily\n", ("deploy.py",)),
        ("etl/deploy.py", "from ..flows import daily\n", ("etl/deploy.py",)),
        ("../etl/deploy.py", "from .flows import daily\n", ("../etl/deploy.py",)),
        ("my-etl/deploy.py", "from .flows import daily\n", ("my-etl/deploy.py",)),
        ("etl/deploy.py", "from .flows import (\n", ("etl/deploy.py",)),
    ],
)
def test_module_of_a_package_is_run_as_one(tmp_path: Path, relative: str, code: str, start: tuple[str, ...]) -> None:
    (tmp_path / "deploy.py").write_text(code)
    assert start_of(tmp_path / "deploy.py", relative) == start
