"""Writer: put the new call where the old one stood, or where it was applied, and statements around it."""

from __future__ import annotations

import ast

from prefect_migrate.changes.edits import line_span
from prefect_migrate.changes.indent import indent_of
from prefect_migrate.changes.statements import first_comment_line, statement_edit
from prefect_migrate.findings import CannotFix, Changes, Edit
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of, own_words


class Placer:
    """Makes the edits around one definition."""

    def __init__(self, file: PythonFile, deployment: PythonDeployment, changes: Changes) -> None:
        assert deployment.rewrite is not None
        self.file, self.deployment, self.changes = file, deployment, changes
        self.rewrite = deployment.rewrite
        self.statement = file.statement_of(deployment.call)
        self.old_indent = indent_of(file.text.line(deployment.call.lineno))
        self.statement_indent = indent_of(file.text.line(self.statement.lineno))
        self.goal = self.rewrite.sink_to
        self.indent = indent_of(file.text.line(self.goal.lineno)) if self.goal is not None else self.old_indent
        self.start, self.end = self._span()
        self.column = file.text.position(self.file.span(self.goal)[0] if self.goal is not None else self.start)[1] - 1
        self.column += len(self._target())

    def put(self, call: str, *, before: list[str], after: list[str]) -> None:
        """Write the call, with statements before and after its own."""
        if self.goal is not None:
            self._sink(call, self.goal)
        else:
            self._replace(call)
        self._clear_apply_arguments()
        self._await_applies()
        place = self.goal or self.statement
        if before:
            self._insert_before(place, before)
        if after:
            self._insert_after(self.statement, after)

    # -- in the same place ---------------------------------------------------------------------------------------

    def _span(self) -> tuple[int, int]:
        """What the new call takes the place of."""
        deployment, file, rewrite = self.deployment, self.file, self.rewrite
        start, end = file.span(deployment.call)
        if rewrite.name and deployment.variable is None:
            return file.span(self.statement)
        if rewrite.register and deployment.applied == "chained":
            return file.span(deployment.apply_calls[0])
        if rewrite.copied and deployment.awaited:
            return file.span(file.parents[deployment.call])
        if self._drops_target():
            return file.span(self.statement)[0], end
        return start, end

    def _drops_target(self) -> bool:
        """Whether nothing wants the object: `deployment = build_from_flow(..., apply=True)`."""
        deployment = self.deployment
        at_once = self.rewrite.register and deployment.applied == "argument" and self.goal is None
        return at_once and deployment.variable is not None

    def _target(self) -> str:
        """`name = `, where the object gets a new name."""
        if self.rewrite.name and self.deployment.variable is None:
            return f"{self.rewrite.name} = {'await ' if self.deployment.awaited else ''}"
        return ""

    def _replace(self, call: str) -> None:
        deployment, rewrite = self.deployment, self.rewrite
        code = f"{self._target()}{call}"
        if rewrite.apply and not rewrite.name and deployment.variable is None and not rewrite.register:
            code = f"(await {code}).apply()" if deployment.awaited else f"{code}.apply()"
        lost = self._lost_comments(code)
        if lost:
            self._insert_above(self.statement, lost)
        self.changes.edits.append(Edit(self.start, self.end, code))

    def _lost_comments(self, code: str) -> list[str]:
        """Comments in what goes that the new code does not have."""
        there = comments_of(code)
        return [
            text for text in own_words(comments_of(self.file.text.text[self.start : self.end])) if text not in there
        ]

    def _clear_apply_arguments(self) -> None:
        """`upload=` and `work_queue_concurrency=` are no parameters any more."""
        if self.goal is not None or self.rewrite.register:
            return
        own = self.deployment.apply_calls if self.deployment.variable or not self.rewrite.name else []
        for call in (*own, *self.deployment.traced_applies):
            if call.args or call.keywords:
                _, function_end = self.file.span(call.func)
                end = self.file.span(call)[1]
                comments = own_words(comments_of(f"_{self.file.text.text[function_end:end]}"))
                self._insert_above(self.file.statement_of(call), comments)
                self.changes.edits.append(Edit(function_end, end, "()"))

    def _await_applies(self) -> None:
        """`await` what was forgotten to be awaited, as the definition itself was."""
        if self.goal is not None or not self.rewrite.awaits or self.rewrite.register:
            return
        for call in self.deployment.apply_calls:
            if isinstance(self.file.parents[call], ast.Expr):
                start, _ = self.file.span(call)
                self.changes.edits.append(Edit(start, start, "await "))

    # -- in another place ----------------------------------------------------------------------------------------

    def _sink(self, call: str, goal: ast.Expr) -> None:
        """Move the definition, and the comments around it, to where `.apply()` stood."""
        file = self.file
        comments = [*self._comments_above(self.statement), *self._comments_behind(self.statement)]
        inside = own_words([*comments_of(file.source(self.statement)), *comments_of(file.source(goal))])
        inside = [comment for comment in inside if comment not in comments_of(call)]
        self.changes.edits.append(statement_edit(file.text, self.statement))
        self._insert_above(goal, comments, first=True)
        self._insert_above(goal, inside)
        self.changes.edits.append(Edit(*file.span(goal), call))

    def _comments_above(self, statement: ast.stmt) -> list[str]:
        text = self.file.text
        numbers = range(first_comment_line(text, statement.lineno), statement.lineno)
        return [text.line(number).strip() for number in numbers]

    def _comments_behind(self, statement: ast.stmt) -> list[str]:
        text, (start, end) = self.file.text.text, self.file.span(statement)
        _, last = line_span(text, start, end)
        behind = text[end:last].strip()
        return own_words([behind]) if behind.startswith("#") else []

    # -- statements and comments ---------------------------------------------------------------------------------

    def _insert_above(self, statement: ast.stmt, comments: list[str], *, first: bool = False) -> None:
        """Comments on lines of their own above a statement; `first`: above the comments that it has."""
        if not comments:
            return
        text = self.file.text
        number = first_comment_line(text, statement.lineno) if first else statement.lineno
        indent = indent_of(text.line(statement.lineno))
        lines = "".join(f"{indent}{comment}{text.newline}" for comment in comments)
        self._insert(text.line_starts[number - 1], lines)

    def _insert_before(self, statement: ast.stmt, lines: list[str]) -> None:
        """Statements before one, on lines of their own if it begins its line."""
        text = self.file.text
        start, _ = self.file.span(statement)
        line_start = text.line_starts[statement.lineno - 1]
        indent = text.text[line_start:start]
        if indent.strip():
            if any(line.endswith(":") for line in lines):
                raise CannotFix("no statement of two lines can stand there")
            self._prepend(start, "; ".join([*lines, ""]))
        else:
            self._insert(line_start, "".join(f"{indent}{line}{text.newline}" for line in lines))

    def _insert_after(self, statement: ast.stmt, lines: list[str]) -> None:
        """Statements behind one, on lines of their own if it begins and ends its line."""
        text = self.file.text
        start, end = self.file.span(statement)
        _, after = line_span(text.text, start, end)
        rest = text.text[end:after].strip()
        shared = text.text[text.line_starts[statement.lineno - 1] : start].strip() or (
            rest and not rest.startswith("#")
        )
        if shared:
            self._append(end, "".join(f"; {line}" for line in lines))
            return
        body = "".join(f"{self.statement_indent}{line}{text.newline}" for line in lines)
        ends = text.text[:after].endswith(("\n", "\r"))
        self._insert(after, body if ends else text.newline + body.removesuffix(text.newline))

    def _insert(self, position: int, text: str) -> None:
        """Text at a place where nothing else is edited, behind what was put there before."""
        for index, edit in enumerate(self.changes.edits):
            if edit.start == edit.end == position:
                self.changes.edits[index] = Edit(position, position, edit.text + text)
                return
        self.changes.edits.append(Edit(position, position, text))

    def _prepend(self, start: int, text: str) -> None:
        for index, edit in enumerate(self.changes.edits):
            if edit.start == start:
                self.changes.edits[index] = Edit(edit.start, edit.end, text + edit.text)
                return
        self.changes.edits.append(Edit(start, start, text))

    def _append(self, end: int, text: str) -> None:
        for index, edit in enumerate(self.changes.edits):
            if edit.end == end and edit.start < end:
                self.changes.edits[index] = Edit(edit.start, edit.end, edit.text + text)
                return
        self.changes.edits.append(Edit(end, end, text))
