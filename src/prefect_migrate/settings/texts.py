"""PREFECT_ variables in text: environments, exports, `.env` files, profiles, `prefect config set`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from prefect_migrate.discovery import kinds
from prefect_migrate.pins.notebooks import in_cell
from prefect_migrate.pins.texts import in_comment
from prefect_migrate.settings.model import NAME, Place, Role

KINDS = frozenset(
    {
        kinds.SHELL, kinds.MAKE, kinds.BATCH, kinds.POWERSHELL, kinds.DOCKERFILE, kinds.YAML, kinds.PREFECT_YAML,
        kinds.DOTENV, kinds.TERRAFORM, kinds.MARKDOWN, kinds.NOTEBOOK, kinds.TOML, kinds.PYPROJECT, kinds.INI,
        kinds.SETUP, kinds.JSON, kinds.JUSTFILE, kinds.JINJA, kinds.GROOVY, kinds.CODE, kinds.XML,
    }
)  # fmt: skip
_DOCUMENTS = frozenset({kinds.MARKDOWN, kinds.NOTEBOOK})

#: `$X`, `${X`, `${#X`, `%X%`, `$env:X`, `$(X)`, `env.X`, `{{ X`: the value is taken.
_READ = re.compile(r"(?:\$\{?[#!]?|\$env:|\$\(|%|\benv\.|\benv\[[\"']|\{\{-?[ \t]*)$", re.IGNORECASE)
#: A secret or a variable of the tool's own that happens to have this name.
_OTHER_WORLD = re.compile(r"(?:\b(?:secrets|vars|var|local|inputs|parameters|variable|key)\b[\s.:=\"'\[]*|[\w)\]/-])$")
_ASSIGNED = re.compile(r"[\"']?\]?[ \t]*(?:\?=|:=|\+?=(?!=)|:(?=[\s\"'{|>]|$))")
#: `ENV X value`, `-e X=…`, `config set X=…`, `setx X …`, `unset X`, `- name: X`, `name = "X"`.
_SETS_BEFORE = re.compile(
    r"(?:\bENV[ \t]+|\bsetx[ \t]+|\bunset[ \t]+(?:-v[ \t]+)?|\bconfig[ \t]+(?:un)?set[ \t]+[\"']?"
    r"|[\"']?\b[Nn]ame[\"']?[ \t]*[:=][ \t]*[\"']?)$"
)
#: What a sentence, or notes without any fences, say of a variable that must be set.
_COMMAND_BEFORE = re.compile(
    r"(?:\bENV|\bsetx|^[ \t>$]*set|\bexport|\bconfig[ \t]+(?:un)?set|(?:^|\s)(?:-e|--env))[ \t=]+[\"']?$"
)
#: `- key: X` above `value: …`, as Render has it.
_KEY_OF_PAIR = re.compile(r"^[ \t]*-[ \t]+[\"']?key[\"']?:[ \t]+[\"']?$")
_VALUE_BELOW = re.compile(r"[\"']?[ \t]*\r?\n[ \t]+[\"']?value[\"']?:")
#: `-e X`, `--env X`, `- X` and `passenv = X`: the value comes from outside.
_HANDS_ON_BEFORE = re.compile(
    r"(?:(?:-e|--env)[ =]|\bexport[ \t]+|^[ \t]*-[ \t]+[\"']?|\bpass_?env\b[^\n]*)$", re.IGNORECASE
)
#: `X: ${X}`, `X=$X`.
_PASSED_ON = re.compile(r"[\"']?[ \t]*[:=][ \t]*[\"']?\$\{{0,2}[ \t]*(?:env\.|secrets\.|vars\.)?(?P<name>\w+)")
_FENCE = re.compile(r"(?mi)^[ \t]*(?:```|~~~|#\+(?:begin|end)_(?:src|example)\b)")
_KEYED = re.compile(r"(?m)^kind:[ \t]*[\"']?(?:Secret|ConfigMap)\b")


def text_places(text: str, kind: str) -> Iterator[Place]:
    """Every variable of the text that is no comment; what a sentence names in a document must be set as code."""
    fences = _fences(text) if kind == kinds.MARKDOWN else []
    for match in NAME.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if kind != kinds.JSON and in_comment(line):
            continue
        if kind == kinds.MARKDOWN and bisect_left(fences, match.start()) % 2 == 0:
            if line.count("`") % 2 or line.endswith("``") or _COMMAND_BEFORE.search(line):
                yield Place(match.group(), *match.span(), "names", _doubt(text, kind))
            continue
        if kind == kinds.NOTEBOOK and not in_cell(text, match.start()):
            continue
        role = _role(text, match, line, kind)
        if role is not None:
            yield Place(match.group(), *match.span(), role, _doubt(text, kind), not _passes_on(text, match))


def _fences(text: str) -> list[int]:
    """Where the lines that open or close a block of code end their marks."""
    return [match.end() - 1 for match in _FENCE.finditer(text)]


def _role(text: str, match: re.Match[str], line: str, kind: str) -> Role | None:
    end = match.end()
    if _SETS_BEFORE.search(line) and not _READ.search(line):
        return "sets"
    if _READ.search(line):
        sets = kind == kinds.POWERSHELL and _ASSIGNED.match(text, end)
        return "sets" if sets else "reads"
    if _KEY_OF_PAIR.search(line) and _VALUE_BELOW.match(text, end):
        return "sets"
    if _OTHER_WORLD.search(line):
        return None
    if _ASSIGNED.match(text, end):
        return "sets"
    if _HANDS_ON_BEFORE.search(line):
        return "hands_on"
    return None if kind in _DOCUMENTS else "names"


def _passes_on(text: str, match: re.Match[str]) -> bool:
    """`X: ${X}`: the value that the variable has outside."""
    value = _PASSED_ON.match(text, match.end())
    return value is not None and value["name"] == match.group()


def _doubt(text: str, kind: str) -> str:
    if kind in _DOCUMENTS:
        return "it stands in a document"
    keyed = kind == kinds.YAML and _KEYED.search(text)
    return "what reads the Secret or the ConfigMap may do so by this key" if keyed else ""
