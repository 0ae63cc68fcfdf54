"""What a file pins beside Prefect that is too old to be installed with the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from prefect_migrate.pins.constraints import alternatives
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.others import COMMANDS, Requirement, requirements_in, words_of
from prefect_migrate.pins.texts import command_around, in_comment
from prefect_migrate.pins.versions import Target, parse, spelled
from prefect_migrate.reference.tables import table

#: The oldest minor that the table was made for and holds for.
_SINCE: Target = (3, 8)
#: Prefect's metadata admits newer ones, but its server answers 422 on them or fails at import (seen by running it).
_BELOW = {"fastapi": "0.151"}
#: Releases before these asked for less than the later ones, and can be installed with the target again.
_FITS_BEFORE = {"evidently": "0.2.7", "mlflow": "1.28"}


class TooOld(NamedTuple):
    """A requirement, the oldest release that would do, and the package which needs it."""

    requirement: Requirement
    floor: str
    package: str

    @property
    def needs(self) -> str:
        """The constraint that goes with the target, in the language of the old one; no `>` for a shell to redirect."""
        old = self.requirement.constraint.strip()
        if old.startswith("^"):
            return f"^{self.floor}"
        below = _BELOW.get(_normal(self.requirement.name))
        if self.requirement.bare:
            return f"~={self.floor if below else '.'.join(self.floor.split('.')[:2])}"
        gap = " " if re.search(r"[<>=!~]\s", old) else ""
        return f">={gap}{self.floor}" + (f",<{gap}{below}" if below else "")


def too_old(kind: str, text: str, package: str, target: Target) -> str:
    """Why the file's other requirements keep the target's release of a package out; "" if none is known to."""
    first = next(judged(requirements_in(kind, text), [package], target), None)
    return f"{message(first, target)}, and both can't be installed" if first else ""


def message(found: TooOld, target: Target) -> str:
    """``` `anyio==3.7.1` is too old for Prefect 3.8 ```"""
    needs = f"Prefect {spelled(target)}" if found.package == "prefect" else found.package
    return f"`{found.requirement.text}` is too old for {needs}"


def all_too_old(kind: str, text: str, pins: Sequence[Pin], target: Target) -> Iterator[TooOld]:
    """Every requirement that keeps the target's release of one of these pins out: in the same file or command."""
    packages = {pin.package for pin in pins}
    if packages:
        yield from judged(requirements_in(kind, text), packages, target)
    seen: set[tuple[int, int]] = set()
    for pin in pins if kind in COMMANDS else ():
        command = command_around(text, pin.start, kind)
        if command not in seen:
            seen.add(command)
            together = {other.package for other in pins if command[0] <= other.start < command[1]}
            words = (word for word in words_of(text, *command) if not _is_said(text, word))
            yield from judged(words, together, target)


def _is_said(text: str, word: Requirement) -> bool:
    """Whether a word stands in a comment."""
    return in_comment(text[text.rfind("\n", 0, word.start) + 1 : word.start])


def judged(requirements: Iterable[Requirement], packages: Iterable[str], target: Target) -> Iterator[TooOld]:
    """Those of some requirements that are too old for the target's releases of some packages."""
    floors = _floors(packages) if target >= _SINCE else {}
    for requirement in requirements:
        floor, package = floors.get(_normal(requirement.name), ("", ""))
        options = alternatives(requirement.constraint, requirement.dialect) if floor else None
        before = _FITS_BEFORE.get(_normal(requirement.name), "0")
        if options and not any(_admits(option, Version(floor), Version(before)) for option in options):
            yield TooOld(requirement, floor, package)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _floors(packages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """distribution -> its oldest release that goes with all packages, and the one of them that asks for most."""
    data = table("beside")
    floors: dict[str, tuple[str, str]] = {}
    for package in ("prefect", *sorted(packages)):
        for name, floor in data.get(package, {}).items():
            if name not in floors or Version(floor) > Version(floors[name][0]):
                floors[name] = (floor, package)
    return floors


def _admits(option: SpecifierSet, floor: Version, before: Version) -> bool:
    """Whether a version from the floor on, or one before the other bound, satisfies all terms."""
    if option.contains(floor, prereleases=True):
        return True
    named = [(term.operator, parse(term.version.removesuffix(".*"))) for term in option]
    if any(version is None for _, version in named):
        return True
    if any(
        option.contains(version, prereleases=True) for _, version in named if version and not before <= version < floor
    ):
        return True
    return all(operator in (">=", ">", "!=") for operator, _ in named)
