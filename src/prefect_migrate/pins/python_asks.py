"""Which Python a file asks for: manifests, containers, CI, environments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.constraints import Dialect, alternatives
from prefect_migrate.pins.texts import in_comment
from prefect_migrate.pins.toml import TomlProblem, TomlString, strings

Floor = tuple[int, int]


class Ask(NamedTuple):
    """A Python older than the floor; `wanted` takes the place of `start:end`, None if a person has to decide."""

    start: int
    end: int
    text: str
    wanted: str | None


_LOWER = re.compile(
    r"(?P<operator>>=|>|\^|~=|~|===?|=)?(?P<gap>[ \t]*)(?P<version>[23]\.\d+(?:\.\d+)*)(?P<star>\.?\*)?"
)
_DISTRO = re.compile(r"(?:-slim)?(?:-(?:buster|bullseye|bookworm))?$|-alpine$")
_IMAGE = re.compile(
    r"(?m)^[ \t]*(?:-[ \t]+)?(?:FROM[ \t]+(?:--platform=\S+[ \t]+)?|(?:image|name):[ \t]*[\"']?|container:[ \t]*[\"']?)"
    r"(?:[\w.-]+/)*python:(?P<tag>(?P<version>3\.\d+)(?:\.\d+)?(?P<rest>-[\w.-]+)?)",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"(?m)^[ \t]*(?:ARG|ENV)[ \t]+\w*PYTHON_?VERSION[ =](?P<value>(?P<version>3\.\d+)(?:\.\d+)?)[ \t\r]*$"
)
_KEY = re.compile(
    r"(?m)(?:^[ \t]*(?:-[ \t]+)?|(?<=[{,])[ \t]*)[\"']?(?:python[-_]?versions?|versionSpec|python)[\"']?[ \t]*:[ \t]*"
    r"(?:(?P<list>\[[^\]]*\]|(?:\r?\n[ \t]*-[ \t]+[\"']?[\d.]+[\"']?[ \t]*(?:#[^\n]*)?)+)"
    r"|(?P<value>(?P<quote>[\"']?)3\.\d+(?:\.\d+|\.x)?(?P=quote))[ \t\r]*(?:(?:#[^\n]*)?$|(?=[,}])))",
    re.IGNORECASE,
)
#: `runtime: python39` of App Engine, `Runtime: python3.9` of a function; `key: PYTHON_VERSION` above its value.
_RUNTIME = re.compile(
    r"(?m)^[ \t]*[rR]untime:[ \t]*[\"']?python(?P<value>3(?P<dot>\.?)(?P<minor>\d+))[\"']?[ \t\r]*(?:#|$)"
)
_PAIR = re.compile(
    r"(?m)^[ \t]*-[ \t]*(?:key|name):[ \t]*[\"']?PYTHON_VERSION[\"']?[ \t]*\r?\n[ \t]*value:[ \t]*"
    r"(?P<value>(?P<quote>[\"']?)3\.\d+(?:\.\d+)?(?P=quote))[ \t\r]*$"
)
#: `- {python: …}` of a matrix, which has one for each Python.
_ROW = re.compile(r"[ \t]*-[ \t]*\{")
_CONDA = re.compile(r"(?m)^[ \t]*-[ \t]+[\"']?python(?P<spec>(?:[ \t]*[=<>!~]{1,2}[ \t]*|[ \t]+)\d[^\"'#\r\n]*)")
_REQUIRES = re.compile(r"\bpython_requires[ \t]*=[ \t]*[\"']?(?P<spec>[<>=!~][^\"'#\r\n]*)")
_ENVIRONMENTS = re.compile(r"(?m)^[ \t]*env_?list[ \t]*=[ \t]*(?P<list>[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)")
_SESSIONS = re.compile(r"\bpython=(?P<list>\[[^\]]*\]|[\"']3\.\d+[\"'])")
_LINE = re.compile(r"(?m)^(?P<value>(?P<version>3\.\d+)(?:\.\d+)?)[ \t\r]*$")
_OTHER_LINE = re.compile(r"(?m)^python[- \t]+(?P<value>3\.\d+(?:\.\d+)?)")
_VERSION = re.compile(r"\b([23])\.(\d+)")
#: `py39`, `py{39,310}`; not the braces of another factor.
_TOX = re.compile(r"py(?:\{(?P<several>[\d,\s]+)\}|(?P<one>[23]\d+))")


def asks(text: str, kind: str, name: str, floor: Floor) -> list[Ask]:
    """Every place where a file of this kind and name (in lower case) asks for an older Python."""
    reader = _BY_NAME.get(name) or _BY_KIND.get(kind)
    return sorted(reader(text, floor)) if reader is not None else []


def _manifest(text: str, floor: Floor) -> Iterator[Ask]:
    try:
        values = strings(text)
    except TomlProblem:
        return
    for value in values:
        dialect = _manifest_dialect(value)
        if dialect is not None and value.plain:
            yield from _constraint(value.value, value.start, dialect, floor, f"{value.path[-1]} = ")


def _manifest_dialect(value: TomlString) -> Dialect | None:
    """The language of a value that says which Python is wanted."""
    path = value.path
    if path in (("project", "requires-python"), ("tool", "pdm", "python_requires")):
        return "pep508"
    if path == ("tool", "poetry", "dependencies", "python") or path == ("requires", "python_version"):
        return "poetry"
    if path[-1] == "python" and (
        path[:2] in (("tool", "pixi"), ("tool", "hatch")) or path == ("dependencies", "python")
    ):
        return "conda"
    return None


def _constraint(spec: str, start: int, dialect: Dialect, floor: Floor, before: str = "") -> Iterator[Ask]:
    spec = spec.rstrip()
    if not admits_older(spec, dialect, floor):
        return
    lower = next((term for term in _LOWER.finditer(spec) if not _is_upper(spec, term)), None)
    wanted = None
    if lower is not None:
        operator = ">=" if lower["operator"] == ">" else lower["operator"] or ""
        star = lower["star"] or ""
        new = f"{operator}{lower['gap']}{floor[0]}.{floor[1]}{star}"
        wanted = spec[: lower.start()] + new + spec[lower.end() :]
        if admits_older(wanted, dialect, floor) or not _admits_newer(wanted, dialect, floor):
            wanted = None
    yield Ask(start, start + len(spec), before + spec, wanted)


def _is_upper(spec: str, term: re.Match[str]) -> bool:
    return spec[: term.start()].rstrip().endswith(("<", "!"))


def admits_older(spec: str, dialect: Dialect, floor: Floor) -> bool:
    """Whether a constraint on Python lets an older one than the floor in."""
    older = [f"3.{minor}.{patch}" for minor in range(floor[1]) for patch in (0, 9, 30)]
    options = alternatives(spec, dialect) or []
    return any(len(option) and option.contains(version) for option in options for version in older)


def _admits_newer(spec: str, dialect: Dialect, floor: Floor) -> bool:
    options = alternatives(spec, dialect) or []
    newer = [f"3.{minor}.{patch}" for minor in range(floor[1], 15) for patch in (0, 9)]
    return any(option.contains(version) for option in options for version in newer)


def _container(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _IMAGE.finditer(text):
        if _is_older(match["version"], floor):
            fits = _DISTRO.match(match["rest"] or "")
            wanted = f"{_spelled(floor)}{match['rest'] or ''}" if fits else None
            yield Ask(*match.span("tag"), f"python:{match['tag']}", wanted)
    for match in _ARGUMENT.finditer(text):
        if _is_older(match["version"], floor):
            yield Ask(*match.span("value"), match.group().strip(), _spelled(floor))


def _yaml(text: str, floor: Floor) -> Iterator[Ask]:
    yield from _container(text, floor)
    for match in _KEY.finditer(text):
        if match["list"]:
            yield from _listed(match, floor)
        elif _is_older(match["value"].strip("\"'"), floor):
            quote = match["quote"] or '"'  # a bare 3.10 is the number 3.1
            one_of_several = _ROW.match(text, text.rfind("\n", 0, match.start()) + 1, match.start()) is not None
            wanted = None if one_of_several else f"{quote}{_spelled(floor)}{quote}"
            yield Ask(*match.span("value"), match.group().strip(), wanted)
    for match in _RUNTIME.finditer(text):
        if (3, int(match["minor"])) < floor:
            yield Ask(*match.span("value"), f"python{match['value']}", f"{floor[0]}{match['dot']}{floor[1]}")
    for match in _PAIR.finditer(text):
        if _is_older(match["value"].strip("\"'"), floor):
            # such services want the patch release as well
            yield Ask(*match.span("value"), f"PYTHON_VERSION {match['value']}", None)
    for match in _CONDA.finditer(text):
        lead = len(match["spec"]) - len(match["spec"].lstrip())
        yield from _constraint(match["spec"].lstrip(), match.start("spec") + lead, "conda", floor, "python ")


def _setup(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _REQUIRES.finditer(text):
        yield from _constraint(match["spec"], match.start("spec"), "pep508", floor, "python_requires ")
    yield from _tox(text, floor)


def _tox(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _ENVIRONMENTS.finditer(text):
        named = " ".join(found["several"] or found["one"] for found in _TOX.finditer(match["list"]))
        found = re.findall(r"([23])(\d+)", named)
        if any((int(major), int(minor)) < floor for major, minor in found):
            yield Ask(*match.span("list"), " ".join(match.group().split()), None)


def _nox(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _SESSIONS.finditer(text):
        yield from _listed(match, floor)


def _listed(match: re.Match[str], floor: Floor) -> Iterator[Ask]:
    """A list of versions: which of them to give up is a person's to say."""
    if any((int(major), int(minor)) < floor for major, minor in _VERSION.findall(match["list"])):
        yield Ask(*match.span(), " ".join(match.group().split()), None)


def _version_file(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _LINE.finditer(text):
        if _is_older(match["version"], floor):
            yield Ask(*match.span("value"), match["value"], _spelled(floor))


def _tool_versions(text: str, floor: Floor) -> Iterator[Ask]:
    for match in _OTHER_LINE.finditer(text):
        if _is_older(match["value"], floor):
            yield Ask(*match.span("value"), match.group(), None)


def _uncommented(reader: Callable[[str, Floor], Iterator[Ask]]) -> Callable[[str, Floor], Iterator[Ask]]:
    def read(text: str, floor: Floor) -> Iterator[Ask]:
        for ask in reader(text, floor):
            if not in_comment(text[text.rfind("\n", 0, ask.start) + 1 : ask.start]):
                yield ask

    return read


def _is_older(version: str, floor: Floor) -> bool:
    major, minor = version.split(".")[:2]
    return (int(major), int(minor)) < floor


def _spelled(floor: Floor) -> str:
    return f"{floor[0]}.{floor[1]}"


_BY_NAME = {
    ".python-version": _version_file,
    "runtime.txt": _tool_versions,
    ".tool-versions": _tool_versions,
    "pixi.toml": _manifest,
    "setup.py": _setup,
    "noxfile.py": _nox,
    "tox.ini": _tox,
}
_BY_KIND = {
    kinds.PYPROJECT: _manifest,
    kinds.PIPFILE: _manifest,
    kinds.SETUP: _setup,
    kinds.DOCKERFILE: _uncommented(_container),
    kinds.YAML: _uncommented(_yaml),
}
