from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefect_migrate.changes.diff import unified_diff
from prefect_migrate.changes.model import FileChange

_LINES = st.lists(st.sampled_from([b"a", b"b", b"", b"caf\xc3\xa9", b"\xe9", b"x\r", b"y\x0c"]), max_size=6)
_CONTENT = st.tuples(_LINES, st.booleans()).map(
    lambda pair: b"\n".join(pair[0]) + (b"\n" if pair[1] and pair[0] else b"")
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=st.none() | _CONTENT, after=st.none() | _CONTENT)
def test_git_apply_makes_the_same_file(tmp_path: Path, before: bytes | None, after: bytes | None) -> None:
    if before == after or (not before and not after):
        return
    path = tmp_path / "file.txt"
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)
    if not before and before is not None:
        return  # git tells an empty file from none by its index, which there is none of here
    diff = unified_diff(FileChange("file.txt", before, after))
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=tmp_path, input=diff.encode("utf-8", "surrogateescape"), check=True)
    assert (path.read_bytes() if path.exists() else None) == after


def test_modes() -> None:
    assert "new file mode 100755" in unified_diff(FileChange("a.sh", None, b"x\n", executable=True))
    assert "new file mode 100644" in unified_diff(FileChange("a.txt", None, b"x\n"))
    assert "deleted file mode 100644" in unified_diff(FileChange("a.txt", b"x\n", None))


@pytest.mark.parametrize(
    "name", ["a b.py", "a\nb/c\td.py", 'say "x".py', "back\\slash.py", "-f.py", "caf\u00e9 \x7f.py"]
)
@pytest.mark.parametrize("command", [["git", "apply", "-"], ["patch", "-p1"]], ids=["git", "patch"])
def test_odd_names(tmp_path: Path, name: str, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a\n")
    diff = unified_diff(FileChange(name, b"a\n", b"b\n"))
    subprocess.run(command, cwd=tmp_path, input=diff.encode(), check=True, capture_output=True)
    assert path.read_bytes() == b"b\n"
