"""What a project was asked while a file was looked at says whether it must be looked at again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prefect_migrate.memory import Looked, Memory, noted
from prefect_migrate.project import Project
from tests.conftest import MakeProject

FILES = {
    "a.py": "import prefect\n",
    "b.py": "import prefect\nfrom a import x\n",
    "c.py": "from b import x  # prefect\n",
}


def is_kept(project: Project, ask: Callable[[Project], object], path: str, data: bytes | None) -> bool:
    """Whether what was found in c.py is still there when it asked something, and another file changed then."""
    memory = Memory()
    memory.begin(project)
    with noted(project) as questions:
        ask(project)
    memory.keep("c.py", questions, Looked([], [], 0, []))
    project.put(path, data)
    memory.begin(project)
    return memory.get("c.py") is not None


@pytest.mark.parametrize(
    "ask",
    [
        lambda project: project.read("a.py"),
        lambda project: project.parse_python("a.py"),
        lambda project: project.exists("a.py"),
        lambda project: project.text("a.py"),
        lambda project: list(project.of_kind("python")),
        lambda project: project.python_with(b"new"),
        lambda project: project.ask("length", lambda: len(project.read("a.py") or b"")),
    ],
)
def test_another_answer(make_project: MakeProject, ask: Callable[[Project], object]) -> None:
    assert not is_kept(Project(make_project(FILES)), ask, "a.py", b"import prefect  # new\n")


@pytest.mark.parametrize(
    "ask",
    [
        lambda project: project.read("b.py"),
        lambda project: project.python_with(b"prefect"),
        lambda project: project.ask("length", lambda: len(project.read("b.py") or b"")),
        lambda project: project.ask("length", lambda: len(project.read("a.py") or b""), lambda *_: False),
    ],
)
def test_the_same_answer(make_project: MakeProject, ask: Callable[[Project], object]) -> None:
    assert is_kept(Project(make_project(FILES)), ask, "a.py", b"import prefect  # new\n")


def test_a_change_of_the_file_itself(make_project: MakeProject) -> None:
    assert not is_kept(Project(make_project(FILES)), lambda _: None, "c.py", b"import prefect\n")


def test_names_lead_elsewhere(make_project: MakeProject) -> None:
    project = Project(make_project(FILES))
    project.follows = {"b.py": {"a.py"}}
    assert not is_kept(project, lambda project: project.read("b.py"), "a.py", b"")
    assert not is_kept(project, lambda _: None, "b.py", None)


def test_what_is_remembered_for_all_still_counts(make_project: MakeProject) -> None:
    project = Project(make_project(FILES))

    def length() -> int:
        return len(project.read("a.py") or b"")

    project.ask("length", length)
    assert not is_kept(project, lambda project: project.ask("length", length), "a.py", b"")
