"""What a file pins beside Prefect that is too old to be installed with the target."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.constraints import Dialect, alternatives
from prefect_migrate.pins.versions import Target, parse, spelled
from prefect_migrate.reference.tables import table

#: The oldest minor that the table was made for and holds for.
_SINCE: Target = (3, 8)
#: `name==1.0` on a line, or in a string of a list.
_PEP508 = re.compile(
    r"(?:^[ \t]*|[\"'])([A-Za-z][\w.-]*)(?:\[[^\]\n]*\])?[ \t]*"
    r"((?:[=~<]=|<|===)[ \t]*[\w.*]+(?:[ \t]*,[ \t]*[=~<>!]+[ \t]*[\w.*]+)*)",
    re.MULTILINE,
)
#: `name = "^1.0"`, `name = {version = "1.0"}`
_TABLE = re.compile(
    r"^[ \t]*[\"']?([A-Za-z][\w.-]*)[\"']?[ \t]*=[ \t]*(?:\{[^}\n]*\bversion[ \t]*=[ \t]*)?[\"']([^\"'\n]+)[\"']",
    re.MULTILINE,
)
#: `- name=1.0`
_CONDA = re.compile(r"^[ \t]*-[ \t]*([A-Za-z][\w.-]*)[ \t]*(==?[ \t]*\d[\w.*]*)", re.MULTILINE)
_READ: dict[str, tuple[tuple[re.Pattern[str], Dialect], ...]] = {
    kinds.REQUIREMENTS: ((_PEP508, "pep508"),),
    kinds.SETUP: ((_PEP508, "pep508"),),
    kinds.PYPROJECT: ((_PEP508, "pep508"), (_TABLE, "poetry")),
    kinds.PIPFILE: ((_TABLE, "pep508"),),
    kinds.YAML: ((_CONDA, "conda"), (_PEP508, "pep508")),
}


def too_old(kind: str, text: str, package: str, target: Target) -> str:
    """Why the file's other requirements keep the target's release of a package out; "" if none is known to."""
    floors = _floors(package) if target >= _SINCE else {}
    for name, constraint, dialect in _requirements(kind, text) if floors else ():
        floor = floors.get(re.sub(r"[-_.]+", "-", name).lower())
        options = alternatives(constraint, dialect) if floor else None
        if floor and options and not any(_admits(option, Version(floor)) for option in options):
            written = f"{name} = {constraint}" if dialect == "poetry" else f"{name}{constraint}"
            needs = f"Prefect {spelled(target)}" if package == "prefect" else package
            return f"`{written}` is too old for {needs}, and both can't be installed"
    return ""


def _floors(package: str) -> dict[str, str]:
    data = table("beside")
    own: dict[str, str] = data["prefect"]
    return own if package == "prefect" else {**own, **data.get(package, {})}


def _requirements(kind: str, text: str) -> Iterator[tuple[str, str, Dialect]]:
    for pattern, dialect in _READ.get(kind, ()):
        for match in pattern.finditer(text):
            yield match[1], " ".join(match[2].split()), dialect


def _admits(option: SpecifierSet, floor: Version) -> bool:
    """Whether a version from the floor on satisfies all terms."""
    if option.contains(floor, prereleases=True):
        return True
    named = [(term.operator, parse(term.version.removesuffix(".*"))) for term in option]
    if any(version is None for _, version in named):
        return True
    if any(option.contains(version, prereleases=True) for _, version in named if version and version >= floor):
        return True
    return all(operator in (">=", ">", "!=") for operator, _ in named)
