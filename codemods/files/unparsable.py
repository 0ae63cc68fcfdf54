from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.relevance import mentions_prefect
from prefect_migrate.findings import Finding, Place
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.rules import Example, Rule

_TEMPLATE = re.compile(rb"\{\{[^{}\n]*\}\}|\{%[^\n]*%\}")


class UnparsablePython(Rule):
    """A Python file that mentions Prefect can't be parsed

    It may be Python 2, a template that generates Python, hold bytes of another encoding than it declares, or be
    written for a Python newer than the one that this tool runs on; what is new in Python 3.12 is always read.
    Nothing in it was looked at and it is never changed.  Mend the line, or leave the file out with `--exclude`.
    What a template of Python imports is still reported.  A template in a repository that is on Prefect 3 already is
    passed over.
    """

    code = "PM902"
    name = "unparsable-python"
    reads_foreign = True
    examples = (
        Example('from prefect import flow\nprint "Python 2"\n'),
        Example("from prefect import flow\nname = {{ cookiecutter.name }}-x y\n"),
        Example(
            "from prefect import flow\nname = {{ cookiecutter.name }}-x y\n",
            others=(("requirements.txt", "prefect>=3.1,<4\n"),),
            clean=True,
        ),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        if not mentions_prefect(context.file.data or b"") or context.problem is None:
            return
        if _TEMPLATE.search(context.file.data or b"") and was_on_3(context.project, context.config):
            return
        message, line, column = context.problem
        yield Finding(
            self.code, self.name, f"The file is no Python 3: {message}", context.path,
            Place(line, column, line, column),
            "Mend the line, or leave the file out with --exclude; nothing in it was looked at.",
            reason="a file that does not parse is never changed",
        )  # fmt: skip
