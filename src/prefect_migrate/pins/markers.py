"""The condition beside a requirement: `; python_version < "3.9"`, and what Poetry and pipenv write in its place."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

_MARKER = re.compile(r"[ \t]*;[ \t]*(?P<marker>[^\r\n]+)")
#: In the rest of an inline table, or of the line before it.
_PYTHON = re.compile(r"\bpython\s*=\s*[\"'](?P<range>[^\"'\n]*)[\"']")
_PIPENV = re.compile(r"\bmarkers\s*=\s*(?P<quote>[\"'])(?P<marker>.*?)(?P=quote)")
_UPPER = re.compile(r"<(?P<same>=?)\s*3\.(?P<minor>\d+)")
#: Newer than any Python there is.
_LAST = 30
_PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


def leaves_out(text: str, start: int, end: int, floor: tuple[int, int]) -> bool:
    """Whether the condition of the requirement at `start:end` holds for no Python from `floor` on."""
    if found := _MARKER.match(text, end):
        return _never(_cut(found["marker"], text[start - 1 : start]), floor)
    table = _table(text, start, end)
    if found := _PIPENV.search(table):
        return _never(found["marker"], floor)
    found = _PYTHON.search(table)
    uppers = [(int(one["minor"]), bool(one["same"])) for one in _UPPER.finditer(found["range"])] if found else []
    return bool(uppers) and "||" not in table and min(uppers) <= (floor[1], False)


def _table(text: str, start: int, end: int) -> str:
    """The inline table that the requirement is a value of, "" if it is none."""
    line = text.rfind("\n", 0, start) + 1
    opening, closing = text.rfind("{", line, start), text.find("}", end)
    return text[opening:closing] if min(opening, closing) >= 0 and "\n\n" not in text[opening:closing] else ""


def _cut(marker: str, quote: str) -> str:
    """Without what follows the marker in its line: the quote around the requirement, a comment, hashes."""
    if quote in ("'", '"'):
        return marker.partition(quote)[0]
    return re.split(r"\s(?:#|--hash|\\)", marker)[0].strip().removesuffix("\\")


def _never(marker: str, floor: tuple[int, int]) -> bool:
    try:
        condition = Marker(marker)
        return "extra" not in marker and not any(
            condition.evaluate(environment) for environment in _environments(floor)
        )
    except (InvalidMarker, UndefinedEnvironmentName):
        return False


@cache
def _environments(floor: tuple[int, int]) -> list[dict[str, str]]:
    return [
        {
            "python_version": f"3.{minor}",
            "python_full_version": f"3.{minor}.5",
            "implementation_name": "cpython",
            "sys_platform": sys_platform,
            "platform_system": system,
            "os_name": os_name,
            "platform_machine": machine,
        }
        for minor, (sys_platform, system, os_name), machine in product(
            range(floor[1], _LAST), _PLATFORMS, ("x86_64", "arm64", "aarch64", "AMD64")
        )
    ]
