"""Edit the arguments of one call, with LibCST, keeping comments and layout.

Only the call's own text is parsed: parsing a whole module costs a hundred times more, and what is not parsed cannot
be changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

INDENT = "    "


class CallEditor:
    """A call given as text; `indent` is the white space before the line that the call starts on."""

    def __init__(self, source: str, indent: str = "", newline: str = "\n", width: int = 88) -> None:
        call = cst.parse_expression(source, cst.PartialParserConfig(default_newline=newline))
        if not isinstance(call, cst.Call):
            raise ValueError(f"not a call: {source[:60]!r}")
        self.func = _code(call.func)
        self.args = list(call.args)
        self.call = call
        self.indent = indent
        self.newline = newline
        self.width = width
        self.multiline = _spans_lines(call)
        self.inner = _inner_indent(call, indent)

    # -- reading -------------------------------------------------------------------------------------------------

    def index(self, name: str) -> int | None:
        """Where a keyword stands."""
        return next((i for i, arg in enumerate(self.args) if arg.keyword and arg.keyword.value == name), None)

    def value(self, name: str) -> str | None:
        """The text of a keyword's value."""
        index = self.index(name)
        return None if index is None else _code(self.args[index].value)

    # -- changing ------------------------------------------------------------------------------------------------

    def name_positional(self, names: Sequence[str]) -> None:
        """Give the leading positional arguments their names."""
        for index, name in zip(range(len(self.args)), names, strict=False):
            arg = self.args[index]
            if arg.keyword is None and not arg.star:
                self.args[index] = arg.with_changes(keyword=cst.Name(name), equal=_EQUAL)

    def rename(self, name: str, new: str) -> None:
        index = self.index(name)
        if index is not None:
            self.args[index] = self.args[index].with_changes(keyword=cst.Name(new))

    def set(self, name: str, code: str) -> None:
        """Give a keyword another value."""
        index = self.index(name)
        if index is not None:
            self.args[index] = self.args[index].with_changes(value=self._parse(code))

    def replace(self, name: str, new: str, code: str) -> None:
        """Put another keyword in the place of one."""
        self.rename(name, new)
        self.set(new, code)

    def add(self, name: str, code: str, after: str | None = None) -> None:
        """Add a keyword behind another one, or at the end (before any `**options`)."""
        index = self.index(after) if after else None
        stars = [i for i, arg in enumerate(self.args) if arg.star == "**"]
        position = index + 1 if index is not None else min(stars, default=len(self.args))
        arg = cst.Arg(self._parse(code), keyword=cst.Name(name), equal=_EQUAL)
        self._insert(position, arg)

    def lead_with(self, name: str) -> None:
        """Give a keyword by position, in front of all others."""
        index = self.index(name)
        if index is None:
            return
        moved = self.args[index].with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
        for later in range(index, 0, -1):
            # The commas stay where they are, and with them the comments and the line breaks.
            self.args[later] = _swap_values(self.args[later], self.args[later - 1])
        self.args[0] = _swap_values(self.args[0], moved)

    def remove(self, name: str) -> None:
        """Take a keyword away; the comments around it stay."""
        index = self.index(name)
        if index is not None:
            self.remove_at(index)

    def remove_at(self, index: int) -> None:
        removed = self.args.pop(index)
        comments = _comments_after(removed, self.inner)
        if index == len(self.args):
            self._end_with(index - 1, removed)
        self._keep_comments(index - 1, comments)

    def _insert(self, position: int, arg: cst.Arg) -> None:
        if position < len(self.args):
            separator = self._separator(position - 1)
            self.args.insert(position, arg.with_changes(comma=cst.Comma(whitespace_after=separator)))
            return
        if not self.args:
            self.args.append(arg)
            return
        last = self.args[-1]
        if isinstance(last.comma, cst.Comma):
            tail = last.comma.whitespace_after
            trailing = isinstance(tail, cst.ParenthesizedWhitespace)
            before = _with_comment(self._separator(len(self.args) - 2), tail)
            self.args[-1] = last.with_changes(comma=last.comma.with_changes(whitespace_after=before))
            self.args.append(
                arg.with_changes(
                    comma=cst.Comma(whitespace_after=_without_comments(tail)) if trailing else cst.MaybeSentinel.DEFAULT
                )
            )
            return
        end = last.whitespace_after_arg
        between = self._separator(len(self.args) - 2)
        self.args[-1] = last.with_changes(
            comma=cst.Comma(whitespace_after=_with_comment(between, end)), whitespace_after_arg=_NO_SPACE
        )
        self.args.append(arg.with_changes(whitespace_after_arg=_without_comments(end)))

    def _separator(self, index: int) -> cst.BaseParenthesizableWhitespace:
        """The white space between two arguments, as this call has it (without its comments)."""
        for arg in [*self.args[max(index, 0) : index + 1], *self.args[:-1]]:
            if isinstance(arg.comma, cst.Comma) and arg is not self.args[-1]:
                return _without_comments(arg.comma.whitespace_after)
        if self.multiline and isinstance(self.call.whitespace_before_args, cst.ParenthesizedWhitespace):
            return _without_comments(self.call.whitespace_before_args)
        return cst.SimpleWhitespace(" ")

    def _end_with(self, index: int, removed: cst.Arg) -> None:
        """Make the argument before a removed last one end as that one did (trailing comma or not)."""
        if index < 0:
            return
        previous = self.args[index]
        kept = previous.comma.whitespace_after if isinstance(previous.comma, cst.Comma) else _NO_SPACE
        if isinstance(removed.comma, cst.Comma):
            end = _with_comment(_without_comments(removed.comma.whitespace_after), kept)
            self.args[index] = previous.with_changes(comma=removed.comma.with_changes(whitespace_after=end))
        else:
            end = _with_comment(_without_comments(removed.whitespace_after_arg), kept)
            self.args[index] = previous.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=end)

    def _keep_comments(self, index: int, comments: list[cst.EmptyLine]) -> None:
        if not comments:
            return
        if index < 0:
            before = self.call.whitespace_before_args
            self.call = self.call.with_changes(whitespace_before_args=_add_lines(before, comments))
            return
        arg = self.args[index]
        if isinstance(arg.comma, cst.Comma):
            space = _add_lines(arg.comma.whitespace_after, comments)
            self.args[index] = arg.with_changes(comma=arg.comma.with_changes(whitespace_after=space))
        else:
            self.args[index] = arg.with_changes(whitespace_after_arg=_add_lines(arg.whitespace_after_arg, comments))

    # -- writing -------------------------------------------------------------------------------------------------

    def code(self, func: str) -> str:
        """The call on another function (an expression in text)."""
        call = self.call.with_changes(func=cst.Name("_"), args=self.args)
        text = func + _code(call, self.newline)[1:]
        if self.multiline or not self._too_long(text):
            return text
        return func + self._exploded()

    def _too_long(self, text: str) -> bool:
        longest = max(len(line) for line in text.splitlines())
        return len(self.indent) + longest > self.width

    def _exploded(self) -> str:
        lines = [f"{self.inner}{_arg_code(arg)}," for arg in self.args]
        return self.newline.join(["(", *lines, f"{self.indent})"])

    def _parse(self, code: str) -> cst.BaseExpression:
        return cst.parse_expression(code, cst.PartialParserConfig(default_newline=self.newline))


_EQUAL = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
_NO_SPACE = cst.SimpleWhitespace("")


def _code(node: cst.CSTNode, newline: str = "\n") -> str:
    return cst.Module([], default_newline=newline).code_for_node(node)


def _arg_code(arg: cst.Arg) -> str:
    return _code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=_NO_SPACE))


def _spans_lines(call: cst.Call) -> bool:
    spaces = [call.whitespace_before_args]
    for arg in call.args:
        spaces.append(arg.whitespace_after_arg)
        if isinstance(arg.comma, cst.Comma):
            spaces.append(arg.comma.whitespace_after)
    return any(isinstance(space, cst.ParenthesizedWhitespace) for space in spaces)


def _inner_indent(call: cst.Call, indent: str) -> str:
    before = call.whitespace_before_args
    if isinstance(before, cst.ParenthesizedWhitespace) and not before.indent:
        return str(before.last_line.value)
    return indent + INDENT


def _swap_values(place: cst.Arg, content: cst.Arg) -> cst.Arg:
    return content.with_changes(comma=place.comma, whitespace_after_arg=place.whitespace_after_arg)


def _comments_after(arg: cst.Arg, indent: str) -> list[cst.EmptyLine]:
    """The comments behind an argument: on its own line, and on the lines before the next argument."""
    space = arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else arg.whitespace_after_arg
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return []
    newline = space.first_line.newline
    comments = [space.first_line.comment, *(line.comment for line in space.empty_lines)]
    return [
        cst.EmptyLine(indent=False, whitespace=cst.SimpleWhitespace(indent), comment=comment, newline=newline)
        for comment in comments
        if comment
    ]


def _without_comments(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    first = space.first_line.with_changes(comment=None, whitespace=_NO_SPACE)
    return space.with_changes(first_line=first, empty_lines=())


def _with_comment(
    space: cst.BaseParenthesizableWhitespace, source: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """`space` carrying the comments of `source`; without comments to carry it stays as it is."""
    if not isinstance(source, cst.ParenthesizedWhitespace):
        return space
    has_comments = bool(source.first_line.comment) or any(line.comment for line in source.empty_lines)
    if not has_comments:
        return space
    base = space if isinstance(space, cst.ParenthesizedWhitespace) else source
    return base.with_changes(first_line=source.first_line, empty_lines=source.empty_lines)


def _add_lines(
    space: cst.BaseParenthesizableWhitespace, lines: list[cst.EmptyLine]
) -> cst.BaseParenthesizableWhitespace:
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(empty_lines=(*space.empty_lines, *lines))
    first = cst.TrailingWhitespace(newline=lines[0].newline)
    return cst.ParenthesizedWhitespace(
        first_line=first, empty_lines=lines, indent=lines[0].indent, last_line=lines[0].whitespace
    )
