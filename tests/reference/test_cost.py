"""Importing the facts costs next to nothing, and imports neither prefect nor pydantic."""

from __future__ import annotations

import re
import subprocess
import sys

USE_EVERYTHING = """
import sys
from prefect_migrate import reference as r
r.lookup_name("prefect.agent.PrefectAgent"), r.has_name("prefect.flow"), r.trigger_words(), r.integration("prefect-aws")
r.member("prefect.Flow", "x"), r.parameter("prefect.Flow.deploy", "x"), r.setting("PREFECT_HOME")
r.worker_template("process"), r.storage_block("S3"), r.signature("prefect.flow"), r.flavour("prefect.flow")
print(sorted({"prefect", "pydantic", "libcst"} & set(sys.modules)))
"""
IMPORT = "import typing, importlib, prefect_migrate; import prefect_migrate.reference"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def microseconds() -> int:
    """What importing took, without what the interpreter and the standard library have loaded before."""
    report = run("-X", "importtime", "-c", IMPORT).stderr
    match = re.search(r"\|\s+(\d+) \| prefect_migrate\.reference\n", report)
    assert match is not None
    return int(match.group(1))


def test_import_is_cheap() -> None:
    assert min(microseconds() for _ in range(5)) < 5000


def test_heavy_packages_stay_away() -> None:
    assert run("-c", USE_EVERYTHING).stdout.strip() == "[]"
