"""The command that README names works as it stands there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_command_of_the_readme(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("from prefect.orion.schemas.schedules import CronSchedule\n\nprint(CronSchedule)\n")
    found = re.search(r"`python (-m libcst\.tool codemod [^`]*) DIR`", README.read_text("utf-8"))
    assert found is not None
    line = [sys.executable, *shlex.split(found[1]), str(tmp_path)]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Transformed 1 files successfully" in done.stderr + done.stdout
    assert path.read_text() == "from prefect.client.schemas.schedules import CronSchedule\n\nprint(CronSchedule)\n"
