"""What rules produce: findings, fixes and text edits."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect_migrate.plan.model import Deployment, WorkPool
    from prefect_migrate.source.text import SourceText


class Applicability(str, enum.Enum):
    """How far a fix can be trusted; a tier belongs to the occurrence, not to the rule."""

    SAFE = "safe"
    """The result behaves the same; applied by default."""
    REVIEW = "review"
    """Right in most programs, but this one may rely on what changed; applied with `--unsafe`."""
    MANUAL = "manual"
    """Reported with what to do; never applied."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in a file: 1-based lines and columns (in characters), the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters `start:end` of the decoded text by `text`."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Changes:
    """All that one fix does to the repository.

    `edits` belong to the finding's own file.  `imports` are requests that are carried
    out once per file, after all edits; an import whose last use an edit took away goes by itself.
    """

    edits: list[Edit] = field(default_factory=list)
    imports: list[ImportRequest] = field(default_factory=list)
    #: Deployments that this fix writes in place, and such as go to prefect.yaml instead: the writers of the plan make
    #: the files that they need.
    in_place: list[Deployment] = field(default_factory=list)
    to_yaml: list[Deployment] = field(default_factory=list)
    #: Work pools that take the place of what this fix removes.
    pools: list[WorkPool] = field(default_factory=list)
    #: Statements that this fix leaves without a use, such as the block that only the deployment named.
    orphans: list[str] = field(default_factory=list)
    #: Names that stay imported though this file reads them no more: another file takes them from it.
    kept: list[str] = field(default_factory=list)
    #: Nothing is left of the file.
    deletes: bool = False
    #: The edits count the characters of the module that a notebook's cells make up, not those of the file.
    in_cells: bool = False


@dataclass(frozen=True, slots=True, order=True)
class ImportRequest:
    """`from module import name [as alias]`, or `import module` when `name` is None."""

    module: str
    name: str | None = None
    alias: str | None = None


class CannotFix(Exception):
    """Raised by a fix that finds, while it is being made, that it can't be made; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What would be changed; `make` is only called when the change is wanted."""

    title: str
    make: Callable[[], Changes]


@dataclass(slots=True)
class Finding:
    """One use of something that the target Prefect lacks or treats differently."""

    code: str
    name: str
    message: str
    path: str
    place: Place
    next_step: str
    applicability: Applicability = Applicability.MANUAL
    reason: str = ""
    fix: Fix | None = None
    #: The source text that the finding is about; it goes into the fingerprint in place of the line number.
    subject: str = ""

    @property
    def fixable(self) -> bool:
        """Whether some tier of `apply` would rewrite this."""
        return self.fix is not None and self.applicability is not Applicability.MANUAL

    def without_fix(self, reason: str) -> Finding:
        """The same finding, reported only."""
        return Finding(
            self.code,
            self.name,
            self.message,
            self.path,
            self.place,
            self.next_step,
            reason=reason,
            subject=self.subject,
        )


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A stable identity for each finding: it survives edits elsewhere in the file.

    Made of code, path, the text found and how many equal ones stand before it, so that baselines hold when lines move.
    """
    seen: dict[str, int] = {}
    result = []
    for finding in findings:
        key = "\0".join((finding.code, finding.path, " ".join(finding.subject.split())))
        occurrence = seen[key] = seen.get(key, -1) + 1
        digest = hashlib.sha256(f"{key}\0{occurrence}".encode(errors="surrogatepass"))
        result.append(digest.hexdigest()[:16])
    return result


def place_of(text: SourceText, start: int, end: int) -> Place:
    """The place of the characters `start:end`."""
    line, column = text.position(start)
    end_line, end_column = text.position(end)
    return Place(line, column, end_line, end_column)
