"""Pins in scripts, containers, CI and other text: `pip install` lines, environment values, lists of packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.fences import in_requirements_block
from prefect_migrate.pins.model import Pin, Standing
from prefect_migrate.pins.notebooks import in_cell, in_install_cell
from prefect_migrate.pins.versions import canonical
from prefect_migrate.pins.words import may_hold_pins, pins_in, repository_pins

Context = Literal["comment", "redirect", "install", "variable", "item", "value", "line", "other"]

KINDS = frozenset(
    {
        kinds.SHELL, kinds.MAKE, kinds.BATCH, kinds.POWERSHELL, kinds.DOCKERFILE, kinds.YAML, kinds.PREFECT_YAML,
        kinds.DOTENV, kinds.TERRAFORM, kinds.MARKDOWN, kinds.NOTEBOOK, kinds.TOML, kinds.INI, kinds.SETUP, kinds.JSON,
        kinds.JUSTFILE, kinds.JINJA, kinds.GROOVY, kinds.CODE,
    }
)  # fmt: skip
#: Prose and cells: only what is plainly an install command counts.
_DOCUMENTS = frozenset({kinds.MARKDOWN, kinds.NOTEBOOK})
_LISTS = frozenset({kinds.YAML, kinds.PREFECT_YAML, kinds.TERRAFORM, kinds.JSON, kinds.TOML, kinds.SETUP, kinds.INI})

#: A line's end in a string of JSON.
_BREAK = re.compile(r"(?<!\\)\\n")
_CONTINUED = re.compile(r"[\\`^][ \t]*$")
_COMMENT = re.compile(r"(?:^|[\s\"])#|^\s*(?:rem\b|::|//|;)", re.IGNORECASE)
_PASSED_OVER = re.compile(r"(?m)^[ \t]*(?:#[^\n]*)?\n")
_SEPARATOR = re.compile(r"&&|\|\|?|;")
_INSTALLS = re.compile(
    r"\b(?:pip[\d.]*|uv|poetry|pdm|pipenv|pipx|rye|hatch|(?:micro)?mamba|conda|pixi)\b[\W_]+(?:[^;&|]*\W)?"
    r"(?:install|add|create|run|sync|download|wheel|update|upgrade|inject|x)\b|\b(?:uvx|easy_install)\b|--with\b",
    re.IGNORECASE,
)
_CONDA = re.compile(r"\b(?:conda|(?:micro)?mamba|pixi)\b", re.IGNORECASE)
_MODULE = re.compile(
    r"(?m)^(?P<outer>[ \t]*)(?:-[ \t]+)?(?:ansible\.builtin\.)?pip:[ \t]*(?:\r?\n(?P<inner>(?P=outer)[ \t]+)|\{[ \t]*)"
    r"name:[ \t]*[\"']?(?P<name>[\w.-]+)(?:\[[\w, -]*\])?[\"']?[ \t]*(?:,|\r?\n)[ \t]*"
    r"version:[ \t]*[\"']?(?P<version>\d[\w.]*)"
)
_AT = re.compile(r"\b(?:poetry|pdm|uvx?|pixi)\b", re.IGNORECASE)
_MAGIC = re.compile(r"\"\s*[!%]{1,2}\s*[\w./ -]*\b(?:pip|uv|conda|mamba)\b")
_VARIABLE = re.compile(
    r"\b\w*(?:pip|conda|extra|python)\w*(?:packages|requirements|deps|dependencies|modules)\b", re.IGNORECASE
)
_VALUE_OF_PAIR = re.compile(r"^\s*-?\s*[\"']?value[\"']?\s*[:=]")
_ITEM = re.compile(r"^\s*(?:-\s+)+[\"']?$|\[(?:[^\[\]]*,)?\s*[\"']?$|^\s*[\"']$")
_ASSIGNED = re.compile(r"[:=]\s*[\"']?$")
_NEXT = re.compile(r"^\s*(?:;[^\"'#]*)?[\"']?\s*(?:[,\]#]|$)")
_END = re.compile(r"^\s*(?:;[^\"'#]*)?[\"']?\s*[,\])]?.{0,2}\s*(?:#.*)?$")


def names_packages(name: str) -> bool:
    """Whether a variable of this name holds packages to install: `EXTRA_PIP_PACKAGES`, `pip_packages`."""
    return bool(_VARIABLE.fullmatch(name))


def in_comment(line: str) -> bool:
    """Whether what follows the beginning of a line is a comment."""
    return bool(_COMMENT.search(line))


def text_pins(text: str, kind: str) -> Iterator[Pin]:
    """Every pin of the text but those in comments; `standing` says how sure the place is."""
    yield from _module_pins(text) if kind == kinds.YAML else ()
    if not may_hold_pins(text):
        return
    for pin in (*pins_in(text), *pins_in(text, "conda"), *pins_in(text, "poetry"), *repository_pins(text)):
        standing = _standing(_context(text, pin, kind), pin, text, kind)
        if standing is not None:
            yield replace(pin, standing=standing)


def _module_pins(text: str) -> Iterator[Pin]:
    """`name:` and `version:` of Ansible's module pip; the version is an exact one, as Poetry writes it."""
    for match in _MODULE.finditer(text) if "pip:" in text else ():
        package = canonical(match["name"])
        if package is not None:
            at, to = match.span("version")
            shown = f"{match['name']} {match['version']}"
            yield Pin(package, at, to, shown, at, to, match["version"], "poetry")


def _standing(context: Context, pin: Pin, text: str, kind: str) -> Standing | None:
    if kind == kinds.MARKDOWN and context == "line" and in_requirements_block(text, pin.start):
        return "likely"
    if context in ("comment", "redirect") or (kind in _DOCUMENTS and context not in ("install", "variable")):
        return None
    if context in ("install", "variable"):
        return "likely" if kind in _DOCUMENTS else "sure"
    if pin.dialect != "pep508":
        return "sure" if pin.dialect == "conda" and context == "item" and kind == kinds.YAML else None
    if context == "item" or (context != "other" and kind in (kinds.SETUP, kinds.INI)):
        return "sure"
    if context == "value" and _line_start(text, pin).strip().startswith("requires"):  # of a step in prefect.yaml
        return "sure"
    return "text" if context == "other" else "likely"


def _context(text: str, pin: Pin, kind: str) -> Context:
    line, after = _line_start(text, pin), text[pin.end : _line_end(text, pin.end)]
    if kind != kinds.JSON and in_comment(line):
        return "comment"
    before = _SEPARATOR.split(_logical_start(text, pin, kind)[-2000:])[-1]
    if kind == kinds.NOTEBOOK:
        before = _BREAK.split(before)[-1]
    if kind == kinds.NOTEBOOK and not _is_installed_by_cell(text, pin, line):
        return "other"
    if _INSTALLS.search(before):
        return _installed(before.replace('"', "").replace("\\", '"') if kind == kinds.NOTEBOOK else before, pin)
    if _VARIABLE.search(before) or (_VALUE_OF_PAIR.match(line) and _VARIABLE.search(_previous_line(text, pin))):
        return "variable"
    if kind in _LISTS and _ITEM.search(line) and _NEXT.match(after):
        return "item"
    if not _END.match(after):
        return "other"
    return "value" if _ASSIGNED.search(line) else "other" if line.strip() else "line"


def _is_installed_by_cell(text: str, pin: Pin, line: str) -> bool:
    """Whether the line is one of pip's, by its mark or by that of the cell."""
    return in_install_cell(text, pin.start) or (_MAGIC.search(line) is not None and in_cell(text, pin.start))


def _installed(before: str, pin: Pin) -> Context:
    """An unquoted `>` or `<` is the shell's: pip sees a name without a version."""
    if pin.dialect == "conda" and not _CONDA.search(before):
        return "redirect"
    if pin.dialect == "poetry" and not _AT.search(before):
        return "redirect"
    quoted = before.count('"') % 2 or before.count("'") % 2
    return "install" if quoted or pin.constraint[0] not in "<>" else "redirect"


def _line_start(text: str, pin: Pin) -> str:
    return text[text.rfind("\n", 0, pin.start) + 1 : pin.start]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _previous_line(text: str, pin: Pin) -> str:
    start = text.rfind("\n", 0, pin.start)
    return text[text.rfind("\n", 0, max(start, 0)) + 1 : max(start, 0)]


def _logical_start(text: str, pin: Pin, kind: str) -> str:
    """What stands before the pin in its command, continued lines included."""
    before = text[_first_line(text, pin.start, kind) : pin.start]
    return _PASSED_OVER.sub("", before) if kind == kinds.DOCKERFILE else before


def _first_line(text: str, place: int, kind: str) -> int:
    """Where the line begins that goes on up to a place; Docker passes over comments in between."""
    start = top = text.rfind("\n", 0, place) + 1
    while top:
        previous = text.rfind("\n", 0, top - 1) + 1
        if _CONTINUED.search(text[previous : top - 1].rstrip("\r")):
            start = previous
        elif kind != kinds.DOCKERFILE or not _PASSED_OVER.match(text, previous, top):
            break
        top = previous
    return start


def command_around(text: str, place: int, kind: str = "") -> tuple[int, int]:
    """The command that a place lies in, from one separator to the next, continued lines included."""
    start, end = _first_line(text, place, kind), _line_end(text, place)
    while end < len(text) and _CONTINUED.search(text[text.rfind("\n", 0, end) + 1 : end].rstrip("\r")):
        end = _line_end(text, end + 1)
        while kind == kinds.DOCKERFILE and _PASSED_OVER.match(text, text.rfind("\n", 0, end) + 1, end + 1):
            end = _line_end(text, end + 1)
    for separator in _SEPARATOR.finditer(text, start, end):
        if separator.end() <= place:
            start = separator.end()
        else:
            return start, separator.start()
    return start, end
