"""What a rule is given: one file, the project around it and the plan."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from prefect_migrate.config import Config
from prefect_migrate.discovery.kinds import PYTHON
from prefect_migrate.foreign import ForeignKind, foreign_kind, vendored_package
from prefect_migrate.plan.model import Plan
from prefect_migrate.project import Project, ProjectFile
from prefect_migrate.source.python import PythonFile, UnparsablePython
from prefect_migrate.source.text import SourceText, UnreadableText


@dataclass
class FileContext:
    """One relevant file.  `problem` is set when it could not be read or parsed, and `python` is None then."""

    #: Whether no finding keeps its fix, so that none need be worked out.
    only_reports: ClassVar[bool] = False

    project: Project
    file: ProjectFile
    plan: Plan
    config: Config
    #: How many uses stand under a guard that serves both versions, and were left alone.
    guarded: int = field(default=0)
    #: What the rules of one family find out about the file together.
    shared: dict[str, Any] = field(default_factory=dict)

    def forget(self) -> None:
        """Let go of the tree and of all that was found out about it."""
        self.shared.clear()
        self.__dict__.pop("python", None)

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def target(self) -> tuple[int, int]:
        return self.config.target

    @cached_property
    def python(self) -> PythonFile | None:
        return self.project.python(self.path) if self.file.kind == PYTHON else None

    @cached_property
    def foreign(self) -> ForeignKind | None:
        """What the file is instead of the user's own Prefect 2 or 3 code: reported once and never touched."""
        if self.file.kind == PYTHON:
            return foreign_kind(self.project, self.path)
        return "vendored" if vendored_package(self.project, self.path) is not None else None

    @cached_property
    def text(self) -> SourceText:
        """The decoded text; of a file that can't be decoded, its bytes as Latin-1."""
        parsed: PythonFile | None = self.__dict__.get("python")
        if parsed is not None:
            return parsed.text
        data = self.project.read(self.path) or b""
        if self.file.kind == PYTHON:
            # not by way of the tree, which rules about texts would wait for
            with suppress(UnreadableText):
                return SourceText.python(data)
        return SourceText.plain(data)

    @cached_property
    def problem(self) -> tuple[str, int, int] | None:
        """(what is wrong, line, column) of a Python file that can't be read or parsed."""
        if self.file.kind != PYTHON or self.file.data is None or self.foreign is not None:
            return None
        try:
            self.project.parse_python(self.path)
        except UnreadableText as error:
            return str(error), error.line, 1
        except UnparsablePython as error:
            return str(error), error.line, error.column
        return None


def context_of(project: Project, plan: Plan, config: Config, path: str) -> FileContext:
    """The context of a file that the project has."""
    return FileContext(project, next(file for file in project.files if file.path == path), plan, config)
