"""Importing the facts costs next to nothing, and imports neither prefect nor pydantic."""

from __future__ import annotations

import re
import subprocess
import sys

USE_EVERYTHING = """
import sys
from prefect_migrate import reference
reference.lookup_name("prefect.agent.PrefectAgent"), reference.has_name("prefect.flow"), reference.trigger_words()
reference.member("prefect.Flow", "x"), reference.parameter("prefect.Flow.deploy", "x"), reference.setting("PREFECT_HOME")
reference.integration("prefect-aws"), reference.worker_template("process"), reference.storage_block("S3")
print(sorted({"prefect", "pydantic", "libcst"} & set(sys.modules)))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def microseconds() -> int:
    """What importing took with all that it imports, but for what the interpreter's start or the standard library did."""
    report = run("-X", "importtime", "-c", "import typing, importlib, prefect_migrate; import prefect_migrate.reference").stderr
    match = re.search(r"\|\s+(\d+) \| prefect_migrate\.reference\n", report)
    assert match is not None
    return int(match.group(1))


def test_import_is_cheap() -> None:
    assert min(microseconds() for _ in range(5)) < 5000


def test_heavy_packages_stay_away() -> None:
    assert run("-c", USE_EVERYTHING).stdout.strip() == "[]"
