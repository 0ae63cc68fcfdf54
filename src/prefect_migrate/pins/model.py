"""A pin: one place that says which version of one of Prefect's packages is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prefect_migrate.pins.constraints import Dialect, Rewrite, Verdict, rewritten, verdict
from prefect_migrate.pins.versions import Target

#: How sure the place is: `sure` is a requirement and nothing else; `likely` will be one in most files; `text` only
#: mentions one.
Standing = Literal["sure", "likely", "text"]


@dataclass(frozen=True, slots=True)
class Pin:
    """`start:end` are the characters of the finding, `at:to` those of the constraint itself; `text` is for messages."""

    package: str
    start: int
    end: int
    text: str
    at: int
    to: int
    constraint: str
    dialect: Dialect = "pep508"
    standing: Standing = "sure"
    hashed: bool = False
    #: Why nobody can rewrite it here, "" if we can.
    obstacle: str = ""

    @property
    def verdict(self) -> Verdict:
        return verdict(self.package, self.constraint, self.dialect)

    @property
    def holds_back(self) -> bool:
        """Whether nothing that goes with Prefect 3 can be installed."""
        return self.verdict in ("2", "1")

    def rewrite(self, target: Target) -> Rewrite | None:
        """The constraint for the target."""
        return rewritten(self.package, self.constraint, self.dialect, target)

    def spelled_for(self, target: Target) -> str | None:
        """What is shown, with the constraint for the target."""
        wanted = self.rewrite(target)
        if wanted is None:
            return None
        return self.text.replace(self.constraint, wanted.text)
