"""Versions of Prefect that stand in a variable: `FROM prefecthq/prefect:${PREFECT_TAG}`, `prefect==$VERSION`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.constraints import rewritten, verdict
from prefect_migrate.pins.images import Image
from prefect_migrate.pins.texts import in_comment
from prefect_migrate.pins.versions import Target
from prefect_migrate.project import Project

_DEFAULT = re.compile(r"\$\{(?P<name>\w+):?-(?P<value>\d[\w.-]*)\}$")
_NAME = re.compile(r"[\w.]*?(?P<name>[A-Za-z_]\w*)[ \t]*(?:[:|?!-].*)?$")
_VALUE = r"[\"']?(?P<{0}>\d[\w.*-]*)"
_LEAD = (
    r"^[ \t]*(?:-[ \t]+)?(?:(?:ARG|ENV|export|set|local|readonly|\$env:)[ \t]*)?[\"']?{0}[\"']?[ \t]*(?:[?:]?=|:)[ \t]*"
)
_DEFINITION = (
    _LEAD
    + _VALUE.format("plain")
    + r"|variable[ \t]+\"{0}\"[ \t]*\{{[^}}]*?default[ \t]*=[ \t]*"
    + _VALUE.format("terraform")
    + r"|--build-arg[ =][\"']?{0}="
    + _VALUE.format("argument")
    # an input of a workflow, a parameter of CloudFormation
    + r"|^(?P<indent>[ \t]*)[\"']?{0}[\"']?:[ \t]*\r?\n(?:(?P=indent)[ \t]+[^\n]*\n){{0,8}}?"
    + r"(?P=indent)[ \t]+[dD]efault:[ \t]*"
    + _VALUE.format("input")
    # `name:` and `value:` of a variable
    + r"|\bname[\"']?:[ \t]*[\"']?{0}[\"']?[ \t]*(?:,|\r?\n)[ \t]*[\"']?value[\"']?:[ \t]*"
    + _VALUE.format("pair")
    # handed on, with a default
    + r"|[:=][ \t]*[\"']?\$\{{{0}:?-"
    + _VALUE.format("default")
)
#: The versions of a matrix: a list in brackets or of lines, also as the second argument of a decorator.
_LISTED = (
    r"(?:^[ \t]*(?:-[ \t]+)?[\"']?{0}[\"']?[ \t]*[:=]|[\"']{0}[\"'][ \t]*,)[ \t]*"
    r"(?:\[(?P<items>[^\]]*)\]|\r?\n(?P<lines>(?:[ \t]*-[ \t]+[^\n]*(?:\n|$))+))"
)
_ITEM = re.compile(r"(?<![\w.-])\d+\.\d[\w.]*(?![\w-])")
_GROUPS = ("plain", "terraform", "argument", "input", "pair", "default")
#: A variable that gets the value of another one.
_HANDED_ON = _LEAD + r"[\"']?(?P<expression>\$\{{\{{[^}}\n]*\}}\}}|\$\{{\w+\}}|\$\w+)"
_DEPTH = 3
_OWN_NAMES = ("PREFECT_VERSION", "PREFECT_TAG", "PREFECT_IMAGE_TAG")
_OF_PREFECT_2 = re.compile(r"2(?:[.-]|$)")
#: `prefect==$PREFECT_VERSION`.  Begins with the word, which is found fast; what must not be before it comes after.
_USE = re.compile(
    r"prefect(?<![\w./-]prefect)(?:-client)?(?:\[[\w, -]*\])?==[\"']?"
    r"(?P<variable>\$\{\{[^}\n]*\}\}|\$\{[^}\n]*\}|\$\([\w.]+\)|\$\w+|%\w+%|\{\w+\})"
)
_MAYBE = re.compile(rb"prefect(?:-client)?(?:\[[\w, -]*\])?==[\"']?[$%{]")
#: Files that only show how something is done.
_DOCUMENTS = frozenset({kinds.MARKDOWN, kinds.NOTEBOOK})


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a variable gets its value, and what the value should be; None if nobody can tell.

    `listed`: it is one of several, which the variable gets in turn.
    """

    path: str
    name: str
    value: str
    start: int
    end: int
    wanted: str | None
    listed: bool = False


def _variable_name(expression: str) -> str | None:
    """`TAG` of `${TAG:-x}`, `version` of `${var.version}`, `prefect-version` of `${{ matrix.prefect-version }}`."""
    inner = expression.strip("${}()% \t")
    if "{{" in expression:
        last = inner.partition("|")[0].rpartition(".")[2].strip()
        return last if re.fullmatch(r"[\w-]+", last) else None
    match = _NAME.match(inner)
    return match["name"] if match else None


def image_sources(project: Project, path: str, image: Image, target: Target) -> Iterator[Definition | None]:
    """Where the variables of a tag get their values; None for a value that needs no change."""
    yield from _own_defaults(image, path, target)
    for expression in image.variables:
        for definition in _definitions(project, path, expression):
            yield _valued(image, expression, definition, target)


def may_use_variables(data: bytes) -> bool:
    """Whether a file names an image of Prefect's, or a requirement on it that a variable completes."""
    return b"prefecthq/" in data or b"prefectTag" in data or _MAYBE.search(data) is not None


def requirement_uses(project: Project, path: str, text: str) -> Iterator[tuple[re.Match[str], list[Definition]]]:
    """The requirements of a text whose version is a variable, `prefect==$X`, and where that gets its value."""
    for use in _USE.finditer(text):
        yield use, list(_definitions(project, path, use["variable"]))


def valued_requirement(definition: Definition, target: Target) -> Definition | None:
    """The definition with the version for the target; None if its value is no version of Prefect 2."""
    wanted = rewritten("prefect", f"=={definition.value}", "pep508", target)
    if wanted is None or verdict("prefect", f"=={definition.value}") != "2":
        return None
    return replace(definition, wanted=wanted.text.removeprefix("=="))


def own_versions(path: str, text: str) -> Iterator[Definition]:
    """Where a text gives a version of Prefect 2 to a variable that can be nothing else by its name."""
    for name in _OWN_NAMES:
        for match in re.finditer(_DEFINITION.format(name), text, re.MULTILINE) if name in text else ():
            group = next(group for group in _GROUPS if match[group])
            line = text[text.rfind("\n", 0, match.start(group)) + 1 : match.start(group)]
            if _OF_PREFECT_2.match(match[group]) and not in_comment(line):
                yield Definition(path, name, match[group], *match.span(group), None)


def _definitions(project: Project, path: str, expression: str, depth: int = 0) -> Iterator[Definition]:
    """Where the variable of an expression in a file gets a version; of a name that says nothing, only close by."""
    name = _variable_name(expression)
    if name is None:
        return
    folder = path.rpartition("/")[0]
    pattern = re.compile(_DEFINITION.format(re.escape(name)), re.MULTILINE)
    listed = re.compile(_LISTED.format(re.escape(name)), re.MULTILINE)
    handed_on = re.compile(_HANDED_ON.format(re.escape(name)), re.MULTILINE)
    for file in project.files:
        near = file.path == path or (file.path.rpartition("/")[0] == folder and file.kind != kinds.PYTHON)
        text = project.text(file.path) if near or "prefect" in name.lower() else None
        if text is None or file.kind in _DOCUMENTS or name not in text.text:
            continue
        for match in pattern.finditer(text.text):
            group = next(group for group in _GROUPS if match[group])
            yield Definition(file.path, name, match[group], *match.span(group), None)
        for match in listed.finditer(text.text):
            yield from _items(file.path, name, text.text, match)
        for match in handed_on.finditer(text.text) if depth < _DEPTH else ():
            yield from _definitions(project, file.path, match["expression"], depth + 1)


def _items(path: str, name: str, text: str, match: re.Match[str]) -> Iterator[Definition]:
    """The versions of a list; of one that goes on to Prefect 3 only those, as the older ones are meant to stay."""
    found = list(_ITEM.finditer(text, *match.span("items" if match["items"] is not None else "lines")))
    newer = [item for item in found if item.group().startswith("3.")]
    for item in newer or found:
        yield Definition(path, name, item.group(), *item.span(), None, listed=len(found) > 1)


def _own_defaults(image: Image, path: str, target: Target) -> Iterator[Definition | None]:
    """The default that stands in the tag itself: `${PREFECT_TAG:-2-latest}`."""
    for expression in image.variables:
        match = _DEFAULT.match(expression)
        if match is not None:
            at = image.at + image.tag.index(expression)
            start, end = at + match.start("value"), at + match.end("value")
            yield _valued(image, expression, Definition(path, match["name"], match["value"], start, end, None), target)


def _valued(image: Image, expression: str, definition: Definition, target: Target) -> Definition | None:
    """The definition with the value for the target; None if its value is no version of Prefect 2."""
    filled = replace(image, tag=image.tag.replace(expression, definition.value))
    if filled.generation != "2":
        return None
    rest = image.tag.partition(expression)[2]
    tag = filled.rewritten(target) or ""
    fits = image.tag.startswith(expression) and tag.endswith(rest)
    return replace(definition, wanted=(tag[: len(tag) - len(rest)] or None) if fits else None)
