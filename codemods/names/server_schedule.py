from __future__ import annotations

import ast
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.fixes import proposals
from prefect_migrate.names.problems import Problem, problems_of
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile
from prefect_migrate.source.syntax import bound_name

_DUMPS = frozenset({"dict", "json", "model_dump", "model_dump_json"})


class ServerSchedule(Rule):
    """A schedule of the server is made where the client's is wanted

    `prefect.server.schemas.schedules` still has `CronSchedule`, `IntervalSchedule` and `RRuleSchedule`, but
    `flow.deploy`, `flow.serve` and the client refuse them ("Server schema schedules are not supported").  The classes
    of `prefect.client.schemas.schedules` have the same fields and are accepted.

    Left alone in files that only name the class, ask it for dates (only the server's can tell), take the plain data of
    what it makes (`.model_dump()`), or use the server's models and database.
    """

    code = "PM305"
    name = "server-schedule"
    reads_cells = True
    needs_plan = True
    examples = (
        Example(
            "from prefect.server.schemas.schedules import CronSchedule\n\nnightly = CronSchedule(cron='0 3 * * *')\n",
            "from prefect.client.schemas.schedules import CronSchedule\n\nnightly = CronSchedule(cron='0 3 * * *')\n",
        ),
        Example(
            "from prefect.server.schemas.schedules import CronSchedule\n\n"
            "CronSchedule(cron='0 3 * * *').get_dates(5)\n",
            clean=True,
        ),
        Example(
            "from prefect.server.schemas.schedules import CronSchedule\n\n"
            "schedule = CronSchedule(cron='0 3 * * *').model_dump()\n",
            clean=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        problems = list(problems_of(context, "other-kind"))
        file = context.python
        if not problems or file is None or _is_server_code(file):
            return
        for proposal in proposals(
            context, [problem for problem in problems if not problem.goes and _is_made(file, problem)]
        ):
            verdict = proposal.problem.verdict
            message = f"`{verdict.name}` is the server's: Prefect 3 does not take it in a deployment"
            yield self.finding(
                context, proposal.problem.use.span, message, f"Use `{verdict.new}` instead.",
                fix=proposal.fix, applicability=proposal.applicability, reason=proposal.reason,
            )  # fmt: skip


def _is_server_code(file: PythonFile) -> bool:
    """Whether it asks a schedule for dates, or works inside the server."""
    inner = tuple(f"prefect.server.{name}" for name in ("models", "database", "api", "services", "schemas.actions"))
    return "get_dates" in file.text.text or any(
        (binding.target or "").startswith(inner) for binding in file.scopes.import_bindings()
    )


def _is_made(file: PythonFile, problem: Problem) -> bool:
    """Whether the class is called, and what it makes is used as such."""
    node = problem.use.node
    if not isinstance(node, ast.alias):
        call = next((outer for outer in file.enclosing(node) if isinstance(outer, ast.Call)), None)
        return call is not None and not _is_data(file, call)
    name = bound_name(node)
    return any(_is_or_is_below(call.func, name) and not _is_data(file, call) for call in file.calls())


def _is_data(file: PythonFile, call: ast.Call) -> bool:
    """`CronSchedule(...).model_dump()`"""
    method, outer = file.parents[call], file.parents.get(file.parents[call])
    return isinstance(method, ast.Attribute) and method.attr in _DUMPS and getattr(outer, "func", None) is method


def _is_or_is_below(function: ast.expr, name: str) -> bool:
    """`RRuleSchedule`, `RRuleSchedule.from_rrule`"""
    owner = function.value if isinstance(function, ast.Attribute) else function
    return isinstance(owner, ast.Name) and owner.id == name
