from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, CannotFix, Finding, Fix
from prefect_migrate.names.messages import version
from prefect_migrate.names.problems import SEQUENTIAL, Problem, problems_of
from prefect_migrate.names.sequential import sequential_changes
from prefect_migrate.rules import Example, Rule

NEW = "ThreadPoolTaskRunner(max_workers=1)"


class SequentialTaskRunner(Rule):
    """SequentialTaskRunner is gone

    Prefect 3 runs submitted tasks in threads.  `ThreadPoolTaskRunner(max_workers=1)` runs them one after the other, in
    the order they were submitted, which is what the old runner did; `ConcurrentTaskRunner` is still there.

    It only reports the class where it is not made or given to a flow: in annotations, subclasses, `isinstance`, and
    where another module takes it from this one.
    """

    code = "PM304"
    name = "sequential-task-runner"
    reads_cells = True
    needs_plan = True
    examples = (
        Example(
            """\
            from prefect import flow
            from prefect.task_runners import ConcurrentTaskRunner, SequentialTaskRunner


            @flow(task_runner=SequentialTaskRunner())
            def etl():
                pass


            @flow(task_runner=ConcurrentTaskRunner)
            def other():
                pass
            """,
            """\
            from prefect import flow
            from prefect.task_runners import ConcurrentTaskRunner, ThreadPoolTaskRunner


            @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
            def etl():
                pass


            @flow(task_runner=ConcurrentTaskRunner)
            def other():
                pass
            """,
        ),
        Example("from prefect.task_runners import SequentialTaskRunner\n\n\nclass Mine(SequentialTaskRunner): ...\n"),
        Example("from prefect.task_runners import ThreadPoolTaskRunner\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for problem in problems_of(context, "removed"):
            if problem.verdict.name == SEQUENTIAL:
                yield self._finding(context, problem)

    def _finding(self, context: FileContext, problem: Problem) -> Finding:
        message = f"`{SEQUENTIAL}` is not in {version(context.target)}"
        step = f"Use `{NEW}`, or call the tasks without `.submit()`."
        try:
            changes = sequential_changes(context, problem)
        except CannotFix as error:
            return self.finding(context, problem.use.span, message, step, reason=str(error))
        fix = Fix(f"Use {NEW}", lambda: changes)
        reason = "one thread runs the tasks in the order they are submitted"
        return self.finding(
            context, problem.use.span, message, step, fix=fix, applicability=Applicability.SAFE, reason=reason
        )
