"""Writer: `deployment.schedule = …` and `deployment.is_schedule_active = …`, which set `schedules` and `paused`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.findings import CannotFix, Edit, ImportRequest
from prefect_migrate.project import Project
from prefect_migrate.readers.python_deployments import PythonDeployment
from prefect_migrate.readers.python_late import activity_set_on, schedule_set_on
from prefect_migrate.source.tokens import comments_of
from prefect_migrate.writers.arguments import negated
from prefect_migrate.writers.names import Names
from prefect_migrate.writers.schedules import ScheduleWriter

#: The object takes no `prefect.schedules`, only this with the client's models in it; so in every minor.
_ENTRY = ImportRequest("prefect.client.schemas.actions", "DeploymentScheduleCreate")
_MODELS_ONLY = (3, 0)


def late_schedule_edits(project: Project, deployment: PythonDeployment, names: Names) -> Iterator[Edit]:
    """The edits of the statements that set a schedule, or its switch, on the object, away from its definition."""
    file, late = deployment.file, set(deployment.late.values())
    writer = ScheduleWriter(project, file, _MODELS_ONLY, names)
    for owner, attribute in deployment.trail.attributes:
        if owner is file and (activity := activity_set_on(file, attribute)) is not None and activity not in late:
            _, end = file.span(attribute)
            yield Edit(end - len(attribute.attr), end, "paused")
            yield Edit(*file.span(activity.value), negated(file, activity.value))
        statement = schedule_set_on(file, attribute) if owner is file else None
        if statement is not None and statement not in late:
            _, end = file.span(attribute)
            yield Edit(end - len(attribute.attr), end, "schedules")
            value = _value(writer, names, statement.value)
            if len(comments_of(value)) < len(comments_of(file.source(statement.value))):
                raise CannotFix("a schedule has comments that would be lost")
            yield Edit(*file.span(statement.value), value)


def _value(writer: ScheduleWriter, names: Names, node: ast.expr) -> str:
    if isinstance(node, ast.IfExp):
        body, orelse = (_value(writer, names, part) for part in (node.body, node.orelse))
        return f"{body} if {writer.file.source(node.test)} else {orelse}"
    if isinstance(node, ast.Constant):
        return "[]"
    return f"[{names.use(_ENTRY)}(schedule={writer.expression(node)})]"
