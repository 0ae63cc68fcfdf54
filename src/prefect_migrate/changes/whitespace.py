"""The white space between arguments, and the comments in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

Space = cst.BaseParenthesizableWhitespace
NO_SPACE = cst.SimpleWhitespace("")
EQUAL = cst.AssignEqual(whitespace_before=NO_SPACE, whitespace_after=NO_SPACE)


def code_of(node: cst.CSTNode, newline: str = "\n") -> str:
    return cst.Module([], default_newline=newline).code_for_node(node)


def comments_in(space: Space) -> list[str]:
    """The comments of a piece of white space: the one that ends the line, and those on lines of their own."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return []
    found = [space.first_line.comment, *(line.comment for line in space.empty_lines)]
    return [comment.value for comment in found if comment]


def ends_line(space: Space) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace)


def line_break(
    indent: str, comments: Sequence[str] = (), *, trailing: str | None = None
) -> cst.ParenthesizedWhitespace:
    """A line break, with a comment behind what stands before it, and comments on lines of their own behind it."""
    first = cst.TrailingWhitespace(
        whitespace=cst.SimpleWhitespace("  " if trailing else ""), comment=cst.Comment(trailing) if trailing else None
    )
    return cst.ParenthesizedWhitespace(
        first_line=first,
        empty_lines=[_line(indent, comment) for comment in comments],
        indent=False,
        last_line=cst.SimpleWhitespace(indent),
    )


def _line(indent: str, comment: str) -> cst.EmptyLine:
    return cst.EmptyLine(indent=False, whitespace=cst.SimpleWhitespace(indent), comment=cst.Comment(comment))


def without_comments(space: Space) -> Space:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    first = space.first_line.with_changes(comment=None, whitespace=NO_SPACE)
    return space.with_changes(first_line=first, empty_lines=())


def with_lines(space: Space, comments: Sequence[str], indent: str) -> Space:
    """The white space with more comments, each on a line of its own, behind those that it has."""
    if not comments:
        return space
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return line_break(indent, comments)
    return space.with_changes(empty_lines=(*space.empty_lines, *(_line(indent, comment) for comment in comments)))


def with_comments_of(space: Space, source: Space) -> Space:
    """`space` with the comments of `source` in the place of its own; without any to carry it stays as it is."""
    if not isinstance(source, cst.ParenthesizedWhitespace) or not comments_in(source):
        return space
    base = space if isinstance(space, cst.ParenthesizedWhitespace) else source
    return base.with_changes(first_line=source.first_line, empty_lines=source.empty_lines)


def last_indent(space: Space) -> str | None:
    """The white space before what follows a line break; None if there is none."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return None
    return space.last_line.value


def moved(space: Space, indent: str) -> cst.ParenthesizedWhitespace:
    """The line break, or a new one, with all that follows at an indentation; blank lines go."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return line_break(indent)
    own = [line.comment.value for line in space.empty_lines if line.comment]
    first = space.first_line.comment
    return line_break(indent, own, trailing=first.value if first else None)


def spaces_around(arg: cst.Arg) -> Iterator[Space]:
    """The white space behind an argument, up to the next one, in order."""
    yield arg.whitespace_after_arg
    if isinstance(arg.comma, cst.Comma):
        yield arg.comma.whitespace_before
        yield arg.comma.whitespace_after
