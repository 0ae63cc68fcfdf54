"""What a project remembers of its files, and when it forgets."""

from __future__ import annotations

from prefect_migrate.project import Project
from tests.conftest import MakeProject

FLOWS = "from prefect import flow\n"


def test_what_is_found_out_holds_until_the_content_changes(make_project: MakeProject) -> None:
    project = Project(make_project({"a.py": FLOWS}))
    asked: list[str] = []

    def length() -> int:
        asked.append(project.files[0].path)
        return len(project.files[0].data or b"")

    assert [project.once("length", project.files[0], length) for _ in range(2)] == [len(FLOWS)] * 2
    project.put("a.py", b"import prefect\n")
    assert project.once("length", project.files[0], length) == 15
    assert len(asked) == 2


def test_python_files_with_some_bytes_are_those_of_the_overlay(make_project: MakeProject) -> None:
    project = Project(make_project({"a.py": FLOWS, "b.py": "import a\nflow = 1\n", "c.txt": "flow\n"}))
    assert sorted(project.python_with(b"flow")) == ["a.py", "b.py"]
    project.put("b.py", b"import a\n")
    assert project.python_with(b"flow") == ["a.py"]
    project.put("a.py", None)
    assert project.python_with(b"flow") == []


def test_a_module_may_be_a_folder_or_a_file(make_project: MakeProject) -> None:
    project = Project(make_project({"src/pkg/mod.py": FLOWS, "flow.py": FLOWS}))
    assert [name for name in ("src", "pkg", "mod", "flow", "other", "py") if project.may_hold_module(name)] == [
        "src", "pkg", "mod", "flow",
    ]  # fmt: skip
    project.put("flow.py", None)
    assert not project.may_hold_module("flow")


def test_a_file_without_prefect_is_read_as_it_was(make_project: MakeProject) -> None:
    root = make_project({"a.py": FLOWS, "b.py": "x = 1\n"})
    project = Project(root)
    assert project.read("b.py") == b"x = 1\n"
    (root / "b.py").unlink()
    assert project.read("b.py") == b"x = 1\n"
    project.put("b.py", b"x = 2\n")
    assert project.read("b.py") == b"x = 2\n"
