"""Writer: schedules of Prefect 2 as `prefect.schedules` (from target 3.2 on) or as the client's models (before)."""

from __future__ import annotations

import ast
import json

from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.findings import Changes, Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.names import schedule_class
from prefect_migrate.source.python import PythonFile
from prefect_migrate.symbols import dotted

#: old class -> (new function, its first parameter)
NEW_SCHEDULES = {
    "CronSchedule": ("Cron", "cron"),
    "IntervalSchedule": ("Interval", "interval"),
    "RRuleSchedule": ("RRule", "rrule"),
}
#: `schedule=` and prefect.schedules came with this minor.
SCHEDULES_MODULE_SINCE = (3, 2)


class ScheduleWriter:
    """Writes the schedule arguments of one call; the imports that they need go to `changes`."""

    def __init__(self, project: Project, file: PythonFile, target: tuple[int, int], changes: Changes) -> None:
        self.project = project
        self.file = file
        self.target = target
        self.new_style = target >= SCHEDULES_MODULE_SINCE
        self.changes = changes

    def argument(self, name: str, node: ast.expr) -> tuple[str, str] | None:
        """(keyword, value) for Prefect 3, None if there is nothing to say."""
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        code = self.expression(node)
        if name == "schedules":
            return "schedules", code
        if self._is_schedule(node):
            return "schedules", f"[{code}]"
        if self.new_style:
            return "schedule", code
        return "schedules", f"[schedule for schedule in [{code}] if schedule is not None]"

    def expression(self, node: ast.expr) -> str:
        """The expression with every schedule that it constructs rewritten."""
        start, end = self.file.span(node)
        edits = []
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                edit = self._edit(call)
                if edit is not None:
                    edits.append(edit)
        text = self.file.text.text
        for edit in sorted(edits, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
            end += len(edit.text) - (edit.end - edit.start)
        return text[start:end]

    def _is_schedule(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self._class(node) in NEW_SCHEDULES

    def _class(self, call: ast.Call) -> str | None:
        meaning = dotted(self.project, self.file, call.func)
        return schedule_class(meaning.name) if meaning else None

    def _edit(self, call: ast.Call) -> Edit | None:
        cls = self._class(call)
        if cls not in NEW_SCHEDULES or any(keyword.arg is None for keyword in call.keywords):
            return None
        new, first = NEW_SCHEDULES[cls]
        start, end = self.file.span(call)
        if not self.new_style or not any(keyword.arg == first for keyword in call.keywords):
            name = self._client_model(cls)
            return Edit(*self.file.span(call.func), name)
        self.changes.imports.append(ImportRequest("prefect.schedules", new))
        editor = CallEditor(self.file.source(call), newline=self.file.text.newline, width=10**6)
        editor.lead_with(first)
        if cls == "CronSchedule" and self.target == (3, 2) and editor.index("day_or") is None:
            editor.add("day_or", "True")  # the default was False in that minor alone
        return Edit(start, end, editor.code(new))

    def _client_model(self, cls: str) -> str:
        self.changes.imports.append(ImportRequest("prefect.client.schemas.schedules", cls))
        return cls


def quoted(text: str) -> str:
    """A string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)
