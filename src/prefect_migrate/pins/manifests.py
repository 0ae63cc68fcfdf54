"""Pins in pyproject.toml, Pipfile and pixi.toml: PEP 621, dependency groups, poetry, PDM, uv, hatch, pixi."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from prefect_migrate.pins.constraints import Dialect
from prefect_migrate.pins.model import Pin
from prefect_migrate.pins.toml import TomlProblem, TomlString, strings
from prefect_migrate.pins.versions import canonical, parse
from prefect_migrate.pins.words import pins_in, repository_pins, whole

_ESCAPED = "the string is written with escapes"
_SEVERAL = "the file has one constraint for each Python or platform"


_ENTRY = re.compile(
    r"^(?P<name>prefect[\w-]*)[ \t]*=[ \t]*(?:\{[^}\n]*version[ \t]*=[ \t]*)?[\"'](?P<version>[^\"'\n]+)[\"']",
    re.MULTILINE,
)


def manifest_pins(text: str, name: str) -> Iterator[Pin]:
    """The pins of a manifest; of one that is no TOML, what looks like a requirement."""
    try:
        values = strings(text)
    except TomlProblem as problem:
        obstacle = f"the file can't be read as TOML ({problem})"
        found = [*pins_in(text), *_looks_like_entries(text, name)]
        yield from (replace(pin, obstacle=obstacle) for pin in found)
        return
    for value in values:
        pin = _list_entry(value) or _repository_entry(value) or _table_entry(value, name)
        if pin is not None:
            yield pin if value.plain else replace(pin, obstacle=_ESCAPED)


def _looks_like_entries(text: str, name: str) -> Iterator[Pin]:
    """`prefect = "^2.10"` on a line of its own, whatever stands around it."""
    dialect: Dialect = "poetry" if name in ("pyproject.toml", "pipfile") else "pep508"
    for match in _ENTRY.finditer(text):
        package = canonical(match["name"])
        if package is not None and parse(match["version"].lstrip("^~<>=! ").split(",")[0]) is not None:
            yield Pin(package, *match.span(), match.group().strip(), *match.span(), match["version"], dialect)


def _list_entry(value: TomlString) -> Pin | None:
    """An item of an array that is a requirement and nothing else."""
    if not isinstance(value.path[-1], int):
        return None
    found = whole(value.value) or next(repository_pins(value.value), None)
    return found and _moved(found, value)


def _moved(pin: Pin, value: TomlString) -> Pin:
    start = value.start
    return replace(pin, start=pin.start + start, end=pin.end + start, at=pin.at + start, to=pin.to + start)


def _repository_entry(value: TomlString) -> Pin | None:
    """`prefect = {git = "…", tag = "2.10.13"}`; Prefect 2 was made on the branch `orion`."""
    package = canonical(str(value.path[-2])) if len(value.path) > 1 else None
    if value.path[-1] not in ("tag", "rev", "branch") or package is None:
        return None
    version = "2.0" if value.value == "orion" else value.value
    if parse(version) is None:
        return None
    text = f"{package} at {value.value}"
    return Pin(
        package, value.start, value.end, text, value.start, value.end, f"=={version}",
        obstacle="it is installed from a repository",
    )  # fmt: skip


def _table_entry(value: TomlString, name: str) -> Pin | None:
    """`prefect = "^2.10"`, `prefect = {version = "^2.10"}` or `[….prefect] version = "^2.10"`."""
    keys = entry_keys(value)
    package = canonical(keys[-1]) if keys else None
    dialect = dialect_of(keys[:-1], name)
    if package is None or dialect is None:
        return None
    several = any(isinstance(step, int) for step in value.path)
    text = f"{keys[-1]} = {value.value}"
    return Pin(
        package, value.start, value.end, text, value.start, value.end, value.value, dialect,
        obstacle=_SEVERAL if several else "",
    )  # fmt: skip


def entry_keys(value: TomlString) -> list[str]:
    """The tables and the name for which a string is the constraint; [] for an item of an array."""
    if isinstance(value.path[-1], int):
        return []
    keys = [step for step in value.path if isinstance(step, str)]
    return keys[:-1] if len(keys) > 1 and keys[-1] == "version" else keys


def dialect_of(tables: list[str], name: str) -> Dialect | None:
    """The language of the constraints in a table, None if it holds no dependencies."""
    if name == "pipfile":
        return "poetry"  # pipenv takes a bare version for an exact one as well
    last = tables[-1] if tables else ""
    if tables[:2] == ["tool", "poetry"]:
        return "poetry" if last.endswith("dependencies") else None
    if name.startswith("pixi") or tables[:2] == ["tool", "pixi"]:
        return "pep508" if last == "pypi-dependencies" else "conda" if last.endswith("dependencies") else None
    return "pep508" if last.endswith("dependencies") and tables[:1] == ["tool"] else None
