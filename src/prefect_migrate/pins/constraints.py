"""What a version constraint admits, in the three languages that Python projects write them in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from prefect_migrate.pins.versions import (
    CLIENTS,
    Target,
    first_for_prefect_3,
    integration_release,
    newest_release,
    parse,
    spelled,
)

#: pep508 (`>=2,<3`), poetry (`^2.10`, `~2`, a bare version is exact), conda (`=2.10` and a bare version are prefixes).
Dialect = Literal["pep508", "poetry", "conda"]
#: free: any version; 3: a Prefect 3 is admitted; 2 or 1: nothing newer is; unknown: not understood.
Verdict = Literal["free", "3", "2", "1", "unknown"]

_TERM = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*v?(?P<version>\d[\w.+!-]*(?:\.?\*)?|\*)$", re.I)
#: conda's version and build: `=2.10.13=pyhd8ed1ab_0`.
_BUILD = re.compile(r"^(=?=?[\w.*]+)=[\w*]+$")


class Rewrite(NamedTuple):
    """A constraint for the target; `doubt` is why it may not fit, "" if it does."""

    text: str
    doubt: str = ""


@lru_cache(maxsize=512)
def verdict(package: str, constraint: str, dialect: Dialect = "pep508") -> Verdict:
    """What a constraint on one of Prefect's packages admits."""
    options = alternatives(constraint, dialect)
    if options is None:
        return "unknown"
    if any(not len(option) for option in options):
        return "free"
    own = [specifier.version.removesuffix(".*") for option in options for specifier in option]
    generations: tuple[Verdict, ...] = ("3", "2", "1") if package in CLIENTS else ("3", "2")
    for generation in generations:
        if any(_admits(options, probe) for probe in _probes(package, generation, own)):
            return generation
    return next((generation for generation in generations if any(_is(package, generation, v) for v in own)), "unknown")


@lru_cache(maxsize=512)
def generation(package: str, constraint: str, dialect: Dialect = "pep508") -> Verdict:
    """The only generation that a constraint lets in; free if it lets in several."""
    found = verdict(package, constraint, dialect)
    options = alternatives(constraint, dialect) if found == "3" else None
    both = options and any(_admits(options, probe) for probe in _probes(package, "2", ()))
    return "free" if both else found


def oldest_minor(constraint: str, dialect: Dialect = "pep508") -> int | None:
    """The oldest minor of Prefect 2 that a constraint on Prefect itself lets in."""
    oldest = oldest_admitted("prefect", constraint, dialect, "2")
    return None if oldest is None else oldest.minor


@lru_cache(maxsize=512)
def oldest_admitted(
    package: str, constraint: str, dialect: Dialect = "pep508", generation: Verdict = "3"
) -> Version | None:
    """The oldest version of a generation that a constraint lets in, as far as can be told."""
    options = alternatives(constraint, dialect) or []
    own = [specifier.version.removesuffix(".*") for option in options for specifier in option]
    admitted = [parse(probe) for probe in _probes(package, generation, own) if _admits(options, probe)]
    return min((version for version in admitted if version is not None), default=None)


def rewritten(package: str, constraint: str, dialect: Dialect, target: Target) -> Rewrite | None:
    """The constraint for the target, spelled like the old one; None if it is not a form that we know."""
    if alternatives(constraint, dialect) is None or "|" in constraint or _BUILD.match(constraint):
        return None
    release, doubt = (newest_release(target), "") if package in CLIENTS else integration_release(package, target)
    single = _TERM.match(constraint.strip())
    if single and (single["operator"] or "=") in ("===", "==", "~=", "^", "~", "="):
        text = constraint[: single.start("version")].replace("v", "") + _same_precision(single, release, dialect)
        return Rewrite(text, doubt)
    return Rewrite(_range(package, constraint, target))


def _same_precision(term: re.Match[str], release: str, dialect: Dialect) -> str:
    """The release, as exact as the old version was."""
    operator, old = term["operator"], term["version"]
    minor = ".".join(release.split(".")[:2])
    if "*" in old:
        return f"{minor}.*"
    exact = operator in ("==", "===") or (operator is None and dialect == "poetry")
    return release if exact or old.count(".") >= 2 else minor


def _range(package: str, constraint: str, target: Target) -> str:
    gap = " " if re.search(r"[<>=!~]\s", constraint) else ""
    comma = ", " if re.search(r",\s", constraint) else ","
    if package not in CLIENTS:
        return f">={gap}{first_for_prefect_3(package)}"
    return f">={gap}{spelled(target)}{comma}<{gap}{target[0] + 1}"


def alternatives(constraint: str, dialect: Dialect) -> list[SpecifierSet] | None:
    """The constraint as sets of which one must hold; None if it is not understood."""
    text = constraint.strip().strip("()").strip()
    if not text or text == "*":
        return [SpecifierSet()]
    try:
        if dialect == "pep508":
            return [SpecifierSet(text)]
        return [
            SpecifierSet(",".join(part for term in _terms(option) for part in _as_pep508(term, dialect)))
            for option in re.split(r"\|\|?", text)
        ]
    except (InvalidSpecifier, ValueError):
        return None


def _terms(option: str) -> Iterator[str]:
    joined = re.sub(r"(?<=[<>=!~^])\s+", "", option.strip())
    return (term for term in re.split(r"[,\s]+", joined) if term)


def _as_pep508(term: str, dialect: Dialect) -> Iterator[str]:
    """One term in PEP 508's words.  Raises ValueError for one that we don't know."""
    if dialect == "conda":
        term = _BUILD.sub(r"\1", term)
    match = _TERM.match(term)
    if match is None:
        raise ValueError(term)
    operator, version = match["operator"] or "", match["version"]
    if version == "*":
        return
    if operator in ("^", "~"):
        yield from (f">={version}", f"<{_ceiling(version, operator)}")
    elif operator in ("", "="):
        prefix = dialect == "conda" and not version.endswith("*")
        version = re.sub(r"(?<=\d)\*$", ".*", version)
        yield f"=={version}.*" if prefix and parse(version) and parse(version + ".0") else f"=={version}"
    else:
        yield f"{operator}{version}"


def _ceiling(version: str, operator: str) -> str:
    """The first version that `^` or `~` shuts out."""
    parsed = parse(version)
    if parsed is None:
        raise ValueError(version)
    release = parsed.release
    if operator == "^":
        last = next((index for index, number in enumerate(release) if number), len(release) - 1)
    else:
        last = min(len(release) - 1, 1)
    return ".".join(map(str, (*release[:last], release[last] + 1)))


def _admits(options: Iterable[SpecifierSet], version: str) -> bool:
    return any(option.contains(version, prereleases=True) for option in options)


def _probes(package: str, generation: Verdict, own: Iterable[str]) -> Iterator[str]:
    """Versions of a generation: those that the constraint names, and a sample of all."""
    yield from (version for version in own if _is(package, generation, version))
    if package not in CLIENTS:
        sample = (f"0.{minor}.{patch}" for minor in range(60) for patch in (0, 20, 99))
        yield from (version for version in (*sample, "1.0") if _is(package, generation, version))
    else:
        majors = (0, 1) if generation == "1" else (int(generation),)
        yield from (f"{major}.{minor}.{patch}" for major in majors for minor in range(40) for patch in (0, 20, 99))


def _is(package: str, generation: Verdict, version: str) -> bool:
    parsed = parse(version)
    if parsed is None:
        return False
    if package in CLIENTS:
        return {"1": parsed.major < 2, "2": parsed.major == 2}.get(generation, parsed.major >= 3)
    return (parsed.release >= first_for_prefect_3(package).release) == (generation == "3")
