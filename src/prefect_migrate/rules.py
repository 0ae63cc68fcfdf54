"""The base classes of rules, and the catalogue that finds them.

A rule is one class in one file below `codemods/`.  Its docstring is what a user reads (`prefect-migrate explain`),
its `examples` are documentation and tests at once.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from prefect_migrate.findings import Applicability, Finding, Fix, place_of

if TYPE_CHECKING:
    from prefect_migrate.config import Config
    from prefect_migrate.context import FileContext
    from prefect_migrate.plan.model import Plan
    from prefect_migrate.project import Project

CATALOGUE = "prefect_migrate.codemods"


@dataclass(frozen=True, slots=True)
class Example:
    """A before/after pair; `after` None means: reported, not rewritten; `clean` means: not even reported.

    `path` decides the kind of file; `others` are further files that the rule looks at; `creates` the new files that
    the fix must write (a part of their text is enough).
    """

    before: str
    after: str | None = None
    path: str = "deploy.py"
    others: tuple[tuple[str, str], ...] = ()
    creates: tuple[tuple[str, str], ...] = ()
    clean: bool = False
    unsafe: bool = False
    deletes: bool = False
    target: str | None = None


class Rule:
    """What all rules share.  Subclass PythonRule or RepositoryRule, or write `check` yourself."""

    code: ClassVar[str]
    name: ClassVar[str]
    examples: ClassVar[tuple[Example, ...]] = ()
    #: First and last target minor that the rule holds for.
    since: ClassVar[tuple[int, int]] = (3, 0)
    until: ClassVar[tuple[int, int] | None] = None
    #: Kinds of file that it reads.
    kinds: ClassVar[frozenset[str]] = frozenset({"python"})
    #: Whether it also looks at files that are no Prefect 2 code of the user's.
    reads_foreign: ClassVar[bool] = False
    #: Whether it reads the code cells of notebooks as Python too.
    reads_cells: ClassVar[bool] = False
    #: Whether it needs the plan of the whole repository, and so runs after it was made.
    needs_plan: ClassVar[bool] = False

    @classmethod
    def title(cls) -> str:
        """The docstring's first line."""
        return (inspect.getdoc(cls) or "").partition("\n")[0]

    @classmethod
    def fixes(cls) -> bool:
        """Whether any example is rewritten."""
        return any(example.after is not None or example.deletes for example in cls.examples)

    @classmethod
    def holds_for(cls, target: tuple[int, int]) -> bool:
        return cls.since <= target and (cls.until is None or target <= cls.until)

    def check(self, context: FileContext) -> Iterator[Finding]:
        """The findings of one file."""
        raise NotImplementedError

    def finding(
        self,
        context: FileContext,
        span: tuple[int, int],
        message: str,
        next_step: str,
        *,
        fix: Fix | None = None,
        applicability: Applicability = Applicability.MANUAL,
        reason: str = "",
    ) -> Finding:
        """A finding of this rule at the characters `span` of the file."""
        text = context.text
        return Finding(
            self.code,
            self.name,
            message,
            context.path,
            place_of(text, *span),
            next_step,
            applicability,
            reason,
            fix,
            subject=text.text[span[0] : span[1]],
        )


class PythonRule(Rule):
    """A rule over `ast`: write `visit_Call(self, node, context)` and the like, yielding findings.

    All rules share one walk of each file; a handler is only called for its own node type.
    """

    @classmethod
    def handlers(cls) -> dict[type[ast.AST], str]:
        """The node types that this rule has a method for."""
        return {
            getattr(ast, name.removeprefix("visit_")): name
            for name in dir(cls)
            if name.startswith("visit_") and hasattr(ast, name.removeprefix("visit_"))
        }


class RepositoryRule(Rule):
    """A rule over the repository as a whole, files included that don't mention Prefect: write `check_project`."""

    def check_project(self, project: Project, plan: Plan, config: Config) -> Iterator[Finding]:
        """The findings of one scan."""
        raise NotImplementedError


@cache
def catalogue() -> tuple[type[Rule], ...]:
    """Every rule below `prefect_migrate.codemods`, in the order of their codes."""
    package = importlib.import_module(CATALOGUE)
    found: dict[str, type[Rule]] = {}
    for info in pkgutil.walk_packages(package.__path__, f"{CATALOGUE}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if (
                inspect.isclass(value)
                and issubclass(value, Rule)
                and value.__module__ == module.__name__
                and "code" in vars(value)
            ):
                if value.code in found:
                    raise RuntimeError(f"{value.code} stands for both {found[value.code]} and {value}")
                found[value.code] = value
    return tuple(found[code] for code in sorted(found))


def rule_by_code(code: str) -> type[Rule] | None:
    """The rule with this code, or with this name."""
    wanted = code.strip()
    return next((rule for rule in catalogue() if wanted.upper() == rule.code or wanted.lower() == rule.name), None)
