"""One file in, one file out."""

from __future__ import annotations

import sys
from pathlib import Path

from prefect_migrate.findings import Finding
from tests.conftest import MakeProject, apply_folder, scan_folder, texts

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["findings", "rewritten", "tomllib"]


def rewritten(folder: Path, path: str, *codes: str, unsafe: bool = False) -> str:
    """The file after one run; a second run must change nothing."""
    result = apply_folder(folder, unsafe=unsafe, select=codes)
    files = texts(result)
    before = (folder / path).read_bytes().decode()
    for name, text in files.items():
        assert text is not None
        (folder / name).write_bytes(text.encode())
    assert not apply_folder(folder, unsafe=unsafe, select=codes).changes
    return files.get(path) or before


def findings(make_project: MakeProject, files: dict[str, str | bytes], *codes: str) -> list[Finding]:
    return scan_folder(make_project(files), select=codes).findings
