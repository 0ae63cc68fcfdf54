from __future__ import annotations

import re
from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.discovery.kinds import PYPROJECT
from prefect_migrate.findings import Finding, Place
from prefect_migrate.pins.report import is_ours
from prefect_migrate.pins.survey import was_on_3
from prefect_migrate.pins.toml import syntax_problem
from prefect_migrate.rules import Example, Rule

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


class InvalidPyproject(Rule):
    """A pyproject.toml is no valid TOML

    Prefect 3 reads settings from the pyproject.toml of the folder that it runs in, since 3.1: where that can't be
    parsed, `from prefect import flow` and every command fail there.  Prefect 2 never opened the file.  Only a
    file that names Prefect is looked at; a template, and a repository that is on Prefect 3 already, are passed over.
    """

    code = "PM906"
    name = "invalid-pyproject"
    kinds = frozenset({PYPROJECT})
    since = (3, 1)
    examples = (
        Example('[tool.poetry.dependencies\nprefect = "^2.10"\n', path="pyproject.toml"),
        Example("[tool.{{ cookiecutter.name }}\n# prefect\n", path="pyproject.toml", clean=True),
        Example("[tool.black]\n# prefect\n", path="pyproject.toml", clean=True),
        Example(
            "[tool.black\n# prefect\n",
            path="pyproject.toml",
            others=(("requirements.txt", "prefect==3.1.0\n"),),
            clean=True,
        ),
    )  # fmt: skip

    def check(self, context: FileContext) -> Iterator[Finding]:
        text = context.text.text
        passed_over = not is_ours(context) or _TEMPLATE.search(text) or was_on_3(context.project, context.config)
        problem = None if passed_over else syntax_problem(text)
        if problem is not None:
            message, line = problem
            yield Finding(
                self.code, self.name, f"The file is no TOML: {message}", context.path, Place(line, 1, line, 1),
                "Mend the line: in its folder Prefect 3 does not start, as it looks for settings there.",
                reason="what the line should say is not known",
            )  # fmt: skip
