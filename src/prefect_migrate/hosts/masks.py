"""Hide the expressions of template languages from a parser, leaving every other character where it is."""

from __future__ import annotations

import re

#: {{ … }}, {% … %} and {# … #} of Jinja, Helm and cookiecutter, and Terraform's %{ … }.
_TEMPLATE = re.compile(r"\{\{[\s\S]{0,2000}?\}\}|\{%[\s\S]{0,2000}?%\}|\{#[\s\S]{0,2000}?#\}|%\{[^{}\n]*\}")
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?[\w.\"'/-]+:[ \t]*")
_VISIBLE = re.compile(r"[^\s]")


def has_template(text: str) -> bool:
    return "{{" in text.replace("${{", "") or "{%" in text or "%{" in text


def mask_template(text: str) -> str:
    """The same text with a comment in place of an expression that fills its lines, and a word in place of others."""
    parts, position = [], 0
    for found in _TEMPLATE.finditer(text):
        if text[found.start() - 1 : found.start()] == "$" and found.start():
            continue
        parts += [text[position : found.start()], _masked(text, found)]
        position = found.end()
    return "".join([*parts, text[position:]])


def _masked(text: str, found: re.Match[str]) -> str:
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    end = text.find("\n", found.end())
    after = text[found.end() : end if end >= 0 else len(text)]
    if "indent" in found.group() and _KEY.fullmatch(before) and not after.strip():
        return re.sub(r"[^\r\n]", " ", found.group())  # lines come of it, which go on below
    if before.strip() or after.strip():
        return re.sub(r"[^\r\n]", "x", found.group())
    return "\n".join("#" + _VISIBLE.sub("x", line[1:]) if line else "" for line in found.group().split("\n"))
