from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PIPFILE, PYPROJECT, REQUIREMENTS, SETUP
from prefect_migrate.findings import Applicability, Changes, Edit, Finding, Fix
from prefect_migrate.pins.beside import TooOld, all_too_old, message
from prefect_migrate.pins.moved import moved_pins
from prefect_migrate.pins.others import COMMANDS
from prefect_migrate.pins.report import is_ours, relock
from prefect_migrate.readers.requirements import compile_command
from prefect_migrate.rules import Example, Rule


class TooOldRequirement(Rule):
    """A requirement is too old to be installed with Prefect 3

    Where a file or a command asks for Prefect 2, or did before it was migrated, whatever it pins beside Prefect must be
    new enough for the target: with `pydantic==1.10.7` or `anyio<4` no installer finds a solution.  Each becomes the
    oldest release that will do, or a newer one; `^1.4` stays a caret, and a bare word of a command becomes `~=2.10`, as
    the shell would take `>` for a redirection.

    The change wants review, because your own code may rely on the old release (of pydantic 1, see PM331 and
    bump-pydantic).  A line with hashes, and a file that pip-compile or uv wrote, are only reported.  A requirement for
    Pythons that Prefect 3 does not run on is left alone.
    """

    code = "PM510"
    name = "too-old-requirement"
    kinds = COMMANDS | {REQUIREMENTS, SETUP, PYPROJECT, PIPFILE}
    since = (3, 8)
    examples = (
        Example(
            "anyio==3.7.1\nprefect==2.10.13\npydantic<2  # models\nrequests==2.31.0\n",
            "anyio>=4.4.0\nprefect==2.10.13\npydantic>=2.10.1  # models\nrequests==2.31.0\n",
            path="requirements.txt",
            unsafe=True,
        ),
        Example(
            '[tool.poetry.dependencies]\nprefect = "^2.10"\nsqlalchemy = {version = "^1.4", extras = ["asyncio"]}\n',
            '[tool.poetry.dependencies]\nprefect = "^2.10"\nsqlalchemy = {version = "^2.0.0", extras = ["asyncio"]}\n',
            path="pyproject.toml",
            unsafe=True,
        ),
        Example(
            "FROM python:3.11\nRUN pip install prefect==2.10.13 'pydantic<2' anyio==3.7.1\n",
            "FROM python:3.11\nRUN pip install prefect==2.10.13 'pydantic>=2.10.1' anyio~=4.4\n",
            path="Dockerfile",
            unsafe=True,
        ),
        Example("prefect==2.10.13\nanyio==3.7.1 \\\n    --hash=sha256:0f\n", path="requirements.txt"),
        Example("prefect>=2.14\nanyio==3.7.1\n", path="requirements.txt", clean=True),
        Example("prefect==3.8.8\nanyio==3.7.1\n", path="requirements.txt", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        if not is_ours(context):
            return
        text = context.text.text
        found = list(all_too_old(context.file.kind, text, moved_pins(context), context.target))
        if found and (command := compile_command(text)):
            yield self._of_made_file(context, found, command)
        else:
            yield from (self._finding(context, one) for one in found)

    def _of_made_file(self, context: FileContext, found: list[TooOld], command: str) -> Finding:
        """One for all: nobody changes such a file line by line."""
        what = message(found[0], context.target)
        if others := len(found) - 1:
            what += f", and {others} more requirement{'s' if others > 1 else ''}"
        first = found[0].requirement
        return self.finding(
            context, (first.start, first.end), what, f"Run `{command}`.", reason="a tool wrote this file"
        )

    def _finding(self, context: FileContext, found: TooOld) -> Finding:
        requirement = found.requirement
        span, what = (requirement.start, requirement.end), message(found, context.target)
        step = f"Ask for {requirement.name} {found.needs}."
        if requirement.obstacle:
            step = f"{step[:-1]} in its source, and run your lock tool again."
            return self.finding(context, span, what, step, reason=requirement.obstacle)
        change = Changes(edits=[Edit(requirement.at, requirement.to, found.needs)])
        locked = relock(context.project, context.path) if context.file.kind in (PYPROJECT, PIPFILE) else ""
        return self.finding(
            context, span, what, f"{step} {locked}".strip(),
            fix=Fix(f"Require {requirement.name} {found.needs}", lambda: change),
            applicability=Applicability.REVIEW,
            reason="the code of this repository may rely on the old release",
        )  # fmt: skip
