"""What separators, parentheses and redirections do to the list of commands being read."""

from __future__ import annotations

import re
from bisect import bisect_left

from prefect_migrate.commands.lexer import Body, Frame, Heredoc, Lexer
from prefect_migrate.commands.words import Word

#: Words that the shell reads itself, before a command.
RESERVED = frozenset(["if", "then", "elif", "else", "fi", "do", "done", "while", "until", "!", "{", "}", "coproc"])
_NO_PARAMETERS = re.compile(r"[ \t]*\)")
_PROMPTED = re.compile(r"[ \t]+(?:\S*/)?prefect[ \t]")


def operate(lexer: Lexer, operator: str) -> bool:
    """Act on the operator just passed; whether it closes the list."""
    if "<" in operator or ">" in operator:
        redirect(lexer, operator)
        return False
    if operator == "(":
        return _open(lexer)
    if operator == ")":
        return _close(lexer)
    newline = operator[0] in "\r\n"
    if not (newline and lexer.simple.array):
        _finish(lexer, operator)
    if newline:
        read_bodies(lexer)
    return False


def command_word(words: list[Word]) -> str:
    """The first word that is not the shell's own."""
    return next((word.raw for word in words if word.raw not in RESERVED), "")


def _finish(lexer: Lexer, operator: str) -> None:
    word = command_word(lexer.simple.words)
    stack = lexer.frame.open
    if word == "case":
        stack.append("case")
    elif word == "esac" and stack and stack[-1] == "case":
        stack.pop()
    lexer.finish(operator)


def _open(lexer: Lexer) -> bool:
    words = lexer.simple.words
    lexer.frame.open.append("(")
    array = bool(words) and words[-1].raw.endswith("=") and words[-1].end == lexer.pos - 1
    if len(words) == 1 and lexer.match(_NO_PARAMETERS):
        words.clear()  # the name of a function that is being defined
    _finish(lexer, "(")
    lexer.simple.array = array
    return False


def _close(lexer: Lexer) -> bool:
    frame: Frame = lexer.frame
    if command_word(lexer.simple.words) == "case":
        frame.open.append("case")
    if frame.open and frame.open[-1] == "case":
        # the pattern of a branch, not a command
        lexer.simple.words.clear()
        lexer.finish(")")
        return False
    _finish(lexer, ")")
    if frame.open:
        frame.open.pop()
        return False
    return bool(frame.closer)


def redirect(lexer: Lexer, operator: str) -> None:
    """Read the word after a redirection; it is no argument."""
    simple = lexer.simple
    if operator == ">" and not simple.words and lexer.match(_PROMPTED):
        return  # a console transcript, not a file that is called prefect
    start = lexer.pos
    space = lexer.take(lexer.grammar.blank)
    if lexer.pos >= lexer.end or lexer.match(lexer.grammar.operator):
        lexer.pos = start
        return
    word = lexer.read_word(space)
    simple.end = word.end
    if operator.endswith("<<<"):
        simple.strings.append(word)
    elif operator.endswith(("<<", "<<-")):
        lexer.heredocs.append(Heredoc(simple, word.text, any(part.quote for part in word.parts) or "\\" in word.raw))
    else:
        simple.targets.append(word)


def read_bodies(lexer: Lexer) -> None:
    """Give the here-documents that were announced on the line their bodies."""
    pending, lexer.heredocs = lexer.heredocs, []
    for heredoc in pending:
        if span := _closing_line(lexer, heredoc.delimiter):
            heredoc.simple.bodies.append(Body(lexer.pos, span[0], heredoc.literal))
            lexer.pos = span[1]


def _closing_line(lexer: Lexer, delimiter: str) -> tuple[int, int] | None:
    """Start and end of the next line that is the delimiter.

    It may be indented whatever the operator was: the script may stand in a YAML block.
    """
    if lexer.line_index is None:
        lexer.line_index = _index_lines(lexer)
    spans = lexer.line_index.get(delimiter, [])
    at = bisect_left(spans, (lexer.pos, 0))
    return spans[at] if at < len(spans) else None


def _index_lines(lexer: Lexer) -> dict[str, list[tuple[int, int]]]:
    index: dict[str, list[tuple[int, int]]] = {}
    start = lexer.start
    for line in re.split(r"(?<=\n)", lexer.text[lexer.start : lexer.end]):
        index.setdefault(line.strip(), []).append((start, start + len(line)))
        start += len(line)
    return index
