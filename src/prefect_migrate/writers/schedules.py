"""Writer: schedules of Prefect 2 as `prefect.schedules` (from target 3.2 on) or as the client's models (before)."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from prefect_migrate.changes.calls import CallEditor
from prefect_migrate.changes.edits import apply_edits
from prefect_migrate.findings import CannotFix, Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.names import schedule_class
from prefect_migrate.readers.python_schedules import entry_parts, is_by_position
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.symbols import dotted
from prefect_migrate.writers.names import Names

#: old class -> (new function, its first parameter)
NEW_SCHEDULES = {
    "CronSchedule": ("Cron", "cron"),
    "IntervalSchedule": ("Interval", "interval"),
    "RRuleSchedule": ("RRule", "rrule"),
}
#: `schedule=` and prefect.schedules came with this minor.
SCHEDULES_MODULE_SINCE = (3, 2)
_FROM = re.compile(r"from\s+([\w.]+)\s+import\b")
CLIENT_MODULE = "prefect.client.schemas.schedules"


@dataclass(slots=True)
class ScheduleWriter:
    """Writes the schedule arguments of one call; `module_edits` are needed elsewhere in the file."""

    project: Project
    file: PythonFile
    target: tuple[int, int]
    names: Names

    @property
    def new_style(self) -> bool:
        return self.target >= SCHEDULES_MODULE_SINCE

    def argument(self, name: str, node: ast.expr) -> tuple[str, str] | None:
        """(keyword, value) for Prefect 3, None if there is nothing to say."""
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if name == "schedules":
            return "schedules", self._list(node)
        code = self.expression(node)
        if self._makes_schedule(node):
            return "schedules", f"[{code}]"
        if self.new_style:
            return "schedule", code
        if isinstance(node, ast.Dict):
            return "schedules", f'[{{"schedule": {code}}}]'
        return "schedules", f"[schedule for schedule in [{code}] if schedule is not None]"

    def _list(self, node: ast.expr) -> str:
        if not isinstance(node, (ast.List, ast.Tuple)):
            return self.expression(node)
        edits = [Edit(*self.file.span(element), self._entry(element)) for element in node.elts]
        return self._edited(node, edits)

    def _entry(self, node: ast.expr) -> str:
        """One item of a list: `{"schedule": …, "active": …}`, a MinimalDeploymentSchedule, or a schedule."""
        parts = entry_parts(self.project, self.file, node)
        if parts is None:
            return self.expression(node)
        schedule = parts.get("schedule")
        if schedule is None or set(parts) - {"schedule", "active"}:
            raise CannotFix(f"`{self.file.source(node)}` is no schedule that Prefect 3 knows")
        text = self._with_activity(schedule, parts.get("active"))
        if text is None and isinstance(node, ast.Dict):
            return self.expression(node)
        items = [f'"{key}": {self.expression(value)}' for key, value in parts.items()]
        text = text or "{" + ", ".join(items) + "}"
        if len(comments_of(text)) < len(comments_of(self.file.source(node))):
            raise CannotFix("a schedule has comments that would be lost")
        return text

    def _with_activity(self, schedule: ast.expr, active: ast.expr | None) -> str | None:
        """`Cron(..., active=False)`: a schedule of prefect.schedules has the switch itself."""
        if not self.new_style or not isinstance(schedule, ast.Call):
            return None
        new = self._new_call(schedule)
        if new is None:
            return None
        name, editor = new
        if active is not None and not (isinstance(active, ast.Constant) and active.value is True):
            editor.add("active", self.file.source(active))
        return editor.code(name)

    def expression(self, node: ast.expr) -> str:
        """The expression with every schedule that it constructs rewritten."""
        if isinstance(node, ast.IfExp) and node not in self.file.parents:
            # what a statement put into the options where a test holds
            return f"{self.expression(node.body)} if {self.file.source(node.test)} else None"
        calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
        return self._edited(node, [edit for call in calls if (edit := self._edit(call)) is not None])

    def _edited(self, node: ast.expr, edits: list[Edit]) -> str:
        start, end = self.file.span(node)
        moved = [Edit(edit.start - start, edit.end - start, edit.text) for edit in edits]
        return apply_edits(self.file.text.text[start:end], moved)

    def _makes_schedule(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self._class(node) is not None

    def _class(self, call: ast.Call) -> str | None:
        """The class, or the class and the method, of a schedule that is made."""
        meaning = dotted(self.project, self.file, call.func)
        return schedule_class(meaning.name) if meaning else None

    def _edit(self, call: ast.Call) -> Edit | None:
        cls = self._class(call)
        if cls is None:
            return None
        new = self._new_call(call) if self.new_style else None
        if new is not None:
            name, editor = new
            return Edit(*self.file.span(call), editor.code(name))
        return self._client_model(call, cls)

    def _new_call(self, call: ast.Call) -> tuple[str, CallEditor] | None:
        """A call of the new function, not yet written; None where the arguments don't allow it."""
        cls = self._class(call)
        keywords = [keyword.arg for keyword in call.keywords]
        if cls not in NEW_SCHEDULES or None in keywords:
            return None
        new, first = NEW_SCHEDULES[cls]
        if (first in keywords) == is_by_position(call) or len(call.args) > 1:
            return None
        text = self.file.text
        indent = text.line(call.lineno)[: -len(text.line(call.lineno).lstrip()) or None]
        column = text.position(self.file.span(call)[0])[1] - 1
        editor = CallEditor(self.file.source(call), indent, text.newline, 10**6, column=column)
        editor.lead_with(first)
        if cls == "CronSchedule" and self.target == (3, 2) and editor.index("day_or") is None:
            editor.add("day_or", "True")  # the default was False in that minor alone
        return self.names.use(ImportRequest("prefect.schedules", new)), editor

    def _client_model(self, call: ast.Call, cls: str) -> Edit | None:
        """Take the client's class in the place of the server's, which Prefect 3 refuses."""
        meaning = dotted(self.project, self.file, call.func)
        if meaning is None or meaning.name == f"{CLIENT_MODULE}.{cls}":
            return None
        name, _, method = cls.partition(".")
        if self._retarget(call):
            return None
        used = self.names.use(ImportRequest(CLIENT_MODULE, name))
        return Edit(*self.file.span(call.func), f"{used}.{method}" if method else used)

    def _retarget(self, call: ast.Call) -> bool:
        """Let the import of the class name the client's module, where it imports nothing but schedules."""
        owner: ast.expr = call.func
        while isinstance(owner, ast.Attribute):
            owner = owner.value
        bindings = self.file.bindings_of(owner) if isinstance(owner, ast.Name) else []
        node = bindings[0].node if len(bindings) == 1 else None
        if not isinstance(node, ast.ImportFrom) or "get_dates" in self.file.text.text:
            return False
        match = _FROM.match(self.file.source(node))
        if match is None or not all(alias.name in NEW_SCHEDULES for alias in node.names):
            return False
        start = self.file.span(node)[0]
        self.names.changes.edits.append(Edit(start + match.start(1), start + match.end(1), CLIENT_MODULE))
        return True
