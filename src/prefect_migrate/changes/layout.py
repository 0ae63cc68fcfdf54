"""Lay a call's arguments out one to a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from prefect_migrate.changes.indent import shift
from prefect_migrate.changes.whitespace import code_of, comments_in, line_break, moved
from prefect_migrate.source.tokens import lines_inside_strings, lines_of


def is_hanging(call: cst.Call) -> bool:
    """Whether a line break follows the opening parenthesis."""
    return isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace)


def hang(args: Sequence[cst.Arg], inner: str, outer: str, newline: str, columns: dict[str, int]) -> list[cst.Arg]:
    """The arguments one to a line, with a comma behind each; `columns` tells by keyword where the values stood."""
    result = []
    for index, arg in enumerate(args):
        last = index == len(args) - 1
        value = _moved_value(arg, inner, newline, columns.get(arg.keyword.value) if arg.keyword else None)
        result.append(_alone(arg.with_changes(value=value), outer if last else inner))
    return result


def _alone(arg: cst.Arg, follows: str) -> cst.Arg:
    """An argument with a comma and a line break behind it, comments kept."""
    after = arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else arg.whitespace_after_arg
    extra = comments_in(arg.whitespace_after_arg) if isinstance(arg.comma, cst.Comma) else []
    if isinstance(arg.comma, cst.Comma):
        extra += comments_in(arg.comma.whitespace_before)
    space = moved(after, follows)
    if extra:
        behind = space.first_line.comment
        lines = [line.comment.value for line in space.empty_lines if line.comment]
        space = line_break(follows, [*extra[1:], *([behind.value] if behind else []), *lines], trailing=extra[0])
    empty = cst.SimpleWhitespace("")
    return arg.with_changes(whitespace_after_arg=empty, comma=cst.Comma(empty, space))


def _moved_value(arg: cst.Arg, inner: str, newline: str, column: int | None) -> cst.BaseExpression:
    """The value, its further lines moved as far as its first one."""
    text = code_of(arg.value, newline)
    if column is None or len(lines_of(text)) < 2:
        return arg.value
    name = arg.keyword.value if arg.keyword else ""
    columns = _distance(text, column, len(inner) + len(name) + 1, len(inner))
    return cst.parse_expression(shift(text, columns), cst.PartialParserConfig(default_newline=newline))


def _distance(text: str, old_column: int, new_column: int, inner: int) -> int:
    """How far the further lines go: with the line's beginning if the value ends there, else with its own first line."""
    inside = lines_inside_strings(text) or frozenset[int]()
    further = [line for number, line in enumerate(lines_of(text)) if number and number not in inside and line.strip()]
    if not further or any(line.startswith("\t") for line in further):
        return 0
    indents = [len(line) - len(line.lstrip(" ")) for line in further]
    if re.match(r"[\])}]", further[-1].lstrip()) and indents[-1] < old_column - 1:
        return inner - indents[-1]
    return new_column - old_column
