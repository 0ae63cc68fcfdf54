from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Applicability, Changes, Finding, Fix
from prefect_migrate.names.calls import KnownCall, known_calls
from prefect_migrate.names.messages import version
from prefect_migrate.names.positions import Misplaced, misplaced, named_edits
from prefect_migrate.names.problems import is_served
from prefect_migrate.rules import Example, Rule
from prefect_migrate.source.python import PythonFile


class MovedPosition(Rule):
    """An argument given by position means another parameter

    Prefect 3 put new parameters between old ones, as `commit_sha` before `include_submodules` of `git_clone`, so that
    a value in the same place is taken for something else, often without an error.  The argument and all behind it get
    the names that they had in Prefect 2.

    Code for Prefect 3 looks the same, so that only values count that show what they were meant for: True or False for
    `include_submodules`, a list for `schedules`, a schedule for `schedule`.  It only reports an argument whose
    parameter the target does not have.
    """

    code = "PM313"
    name = "moved-position"
    reads_cells = True
    examples = (
        Example(
            "from prefect.runner.storage import GitRepository\n\n"
            "source = GitRepository('https://example.com/a.git', None, 'a', 'main', True)\n",
            "from prefect.runner.storage import GitRepository\n\n"
            "source = GitRepository('https://example.com/a.git', None, 'a', 'main', include_submodules=True)\n",
        ),
        Example(
            "from prefect.runner.storage import GitRepository\n\n"
            "source = GitRepository('https://example.com/a.git', None, 'a', 'main', include_submodules=True)\n",
            clean=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        file = context.python
        for known in known_calls(context, file) if file is not None else ():
            wrong = misplaced(known, context.target) if known.call.args else None
            if file is not None and wrong is not None and not is_served(context, file, known.call):
                yield self._finding(context, file, known, wrong)

    def _finding(self, context: FileContext, file: PythonFile, known: KnownCall, wrong: Misplaced) -> Finding:
        place = f"argument {wrong.index + 1} of `{known.called}`"
        now = f"is `{wrong.new}` in" if wrong.new else "has no parameter in"
        message = f"{place[:1].upper()}{place[1:]} was `{wrong.old}` and {now} {version(context.target)}"
        edits = named_edits(file, known, wrong, context.target)
        span = file.span(known.call.args[wrong.index])
        if edits is None:
            return self.finding(
                context, span, message, "Look up what takes its place.", reason="not all of the arguments have a name"
            )
        fix = Fix("Give the arguments their names", lambda: Changes(edits))
        return self.finding(
            context, span, message, f"Write `{wrong.old}=` before it.",
            fix=fix, applicability=Applicability.SAFE, reason="the names are those of Prefect 2",
        )  # fmt: skip
