"""Reader: the lines of a requirements file that name Prefect itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

#: The newest release of each target minor that the engines were tried with.
NEWEST_RELEASE = {(3, 8): "3.8.8"}
_REST_OF_LINE = r"(?:[^\n\\]|\\(?!\r?\n))*"
_LINE = re.compile(
    r"^[ \t]*(?P<requirement>(?P<name>prefect)(?P<extras>[ \t]*\[[^\]\n]*\])?(?P<gap>[ \t]*)"
    r"(?P<specifier>(?:\([^)\n]*\)|(?:[<>=!~]=?=?[ \t]*[\w.*+!-]+[ \t]*,?[ \t]*)*)))"
    rf"(?P<rest>{_REST_OF_LINE}(?:\\\r?\n{_REST_OF_LINE})*)",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PrefectPin:
    """One requirement on prefect; `start:end` are the characters of `text`, without marker, comment and hashes."""

    start: int
    end: int
    text: str
    specifier: str
    hashed: bool

    @property
    def keeps_prefect_2(self) -> bool:
        """Whether the specifier lets a Prefect 2 be installed; one that says nothing is not a pin."""
        specifiers = self._specifiers()
        if not specifiers:
            return False
        probes = [f"2.{minor}" for minor in range(100)] + [specifier.version.rstrip(".*") for specifier in specifiers]
        return any(_is_2(probe) and specifiers.contains(probe, prereleases=True) for probe in probes)

    def rewritten(self, target: tuple[int, int]) -> str | None:
        """The requirement for the target, spelled like the old one; None if it is not a form that we know."""
        specifiers = list(self._specifiers())
        minor = ".".join(map(str, target))
        head = self.text[: len(self.text) - len(self.specifier)]
        gap = " " if re.match(r"[<>=!~]=?=?\s", self.specifier) else ""
        if len(specifiers) == 1 and specifiers[0].operator in ("==", "~="):
            exact = (
                NEWEST_RELEASE.get(target)
                if specifiers[0].operator == "==" and "*" not in specifiers[0].version
                else None
            )
            version = exact or (f"{minor}.*" if specifiers[0].operator == "==" else minor)
            return f"{head}{specifiers[0].operator}{gap}{version}"
        if all(specifier.operator in (">=", ">", "<", "<=", "!=", "~=", "==") for specifier in specifiers):
            return f"{head}>={gap}{minor},<{gap}{target[0] + 1}"
        return None

    def _specifiers(self) -> SpecifierSet:
        try:
            return SpecifierSet(self.specifier.strip("() \t"))
        except InvalidSpecifier:
            return SpecifierSet()


def _is_2(version: str) -> bool:
    try:
        return Version(version).major == 2
    except InvalidVersion:
        return False


def read_pins(text: str) -> Iterator[PrefectPin]:
    """Every requirement on prefect with a version; the integrations (prefect-aws ...) are other packages."""
    for match in _LINE.finditer(text):
        rest = match["rest"].lstrip()
        if match["specifier"] and (not rest or rest[0] in ";#\\-" or rest.startswith("--")):
            start = match.start("requirement")
            specifier = match["specifier"].rstrip(" \t")
            requirement = text[start : match.start("specifier")] + specifier
            yield PrefectPin(start, start + len(requirement), requirement, specifier, "--hash" in rest)


#: Packages that both Prefects require, in ranges that differ.
_FROZEN = re.compile(
    r"^[ \t]*(?:pydantic|pendulum|griffe|anyio|starlette|fastapi|sqlalchemy|alembic)[ \t]*==[^\s;#]+",
    re.MULTILINE | re.IGNORECASE,
)


def frozen_dependency(text: str) -> str | None:
    """A requirement of Prefect's own that the file pins exactly, as `pip freeze` does."""
    match = _FROZEN.search(text)
    return match.group().strip() if match else None
