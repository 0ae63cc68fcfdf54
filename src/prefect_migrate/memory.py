"""What one scan keeps for the next of the same run: the findings that can't have changed.

`apply` scans again after each round of fixes, which changed a few files of many.  While a file is looked at, the
project notes what it is asked; a file is looked at again when any of these questions may have another answer now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prefect_migrate.findings import Finding
    from prefect_migrate.plan.model import Flow
    from prefect_migrate.project import Project
    from prefect_migrate.rule_set import Asker


class Answer(NamedTuple):
    """What was answered, how to ask again, and whether another answer (old, new) makes a difference."""

    given: Any
    again: Callable[[], Any]
    matters: Callable[[Any, Any], bool]


@dataclass(slots=True)
class Questions:
    """What a project was asked while one file was looked at."""

    #: The files whose content, or presence, was asked for.
    paths: set[str] = field(default_factory=set)
    #: Bytes of which it was asked which Python files hold them.
    parts: set[bytes] = field(default_factory=set)
    #: What was asked about all files together.
    answers: dict[Hashable, Answer] = field(default_factory=dict)
    #: Whether the list of all files was gone through.
    everything: bool = False


@dataclass(slots=True)
class Looked:
    """What was found in a file, and who is to be asked again when there is a plan."""

    flows: list[Flow]
    findings: list[Finding]
    guarded: int
    put_off: list[Asker]


class Memory:
    """The files that were looked at in the last scan, by path."""

    def __init__(self) -> None:
        self._looked: dict[str, tuple[Questions, Looked]] = {}

    def begin(self, project: Project) -> None:
        """Forget the files for which something has changed since the last scan."""
        changed, project.changed = project.changed, {}
        if not changed:
            return
        if any(project.has_lost_python(path) for path in changed):
            self._looked.clear()
        reached = _leading_to(changed, project.follows)
        self._looked = {
            path: (questions, looked)
            for path, (questions, looked) in self._looked.items()
            if path not in reached and _holds(questions, project, changed, reached)
        }

    def get(self, path: str) -> Looked | None:
        known = self._looked.get(path)
        return None if known is None else known[1]

    def keep(self, path: str, questions: Questions, looked: Looked) -> None:
        self._looked[path] = questions, looked


@contextmanager
def noted(project: Project) -> Iterator[Questions]:
    """What the project is asked meanwhile."""
    questions = project.questions = Questions()
    try:
        yield questions
    finally:
        project.questions = None


def _holds(questions: Questions, project: Project, changed: dict[str, bytes | None], reached: Collection[str]) -> bool:
    """Whether every question has the answer that it had before some files, here with their old content, changed."""
    if questions.everything or not questions.paths.isdisjoint(reached):
        return False
    for path, before in changed.items():
        after = project.read(path) or b""
        if any((part in (before or b"")) != (part in after) for part in questions.parts):
            return False
    return not any(one.matters(one.given, project.ask(what, one.again)) for what, one in questions.answers.items())


def _leading_to(changed: Collection[str], follows: dict[str, set[str]]) -> set[str]:
    """The changed files, and those whose names were followed into them, through whatever files between."""
    found = set(changed)
    before = 0
    while len(found) > before:
        before = len(found)
        found.update(path for path, others in follows.items() if not found.isdisjoint(others))
    return found
