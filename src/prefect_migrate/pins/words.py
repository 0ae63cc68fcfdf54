"""The spelling of requirements on Prefect's packages, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.pins.constraints import Dialect
from prefect_migrate.pins.model import Pin, Standing
from prefect_migrate.pins.versions import canonical, parse

_VERSION = r"v?\d[\w.*+!-]*"
_OPERATOR = r"(?:===|==|~=|!=|<=|>=|<|>)"
_NAME = r"(?P<name>prefect(?:[-_.][a-z]+)*)"
_EXTRAS = r"(?:[ \t]*\[[^\]\n\"']*\])?"
_SPECIFIER = rf"{_OPERATOR}[ \t]*{_VERSION}(?:[ \t]*,[ \t]*{_OPERATOR}[ \t]*{_VERSION})*"
#: `prefect[aws]>=2.10,<3`, `prefect (==2.*)`; no part of a longer name, a path or an address.
REQUIREMENT = re.compile(
    rf"(?<![\w.@/:-]){_NAME}{_EXTRAS}[ \t]*(?P<specifier>\({_SPECIFIER}\)|{_SPECIFIER})(?![\w@/])", re.IGNORECASE
)
#: `prefect=2.10`, `prefect 2.10.*`, `conda-forge::prefect=2`: what conda reads besides.
CONDA = re.compile(
    rf"(?<![\w.@/-])(?:[\w-]+::)?{_NAME}{_EXTRAS}"
    rf"(?:[ \t]*(?P<specifier>=[ \t]*{_VERSION}(?:=[\w*]+)?)|[ \t]+(?P<bare>{_VERSION}))(?![\w@/=])"
)
#: `prefect@^2.10`, `prefect@2.20.1`: what `poetry add` and `uvx` read besides.
AT = re.compile(rf"(?<![\w.@/:-]){_NAME}{_EXTRAS}@(?P<specifier>(?:\^|~|{_OPERATOR})?{_VERSION})(?![\w@/.])")
#: `prefect @ git+https://…/prefect@2.10.13`, with or without the name before it.
_REPOSITORY = re.compile(
    r"(?:(?<![\w./-])prefect(?:[-_.][a-z]+)*[ \t]*(?:\[[^\]\n]*\])?[ \t]*@[ \t]*)?"
    r"git\+[\w+]+://[^\s\"'#;,]*?/(?P<name>prefect(?:-[a-z]+)*)(?:\.git)?@(?P<reference>[^\s\"'#;,\]]+)",
    re.IGNORECASE,
)
#: What all of these but the last have in common, in lower case, at a fraction of the cost.
_MAYBE = re.compile(rf"prefect(?:[-_.][a-z]+)*{_EXTRAS}(?=\W)[ \t]*\(?[=~!<>@^]{{0,4}}[ \t]*v?\d")
_PATTERNS: dict[Dialect, re.Pattern[str]] = {"pep508": REQUIREMENT, "conda": CONDA, "poetry": AT}


def pins_in(text: str, dialect: Dialect = "pep508", start: int = 0, end: int | None = None) -> Iterator[Pin]:
    """Every requirement in this spelling; where it stands is for the caller to judge."""
    for match in _PATTERNS[dialect].finditer(text, start, len(text) if end is None else end):
        package = canonical(match["name"])
        if package is not None:
            yield pin_of(match, package, dialect)


def may_hold_pins(text: str) -> bool:
    """Whether any of the patterns can match somewhere."""
    small = text.lower()
    return _MAYBE.search(small) is not None or "git+" in small


def pin_of(match: re.Match[str], package: str, dialect: Dialect, standing: Standing = "sure") -> Pin:
    """The pin that one of the patterns matched."""
    group = "specifier" if match.groupdict().get("specifier") is not None else "bare"
    at, to = match.span(group)
    start, end = match.span()
    return Pin(package, start, end, match.group(), at, to, match[group], dialect, standing)


def whole(value: str, dialect: Dialect = "pep508") -> Pin | None:
    """The requirement that a string is, a marker after it apart; offsets are those of the string."""
    match = _PATTERNS[dialect].match(value.strip())
    if match is None:
        return None
    lead = len(value) - len(value.lstrip())
    rest = value[lead + match.end() :].strip()
    if rest and not rest.startswith(";"):
        return None
    return next(pins_in(value, dialect, 0, lead + match.end()), None)


def repository_pins(text: str) -> Iterator[Pin]:
    """Every install from a tag of Prefect's repositories, and from the branch on which Prefect 2 was made."""
    for match in _REPOSITORY.finditer(text) if "git+" in text.lower() else ():
        package = canonical(match["name"])
        reference = "2.0" if match["reference"] == "orion" else match["reference"]
        if package is not None and parse(reference) is not None:
            start, end = match.span()
            obstacle = "it is installed from a repository"
            at, to = match.span("reference")
            yield Pin(package, start, end, match.group(), at, to, f"=={reference}", obstacle=obstacle)
