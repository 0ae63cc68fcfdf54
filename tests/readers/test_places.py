"""Which directory a command runs in."""

from __future__ import annotations

import pytest

from prefect_migrate.readers.places import directories_at


@pytest.mark.parametrize(
    ("path", "text", "make", "expected"),
    [
        ("Makefile", "x:\n\tcd etl && COMMAND", True, ["etl", "."]),
        ("Makefile", "x:\n\t@cd etl; COMMAND", True, ["etl", "."]),
        ("Makefile", "x:\n\tcd etl\n\tCOMMAND", True, ["."]),
        ("Makefile", "x:\n\tcd etl && \\\n\tCOMMAND", True, ["etl", "."]),
        ("ops/Makefile", "COMMAND", True, ["ops", "."]),
        ("ops/run.sh", "COMMAND", False, [".", "ops"]),
        ("ops/run.sh", "cd ../etl\nCOMMAND", False, ["etl", ".", "ops"]),
        ("ops/run.sh", 'cd "$(dirname "$0")/.."\nCOMMAND', False, ["."]),
        ("ops/run.sh", "cd $(dirname $0)/..\nCOMMAND", False, ["."]),
        ("ops/run.sh", 'cd $(dirname "$0")\nCOMMAND', False, ["ops"]),
        ("ops/run.sh", 'cd "$(git rev-parse --show-toplevel)"\nCOMMAND', False, [".", "ops"]),
    ],
)
def test_directories(path: str, text: str, make: bool, expected: list[str]) -> None:
    assert directories_at(path, text, text.index("COMMAND"), make=make) == expected
