"""Edit the arguments of one call, with LibCST, keeping comments and layout.

Only the call's own text is parsed: parsing a whole module costs a hundred times more, and what is not parsed cannot
be changed.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

import libcst as cst

from prefect_migrate.changes.layout import hang, is_hanging
from prefect_migrate.changes.whitespace import (
    EQUAL,
    NO_SPACE,
    Space,
    code_of,
    comments_in,
    ends_line,
    last_indent,
    moved,
    spaces_around,
    with_comments_of,
    with_lines,
    without_comments,
)
from prefect_migrate.source.tokens import comments_of, lines_of, opening_parenthesis, own_words


class CallEditor:
    """A call given as text, whose function is thrown away.

    `indent` is the white space before the line that the call starts on, `column` where on that line the call starts,
    `unit` one step of indentation.
    """

    def __init__(
        self,
        source: str,
        indent: str = "",
        newline: str = "\n",
        width: int = 88,
        *,
        column: int | None = None,
        unit: str = "    ",
    ) -> None:
        opening = opening_parenthesis(source)
        self.newline = newline
        #: Comments between the parts of the function's name, which go with it.
        self.lost_comments = comments_of(source[:opening])
        self.indent, self.width = indent, width
        self.column = len(indent) if column is None else column
        call = self._parse("_" + source[opening:])
        assert isinstance(call, cst.Call)
        self.args = list(call.args)
        self.before: Space = call.whitespace_before_args
        self.multiline = _spans_lines(call)
        self.inner = (is_hanging(call) and last_indent(self.before)) or indent + unit
        self._outer = _closing_indent(call, indent)
        #: Where each value stood, by keyword, or by position before it got its name.
        self._columns = _columns_of_values(source[opening:], _column_at(source, opening, self.column))
        self._must_hang = self.multiline and not is_hanging(call)

    # -- reading -------------------------------------------------------------------------------------------------

    def index(self, name: str) -> int | None:
        """Where a keyword stands."""
        return next((i for i, arg in enumerate(self.args) if arg.keyword and arg.keyword.value == name), None)

    def value(self, name: str) -> str | None:
        """The text of a keyword's value."""
        index = self.index(name)
        return None if index is None else code_of(self.args[index].value, self.newline)

    @property
    def one_to_a_line(self) -> bool:
        """Whether the call is laid out over lines of its own."""
        return self.multiline or self._must_hang

    # -- changing ------------------------------------------------------------------------------------------------

    def name_positional(self, names: Sequence[str]) -> None:
        """Give the leading positional arguments their names."""
        for index, name in zip(range(len(self.args)), names, strict=False):
            arg = self.args[index]
            if arg.keyword is None and not arg.star:
                self.args[index] = arg.with_changes(keyword=cst.Name(name), equal=EQUAL)
                self._columns[name] = self._columns.pop(str(index), 0)

    def rename(self, name: str, new: str) -> None:
        index = self.index(name)
        if index is not None:
            self.args[index] = self.args[index].with_changes(keyword=cst.Name(new))
            self._columns[new] = self._columns.pop(name, 0)

    def set(self, name: str, code: str) -> None:
        """Give a keyword another value; comments in the old one that the new one does not have go above it."""
        index = self.index(name)
        if index is None:
            return
        old = _own_comments(self.args[index], self.newline)
        self.args[index] = self.args[index].with_changes(value=self._parse(code), equal=EQUAL)
        self._put_above(index, list((Counter(old) - Counter(comments_of(code))).elements()))

    def replace(self, name: str, new: str, code: str) -> None:
        """Put another keyword in the place of one."""
        self.rename(name, new)
        self.set(new, code)

    def add(self, name: str, code: str, after: str | None = None) -> None:
        """Add a keyword behind another one, or at the end (before any `**options`)."""
        index = self.index(after) if after else None
        stars = [i for i, arg in enumerate(self.args) if arg.star == "**"]
        position = index + 1 if index is not None else min(stars, default=len(self.args))
        self._insert(position, cst.Arg(self._parse(code), keyword=cst.Name(name), equal=EQUAL))

    def spread(self, number: int, items: Sequence[tuple[str, str]]) -> None:
        """Write keywords in the place of one of the `**options`, which is the `number`th."""
        index = [i for i, arg in enumerate(self.args) if arg.star == "**"][number]
        for offset, (name, code) in enumerate(items, start=1):
            self._insert(index + offset, cst.Arg(self._parse(code), keyword=cst.Name(name), equal=EQUAL))
        self.remove_at(index)

    def comment(self, name: str, comments: Sequence[str]) -> None:
        """Put comments on lines of their own above a keyword."""
        index = self.index(name)
        if index is not None:
            self._put_above(index, comments)

    def comment_first(self, comments: Sequence[str]) -> None:
        """Put comments on lines of their own above the first argument."""
        self._put_above(0, comments)

    def lead_with(self, name: str) -> None:
        """Give a keyword by position, in front of all others; comments go with what they stand beside."""
        index = self.index(name)
        if index is None:
            return
        bare = self.args[index].with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
        if index and any(comments_in(space) for arg in self.args for space in spaces_around(arg)):
            self._lead_with_comments(index, bare)
            return
        for later in range(index, 0, -1):
            self.args[later] = _in_place_of(self.args[later], self.args[later - 1])
        self.args[0] = _in_place_of(self.args[0], bare)

    def _lead_with_comments(self, index: int, bare: cst.Arg) -> None:
        self._hang_now()
        above = self._lines_above(index)
        moving = self.args.pop(index).with_changes(keyword=None, equal=bare.equal, value=bare.value)
        if index == len(self.args):
            self.args[-1] = _before_indent(self.args[-1], self._outer)
        self.args.insert(0, _before_indent(moving, self.inner))
        self._put_above(0, above)

    def _lines_above(self, index: int) -> list[str]:
        """Take away, and give, the comments on lines of their own above an argument."""
        previous = self.args[index - 1]
        space = previous.comma.whitespace_after if isinstance(previous.comma, cst.Comma) else NO_SPACE
        if (
            index == 0
            or not isinstance(previous.comma, cst.Comma)
            or not isinstance(space, cst.ParenthesizedWhitespace)
        ):
            return []
        found = [line.comment.value for line in space.empty_lines if line.comment]
        comma = previous.comma.with_changes(whitespace_after=space.with_changes(empty_lines=()))
        self.args[index - 1] = previous.with_changes(comma=comma)
        return found

    def remove(self, name: str) -> None:
        """Take a keyword away; the comments in it and around it stay."""
        index = self.index(name)
        if index is not None:
            self.remove_at(index)

    def remove_at(self, index: int) -> None:
        removed = self.args.pop(index)
        comments = _own_comments(removed, self.newline)
        comments += [comment for space in spaces_around(removed) for comment in comments_in(space)]
        comments = own_words(comments)  # what it told a tool about that argument says nothing without it
        if index == len(self.args):
            self._end_with(index - 1, removed)
        self._put_behind(index - 1, comments)

    # -- placing -------------------------------------------------------------------------------------------------

    def _insert(self, position: int, arg: cst.Arg) -> None:
        if position < len(self.args):
            separator = self._separator(position - 1)
            above = self._lines_above(position) if position else []
            self.args.insert(position, arg.with_changes(comma=cst.Comma(whitespace_after=separator)))
            self._put_behind(position, above)
        elif not self.args:
            self.args.append(arg)
        else:
            self._append(arg)

    def _append(self, arg: cst.Arg) -> None:
        last, between = self.args[-1], self._separator(len(self.args) - 2)
        if isinstance(last.comma, cst.Comma):
            tail = last.comma.whitespace_after
            comma = last.comma.with_changes(whitespace_after=with_comments_of(between, tail))
            self.args[-1] = last.with_changes(comma=comma)
            ending = cst.Comma(whitespace_after=without_comments(tail)) if ends_line(tail) else None
            self.args.append(arg.with_changes(comma=ending or cst.MaybeSentinel.DEFAULT))
            return
        end = last.whitespace_after_arg
        comma = cst.Comma(whitespace_after=with_comments_of(between, end))
        self.args[-1] = last.with_changes(comma=comma, whitespace_after_arg=NO_SPACE)
        self.args.append(arg.with_changes(whitespace_after_arg=without_comments(end)))

    def _separator(self, index: int) -> Space:
        """The white space between two arguments, as this call has it (without its comments)."""
        for arg in [*self.args[max(index, 0) : index + 1], *self.args[:-1]]:
            if isinstance(arg.comma, cst.Comma) and arg is not self.args[-1]:
                return without_comments(arg.comma.whitespace_after)
        if ends_line(self.before):
            return without_comments(self.before)
        return cst.SimpleWhitespace(" ")

    def _end_with(self, index: int, removed: cst.Arg) -> None:
        """Make the argument before a removed last one end as that one did (trailing comma or not)."""
        if index < 0:
            return
        previous = self.args[index]
        kept = previous.comma.whitespace_after if isinstance(previous.comma, cst.Comma) else NO_SPACE
        before = comments_in(previous.comma.whitespace_before) if isinstance(previous.comma, cst.Comma) else []
        if isinstance(removed.comma, cst.Comma):
            end = with_comments_of(without_comments(removed.comma.whitespace_after), kept)
            comma = removed.comma.with_changes(whitespace_before=NO_SPACE, whitespace_after=end)
            self.args[index] = previous.with_changes(comma=comma)
        else:
            end = with_comments_of(without_comments(removed.whitespace_after_arg), kept)
            self.args[index] = previous.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=end)
        self._put_behind(index, before)

    def _put_above(self, index: int, comments: Sequence[str]) -> None:
        """Comments on lines of their own above an argument, behind those that stand there."""
        if comments and not self.multiline and index < len(self.args):
            self._hang_now()
        self._put_behind(index - 1, comments)

    def _put_behind(self, index: int, comments: Sequence[str]) -> None:
        """Comments on lines of their own behind an argument (-1: behind the opening parenthesis)."""
        if not comments:
            return
        if index < 0:
            self._must_hang = self._must_hang or not ends_line(self.before)
            self.before = with_lines(self.before, comments, self.inner)
            return
        arg = self.args[index]
        if isinstance(arg.comma, cst.Comma):
            space = with_lines(arg.comma.whitespace_after, comments, self.inner)
            self.args[index] = arg.with_changes(comma=arg.comma.with_changes(whitespace_after=space))
        else:
            space = with_lines(arg.whitespace_after_arg, comments, self.inner)
            self.args[index] = arg.with_changes(whitespace_after_arg=space)
        self._must_hang = self._must_hang or not self.multiline

    # -- writing -------------------------------------------------------------------------------------------------

    def code(self, func: str, wide: str | None = None) -> str:
        """The call on another function (an expression in text).

        `wide` stands in for it where the call does not fit in one line.  Raises ValueError for a keyword given twice.
        """
        names = [arg.keyword.value for arg in self.args if arg.keyword]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise ValueError(f"`{twice[0]}` is given twice")
        if self.lost_comments:
            self.comment_first(self.lost_comments)
            self.lost_comments = []
        text = self._arguments() if self.multiline else func + self._arguments()
        if self._must_hang or (self._is_on_one_line() and self._too_long(text)):
            self._hang_now()
        return (wide or func if self.multiline else func) + self._arguments()

    def _arguments(self) -> str:
        if not self.args and ends_line(self.before):
            self.before = moved(self.before, self._outer)
        call = cst.Call(cst.Name("_"), self.args, whitespace_before_args=self.before)
        return code_of(call, self.newline)[1:]

    def _hang_now(self) -> None:
        self.before = moved(self.before, self.inner if self.args else self._outer)
        self.args = hang(self.args, self.inner, self._outer, self.newline, self._columns)
        self.multiline, self._must_hang = True, False

    def _is_on_one_line(self) -> bool:
        """Whether all arguments stand on one line, which may be one of their own."""
        behind = [space for arg in self.args[:-1] for space in spaces_around(arg)]
        return not self.multiline or (ends_line(self.before) and not any(map(ends_line, behind)))

    def _too_long(self, text: str) -> bool:
        first, *others = [line.rstrip("\r\n") for line in lines_of(text)]
        return self.column + len(first) > self.width or any(len(line) > self.width for line in others)

    def _parse(self, code: str) -> cst.BaseExpression:
        return cst.parse_expression(code, cst.PartialParserConfig(default_newline=self.newline))


def _spans_lines(call: cst.Call) -> bool:
    spaces = [call.whitespace_before_args, *(space for arg in call.args for space in spaces_around(arg))]
    return any(ends_line(space) for space in spaces)


def _closing_indent(call: cst.Call, indent: str) -> str:
    """The white space in front of the closing parenthesis, where it stands on a line of its own."""
    if not call.args or not is_hanging(call):
        return indent
    last = [last_indent(space) for space in spaces_around(call.args[-1])]
    return next((space for space in reversed(last) if space is not None), indent)


def _own_comments(arg: cst.Arg, newline: str) -> list[str]:
    """The comments inside an argument: in its value and around its `=`."""
    bare = arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=NO_SPACE)
    return comments_of(f"_({code_of(bare, newline)})")


def _in_place_of(place: cst.Arg, content: cst.Arg) -> cst.Arg:
    return content.with_changes(comma=place.comma, whitespace_after_arg=place.whitespace_after_arg)


def _before_indent(arg: cst.Arg, indent: str) -> cst.Arg:
    """An argument on lines of its own with another indentation behind it."""
    assert isinstance(arg.comma, cst.Comma)
    space = moved(arg.comma.whitespace_after, indent)
    return arg.with_changes(comma=arg.comma.with_changes(whitespace_after=space))


def _column_at(source: str, offset: int, column: int) -> int:
    """The column of an offset, when the text begins at `column` of its line."""
    start = max(source.rfind("\n", 0, offset), source.rfind("\r", 0, offset)) + 1
    return offset - start + (column if start == 0 else 0)


def _columns_of_values(arguments: str, column: int) -> dict[str, int]:
    """Keyword or position -> where the value stood; `column` is that of the opening parenthesis."""
    call = ast.parse(f"_{arguments}", mode="eval").body
    assert isinstance(call, ast.Call)
    values = {str(index): value for index, value in enumerate(call.args)}
    values |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {name: value.col_offset + (column - 1 if value.lineno == 1 else 0) for name, value in values.items()}
