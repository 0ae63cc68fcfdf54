"""Report: the documentation of one rule, from its docstring and its examples."""

from __future__ import annotations

import inspect
from textwrap import dedent, indent

from prefect_migrate.rules import Example, Rule


def explain(rule: type[Rule]) -> str:
    """The rule's page as plain text."""
    title, _, body = (inspect.getdoc(rule) or "").partition("\n")
    head = f"{rule.code} ({rule.name}): {title}"
    parts = [head, "=" * len(head), "", body.strip(), ""]
    for example in rule.examples:
        parts += [*_example(example), ""]
    return "\n".join(parts).rstrip()


def _example(example: Example) -> list[str]:
    before = [f"Before ({example.path}):", "", indent(dedent(example.before).rstrip(), "    ")]
    if example.clean:
        return ["Not reported" + before[0].removeprefix("Before"), *before[1:]]
    if example.after is None and not example.deletes:
        return ["Reported only" + before[0].removeprefix("Before"), *before[1:]]
    flag = " (with --unsafe)" if example.unsafe else ""
    if example.deletes:
        after = [f"After{flag}: the file goes away."]
    else:
        after = [f"After{flag}:", "", indent(dedent(example.after or "").rstrip(), "    ")]
    created = [
        line
        for path, text in example.creates
        for line in ("", f"and in {path}:", "", indent(dedent(text).rstrip(), "    "))
    ]
    return [*before, "", *after, *created]
