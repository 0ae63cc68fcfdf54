"""Requirements on packages that are not Prefect's, wherever a project lists what it installs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.constraints import Dialect
from prefect_migrate.pins.manifests import dialect_of, entry_keys
from prefect_migrate.pins.toml import TomlProblem, TomlString, strings

_TERMS = r"(?:[=~<]=|<|>=?|===)[ \t]*[\w.*]+(?:[ \t]*,[ \t]*[=~<>!]+[ \t]*[\w.*]+)*"
_NAME = r"(?P<name>[A-Za-z][\w.-]*)"
#: `name==1.0` on a line of its own, or under a key of setup.cfg.
_LINE = re.compile(rf"^[ \t]*{_NAME}(?:\[[^\]\n]*\])?[ \t]*(?P<constraint>{_TERMS})(?P<rest>[^\n]*)", re.MULTILINE)
#: `- name=1.0`, maybe with conda's build, and `- name==1.0`, the second as pip or conda read it.
_ITEM = re.compile(
    rf"^[ \t]*-[ \t]*[\"']?{_NAME}(?:\[[^\]\n]*\])?[ \t]*"
    rf"(?P<constraint>{_TERMS}|=[ \t]*\d[\w.*]*(?:=[\w*]+)?)(?P<rest>[^\n]*)",
    re.MULTILINE,
)
#: A requirement that is a string of its own.
_WHOLE = re.compile(rf"[ \t]*{_NAME}(?:\[[^\]]*\])?[ \t]*(?P<constraint>{_TERMS})(?P<rest>.*)", re.DOTALL)
#: Where markers are tried: they mostly tell old Pythons and Windows apart.
_PYTHONS = ("3.10", "3.11", "3.12", "3.13")
_SYSTEM = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
#: A requirement among the words of a command.
_WORD = re.compile(
    rf"(?<![\w./=@:-])(?P<quote>[\"']?){_NAME}(?:\[[^\]\s]*\])?(?P<constraint>{_TERMS})(?=(?P=quote)(?P<rest>\s|$))"
)
#: What a kind of manifest is called, where that tells the language of its constraints.
_MANIFESTS = {kinds.PYPROJECT: "pyproject.toml", kinds.PIPFILE: "pipfile"}
#: The kinds in which commands install things.
COMMANDS = frozenset({*kinds.COMMAND_DIALECTS, kinds.DOCKERFILE, kinds.YAML})


class Requirement(NamedTuple):
    """`start:end` are the characters of the finding, `at:to` those of the constraint; `text` is for messages."""

    name: str
    text: str
    constraint: str
    dialect: Dialect
    start: int
    end: int
    at: int
    to: int
    #: Why nobody can rewrite it here, "" if we can.
    obstacle: str = ""
    #: Whether it is a word of a command, without quotes.
    bare: bool = False


def requirements_in(kind: str, text: str) -> Iterator[Requirement]:
    """Those that matter to Prefect 3: one for Pythons that it does not run on, or for another system, is left out."""
    if kind in (kinds.REQUIREMENTS, kinds.SETUP):
        yield from (_matched(match, "pep508") for match in _LINE.finditer(text) if _counts(match))
    elif kind == kinds.YAML:
        for match in _ITEM.finditer(text):
            if _counts(match):
                yield _matched(match, "conda" if match["constraint"][1:2] not in ("=", "") else "pep508")
    elif kind in _MANIFESTS:
        try:
            values = strings(text)
        except TomlProblem:
            return
        yield from filter(None, (_of_manifest(value, _MANIFESTS[kind]) for value in values))


def _counts(match: re.Match[str]) -> bool:
    marker = match["rest"].partition("#")[0].partition(";")[2].partition("--hash")[0].rstrip(" \\")
    if not marker.strip():
        return True
    try:
        condition = Marker(marker)
        return any(condition.evaluate({**_SYSTEM, "python_version": minor}) for minor in _PYTHONS)
    except (InvalidMarker, UndefinedEnvironmentName, UndefinedComparison):
        return False


def _matched(match: re.Match[str], dialect: Dialect, shift: int = 0, obstacle: str = "") -> Requirement:
    at, to = match.span("constraint")
    start = match.start("name")
    text = match.string[start:to]
    hashed = "--hash" in match["rest"] or match["rest"].rstrip().endswith("\\")
    why = obstacle or ("the hashes are those of the old release" if hashed else "")
    return Requirement(
        match["name"], text, match["constraint"], dialect, start + shift, to + shift, at + shift, to + shift, why
    )


def _of_manifest(value: TomlString, name: str) -> Requirement | None:
    obstacle = "" if value.plain else "the string is written with escapes"
    if isinstance(value.path[-1], int):
        match = _WHOLE.fullmatch(value.value)
        return _matched(match, "pep508", value.start, obstacle) if match and _counts(match) else None
    keys = entry_keys(value)
    dialect = dialect_of(keys[:-1], name) if keys else None
    if dialect is None or any(isinstance(step, int) for step in value.path):
        return None
    span = (value.start, value.end)
    return Requirement(keys[-1], f"{keys[-1]} = {value.value}", value.value, dialect, *span, *span, obstacle)


def words_of(text: str, start: int, end: int) -> Iterator[Requirement]:
    """The requirements among the words of a command; what the shell would take for a redirection is none."""
    for match in _WORD.finditer(text, start, end):
        if match["quote"] or match["constraint"][0] not in "<>":
            yield _matched(match, "pep508")._replace(bare=not match["quote"])
