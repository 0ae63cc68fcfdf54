"""Whether a name of a module is taken by another file of the repository."""

from __future__ import annotations

import pytest

from prefect_migrate.project import Project
from prefect_migrate.readers.python_importers import is_imported_elsewhere
from prefect_migrate.source import parsed
from tests.conftest import MakeProject

BLOCKS = "from prefect.filesystems import S3\n"


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        ("b.py", "from blocks import S3\n", True),
        ("b.py", "from blocks import S3 as Storage\n", True),
        ("b.py", "from blocks import *\n", False),
        ("b.py", "from blocks import *\n\nS3.load('a')\n", True),
        ("b.py", "from blocks import \\\n    *\n\nS3.load('a')\n", True),
        ("b.py", "from blocks import *\n\nMyS3.load('a')\n", False),
        ("b.py", "def f():\n    from blocks import S3\n", True),
        ("b.py", "import blocks\n\nx = blocks.GCS  # S3\n", False),
        ("b.py", "import blocks\n\nx = blocks.S3.load\n", True),
        ("b.py", "import blocks as b\n\nx = b. \\\n    S3\n", True),
        ("b.py", "import blocks\n\nx = other.S3\n", False),
        ("b.py", "from blocks import GCS\n\nS3 = GCS\n", False),
        ("b.py", "from others import S3\nimport blocks\n", False),
    ],
)
def test_a_name_that_another_file_takes(make_project: MakeProject, path: str, text: str, taken: bool) -> None:
    project = Project(make_project({"blocks.py": BLOCKS, path: text}))
    file = project.parse_python("blocks.py")
    assert is_imported_elsewhere(project, file, "S3") is taken


def test_a_name_that_another_file_hands_on(make_project: MakeProject) -> None:
    files = {"blocks.py": BLOCKS, "b.py": "from blocks import *\n", "c.py": "from b import S3\n"}
    project = Project(make_project(files))
    assert is_imported_elsewhere(project, project.parse_python("blocks.py"), "S3")


def test_files_that_cannot_take_it_are_not_parsed(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(make_project({"blocks.py": BLOCKS, "b.py": "import blocks\n", "c.py": "from b import x\n"}))
    file = project.parse_python("blocks.py")
    monkeypatch.setattr(parsed, "PythonFile", None)
    assert not is_imported_elsewhere(project, file, "S3")
