"""What `pip freeze > requirements.txt` makes in PowerShell; pip reads it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tests.conftest import apply_folder, scan_folder

_MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("encoding", _MARKS)
@pytest.mark.parametrize(
    ("name", "text", "old", "new"),
    [
        ("requirements.txt", "café==1\r\n%s\r\n", "prefect==2.10.0", "prefect==3.8.8"),
        (
            "compose.yaml",
            "a:\n  {image: '%s'}\n",
            "prefecthq/prefect:2.9-python3.11",
            "prefecthq/prefect:3.8-python3.11",
        ),
    ],
)
def test_pins_in_utf_16(tmp_path: Path, encoding: str, name: str, text: str, old: str, new: str) -> None:
    path = tmp_path / name
    path.write_bytes(_MARKS[encoding] + (text % old).encode(encoding))
    (finding,) = scan_folder(tmp_path, select=("PM5",)).findings
    assert finding.place.line == 2
    (change,) = apply_folder(tmp_path, unsafe=True).changes
    assert change.after == _MARKS[encoding] + (text % new).encode(encoding)


def test_half_a_character(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(codecs.BOM_UTF16_LE + "prefect==2.10.0\n".encode("utf-16-le") + b"x")
    assert not scan_folder(tmp_path, select=("PM905",)).findings


def test_python_is_never_utf_16(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(codecs.BOM_UTF16_LE + "from prefect.orion import x\n".encode("utf-16-le"))
    assert [finding.code for finding in scan_folder(tmp_path).findings] == ["PM902"]
