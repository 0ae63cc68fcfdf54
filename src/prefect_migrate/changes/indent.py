"""Move code to another indentation."""

from __future__ import annotations

from prefect_migrate.source.tokens import lines_inside_strings, lines_of


def has_multiline_string(code: str) -> bool:
    """Whether a string in the code spans lines."""
    inside = lines_inside_strings(code)
    return inside is None or bool(inside)


def reindent(code: str, old: str, new: str) -> str:
    """Move all lines but the first from one indentation to another.

    Lines that are indented less stay, and so do those that begin inside a string, whose value would change.
    """
    if old == new:
        return code
    lines = lines_of(code)
    inside = lines_inside_strings(code)
    if inside is None:
        inside = frozenset(range(len(lines)))
    return "".join(
        new + line[len(old) :] if number and number not in inside and line.startswith(old) and line.strip() else line
        for number, line in enumerate(lines)
    )


def shift(code: str, columns: int) -> str:
    """Move all lines but the first by some columns of spaces, to the left at most to the edge."""
    lines = lines_of(code)
    inside = lines_inside_strings(code)
    if not columns or inside is None:
        return code
    return "".join(
        _shifted(line, columns) if number and number not in inside and line.strip() else line
        for number, line in enumerate(lines)
    )


def _shifted(line: str, columns: int) -> str:
    if columns > 0:
        return " " * columns + line
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(-columns, spaces) :]


def indent_of(line: str) -> str:
    """The white space in front of a line."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def indent_unit(text: str) -> str:
    """One step of indentation as the file has it: a tab, or the spaces of its first indented block."""
    lines = lines_of(text)
    inside = lines_inside_strings(text) or frozenset[int]()
    for number, line in enumerate(lines):
        space = indent_of(line)
        if number and space and number not in inside and lines[number - 1].split("#")[0].rstrip().endswith(":"):
            step = space[len(indent_of(lines[number - 1])) :]
            if step:
                return step
    return "    "
