"""One place where a PREFECT_ variable stands."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

#: sets: gives it a value.  hands_on: lets in the value that it has outside.  reads: takes its value.  names: neither.
Role = Literal["sets", "hands_on", "reads", "names"]

NAME = re.compile(r"(?<![A-Za-z0-9_])PREFECT_[A-Z0-9]\w*(?![A-Za-z0-9_-])")


class Place(NamedTuple):
    """The characters of the name, and what is done with it."""

    name: str
    start: int
    end: int
    role: Role
    #: Why a rename here wants review, "" if nothing speaks against it.
    doubt: str = ""
    #: Whether a place that sets it gives it a value of its own, and not `${X}` of outside.
    own: bool = True
